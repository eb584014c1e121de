//! Making a category.

use super::find::{Category, find};
use super::place::must_fit;
use crate::audit;
use crate::base::{Actor, Capability, Result, check, id};
use crate::store::{Tx, params};

/// What it takes to make a category.
#[derive(Clone, Debug)]
pub struct NewCategory {
    /// 1 to 255 characters.
    pub name: String,
    /// `#EF4444`.
    pub color: Option<String>,
    /// The one above.
    pub parent: Option<i64>,
}

/// Makes a category; its slug comes from the name and never changes. Admins alone may.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewCategory) -> Result<Category> {
    actor.must(Capability::Administer)?;
    must_fit(tx, None, new.parent)?;
    insert(tx, actor, new)
}

/// Writes the row.
pub(super) fn insert(tx: &Tx<'_>, actor: &Actor, new: &NewCategory) -> Result<Category> {
    let slug = check::free_slug(&new.name, "category", |slug| {
        Ok(tx.one("select 1 from categories where slug = :slug", params! {":slug": slug}, |_| Ok(()))?.is_some())
    })?;
    let category = tx.insert(
        "insert into categories (uuid, name, slug, color, parent_id, created_at)
         values (:uuid, :name, :slug, :color, :parent, :now)",
        params! {":uuid": id::new_uuid(tx.now()), ":name": new.name, ":slug": slug, ":color": new.color,
        ":parent": new.parent, ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "category_created", &slug)?;
    find(tx, category)
}
