//! Deleting a policy.

use super::find::Policy;
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Deletes a policy: it stamps no more tickets, and those that it promised something keep their deadlines. Admins alone
/// may.
pub fn delete(tx: &Tx<'_>, actor: &Actor, policy: &Policy) -> Result<()> {
    policy.must_be_changeable(actor)?;
    tx.execute(
        "update sla_policies set deleted_at = :now where id = :id",
        params! {":now": tx.now().0, ":id": policy.id},
    )?;
    audit::record(tx, actor, "sla_policy_deleted", &policy.name)
}
