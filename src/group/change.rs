//! Changing a group's name or description.

use super::create::{may_change, taken};
use super::{Fields, Group, find};
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Changes a group; what is as it was leaves no trace.
pub fn change(tx: &Tx<'_>, actor: &Actor, group: &Group, fields: &Fields) -> Result<Group> {
    may_change(actor)?;
    if (&group.name, &group.description) == (&fields.name, &fields.description) {
        return Ok(group.clone());
    }
    tx.execute(
        "update agent_groups set name = :name, description = :description, updated_at = :now where id = :id",
        params! {":name": fields.name, ":description": fields.description, ":now": tx.now().0, ":id": group.id},
    )
    .map_err(taken)?;
    audit::record(tx, actor, "group_updated", &fields.name)?;
    find(tx, actor, &group.uuid)
}
