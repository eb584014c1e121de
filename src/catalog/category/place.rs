//! Where in the tree a category may stand.

use crate::base::{Error, Result};
use crate::store::{Conn, params};

/// Levels of the tree: more than anybody finds their way in, and few enough to be walked and shown at once.
pub const MOST_DEEP: i64 = 16;

/// Refuses a parent that does not exist, that lies below the category itself, or that leaves it too deep.
pub(super) fn must_fit(conn: &Conn<'_>, category: Option<i64>, parent: Option<i64>) -> Result<()> {
    let wrong = |message: String| Err(Error::field("parent_id", message));
    let (mut above, mut next) = (0, parent);
    while let Some(id) = next {
        if category == Some(id) {
            return wrong("A category must not lie below itself. Choose another parent.".to_owned());
        }
        let found = conn.one(
            "select parent_id from categories where id = :id and deleted_at is null",
            params! {":id": id},
            |row| row.get::<Option<i64>>("parent_id"),
        )?;
        let Some(parent) = found else { return wrong(format!("There is no category {id}.")) };
        (above, next) = (above + 1, parent);
    }
    if above + height(conn, category)? > MOST_DEEP {
        return wrong(format!("Categories can be at most {MOST_DEEP} levels deep."));
    }
    Ok(())
}

/// Levels of a category and what lies below it; 1 for one that is yet to be made.
fn height(conn: &Conn<'_>, category: Option<i64>) -> Result<i64> {
    let deepest = conn.one(
        "with recursive below (id, level) as (
           select :id, 1
           union all
           select c.id, below.level + 1 from categories c join below on c.parent_id = below.id
           where c.deleted_at is null)
         select max(level) as deepest from below",
        params! {":id": category},
        |row| row.get("deepest"),
    )?;
    Ok(deepest.unwrap_or(1))
}
