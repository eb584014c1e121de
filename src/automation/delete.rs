//! Deleting a rule: it never acts again, and what it did stays told under its name.

use super::find::must_reach;
use super::{Rule, active};
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Deletes a rule.
pub fn delete(tx: &Tx<'_>, actor: &Actor, rule: &Rule) -> Result<()> {
    must_reach(actor)?;
    tx.execute(
        "update automation_rules set deleted_at = :now, is_active = 0 where id = :id",
        params! {":now": tx.now().0, ":id": rule.number},
    )?;
    tx.execute("delete from automation_cursors where rule_id = :id", params! {":id": rule.number})?;
    active::renew(tx, active::without(tx, rule.number)?)?;
    audit::record(tx, actor, "automation_rule_deleted", &rule.name)
}
