//! Deleting a group: its tickets stay, and belong to none.

use super::Group;
use super::create::may_change;
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Deletes a group for good.
pub fn delete(tx: &Tx<'_>, actor: &Actor, group: &Group) -> Result<()> {
    may_change(actor)?;
    tx.execute("delete from agent_groups where id = :id", params! {":id": group.id})?;
    audit::record(tx, actor, "group_deleted", &group.name)
}
