//! Deleting a tag.

use super::find::Tag;
use crate::audit;
use crate::base::{Actor, Capability, Result};
use crate::store::{Tx, params};

/// Deletes a tag: no ticket has it any more, and its name is free again at once. Staff alone may.
pub fn delete(tx: &Tx<'_>, actor: &Actor, tag: &Tag) -> Result<()> {
    actor.must(Capability::Tags)?;
    tx.execute("update tags set deleted_at = :now where id = :id", params! {":now": tx.now().0, ":id": tag.id})?;
    audit::record(tx, actor, "tag_deleted", &tag.name)
}
