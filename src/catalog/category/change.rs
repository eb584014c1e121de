//! Changing a category.

use super::find::{Category, find};
use super::place::must_fit;
use crate::audit;
use crate::base::{Actor, Capability, Result};
use crate::store::{Tx, params};

/// What may be changed; what is `None` stays, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// 1 to 255 characters.
    pub name: Option<String>,
    /// `#EF4444`.
    pub color: Option<Option<String>>,
    /// The one above; cleared it is a root.
    pub parent: Option<Option<i64>>,
}

/// Changes a category and takes along what lies below it; the slug stays. Admins alone may.
pub fn change(tx: &Tx<'_>, actor: &Actor, category: &Category, change: &Change) -> Result<Category> {
    actor.must(Capability::Administer)?;
    let parent = change.parent.unwrap_or(category.parent);
    if parent != category.parent {
        must_fit(tx, Some(category.id), parent)?;
    }
    tx.execute(
        "update categories set name = :name, color = :color, parent_id = :parent where id = :id",
        params! {":name": change.name.as_ref().unwrap_or(&category.name),
        ":color": change.color.as_ref().unwrap_or(&category.color), ":parent": parent, ":id": category.id},
    )?;
    audit::record(tx, actor, "category_updated", &category.slug)?;
    find(tx, category.id)
}
