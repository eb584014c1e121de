//! Finding tags: everybody sees all of them.

use crate::base::{Error, Result};
use crate::store::{Conn, Row, params};

/// A tag.
#[derive(Clone, Debug)]
pub struct Tag {
    /// What other tables refer to.
    pub id: i64,
    /// 1 to 64 characters.
    pub name: String,
    /// `#EF4444`.
    pub color: Option<String>,
}

fn read(row: &Row<'_>) -> Result<Tag> {
    let c = row.columns();
    Ok(Tag { id: c.take()?, name: c.take()?, color: c.take()? })
}

/// So many tags, by name, behind the first `offset`.
pub fn list(conn: &Conn<'_>, offset: i64, limit: i64) -> Result<Vec<Tag>> {
    conn.all(
        "select id, name, color from tags where deleted_at is null order by folded_name limit :limit offset :offset",
        params! {":limit": limit, ":offset": offset},
        read,
    )
}

/// The tag with this number.
pub fn find(conn: &Conn<'_>, id: i64) -> Result<Tag> {
    let found =
        conn.one("select id, name, color from tags where id = :id and deleted_at is null", params! {":id": id}, read)?;
    found.ok_or_else(Error::not_found)
}
