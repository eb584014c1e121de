//! Deleting a category.

use super::find::Category;
use crate::audit;
use crate::base::{Actor, Capability, Result};
use crate::store::{Tx, params};

/// Deletes a category: those below it move up to where it was, and tickets have it no more. Its slug is free again at
/// once. Admins alone may.
pub fn delete(tx: &Tx<'_>, actor: &Actor, category: &Category) -> Result<()> {
    actor.must(Capability::Administer)?;
    tx.execute(
        "update categories set parent_id = :parent where parent_id = :id",
        params! {":parent": category.parent, ":id": category.id},
    )?;
    // No slug holds a `~`, so the one that the row keeps until it is gone is in nobody's way.
    tx.execute(
        "update categories set deleted_at = :now, parent_id = null, slug = slug || '~' || id where id = :id",
        params! {":now": tx.now().0, ":id": category.id},
    )?;
    audit::record(tx, actor, "category_deleted", &category.slug)
}
