//! Making a group.

use super::{Group, find};
use crate::audit;
use crate::base::{Actor, Capability, Error, Result, id};
use crate::store::{Tx, params};

/// What there is to say about a group.
#[derive(Clone, Debug)]
pub struct Fields {
    /// 1 to 255 characters.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

/// Makes a group without members.
pub fn create(tx: &Tx<'_>, actor: &Actor, fields: &Fields) -> Result<Group> {
    may_change(actor)?;
    let uuid = id::new_uuid(tx.now());
    tx.insert(
        "insert into agent_groups (uuid, name, description, created_at, updated_at)
         values (:uuid, :name, :description, :now, :now)",
        params! {":uuid": uuid, ":name": fields.name, ":description": fields.description, ":now": tx.now().0},
    )
    .map_err(taken)?;
    audit::record(tx, actor, "group_created", &fields.name)?;
    find(tx, actor, &uuid)
}

/// What a violated constraint of `agent_groups` means.
pub(super) fn taken(error: Error) -> Error {
    error.when("agent_groups_name", || Error::conflict("name", "There is a group of this name already."))
}

/// Groups belong to no project: a key that sees one alone changes none.
pub(super) fn may_change(actor: &Actor) -> Result<()> {
    actor.must(Capability::Administer)?;
    actor.must_see_every_project()
}
