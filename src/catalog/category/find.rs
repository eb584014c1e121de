//! Finding categories: everybody who may file a ticket sees all of them.

use crate::base::{Error, Result, fold};
use crate::store::{Conn, Row, params};

/// A category.
#[derive(Clone, Debug)]
pub struct Category {
    /// What other tables refer to.
    pub id: i64,
    /// 1 to 255 characters; several may share one.
    pub name: String,
    /// Lower-case words joined by `-`, by which some surfaces call it; never changes, and no two share one.
    pub slug: String,
    /// `#EF4444`.
    pub color: Option<String>,
    /// The one above; none for a root.
    pub parent: Option<i64>,
}

fn read(row: &Row<'_>) -> Result<Category> {
    let c = row.columns();
    Ok(Category { id: c.take()?, name: c.take()?, slug: c.take()?, color: c.take()?, parent: c.take()? })
}

/// Every category, by name.
pub fn list(conn: &Conn<'_>) -> Result<Vec<Category>> {
    let mut all = conn.all(
        "select id, name, slug, color, parent_id from categories where deleted_at is null order by id",
        params! {},
        read,
    )?;
    all.sort_by_cached_key(|category| (fold(&category.name), category.id));
    Ok(all)
}

/// The category with this number.
pub fn find(conn: &Conn<'_>, id: i64) -> Result<Category> {
    let found = conn.one(
        "select id, name, slug, color, parent_id from categories where id = :id and deleted_at is null",
        params! {":id": id},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}
