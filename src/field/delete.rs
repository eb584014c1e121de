//! Deleting a field.

use super::Definition;
use super::defined::changed;
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Deletes a field. Its values stay in their rows, where nothing shows them: numbers are never used again.
pub fn delete(tx: &Tx<'_>, actor: &Actor, definition: &Definition) -> Result<()> {
    actor.must_be_admin()?;
    actor.must_see_every_project()?;
    tx.execute("delete from custom_fields where id = :id", params! {":id": definition.number})?;
    changed(tx)?;
    audit::record(tx, actor, "custom_field_deleted", &definition.target())
}
