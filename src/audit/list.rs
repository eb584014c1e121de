//! Reading the log back, for admins alone.

use crate::base::{Actor, Result, Time};
use crate::store::{Conn, Row, params};

/// One row of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Rises by one with each row.
    pub id: i64,
    /// The address of who did it; none for a failed login.
    pub actor: Option<String>,
    /// Snake case, `wg_client_created`.
    pub action: String,
    /// What it was done to, `los-angeles/alice-iphone`.
    pub target: String,
    /// Where the request came from.
    pub ip: Option<String>,
    /// When.
    pub created_at: Time,
}

fn read(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        id: row.get("id")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        target: row.get("target")?,
        ip: row.get("ip")?,
        created_at: Time(row.get("created_at")?),
    })
}

/// A page of the log, newest first.
pub fn list(conn: &Conn<'_>, actor: &Actor, limit: i64, offset: i64) -> Result<Vec<Entry>> {
    actor.must_be_admin()?;
    conn.all(
        // Ids have no gaps, so an offset is a key: no page is slower than the first.
        "select id, actor, action, target, ip, created_at from audit
         where id <= (select coalesce(max(id), 0) from audit) - :offset order by id desc limit :limit",
        params! {":limit": limit, ":offset": offset},
        read,
    )
}

/// Up to `limit` rows older than `before`, newest first: a page of an export.
pub fn each(
    conn: &Conn<'_>,
    actor: &Actor,
    before: i64,
    limit: i64,
    mut visit: impl FnMut(Entry) -> Result<()>,
) -> Result<()> {
    actor.must_be_admin()?;
    conn.each(
        "select id, actor, action, target, ip, created_at from audit
         where id < :before order by id desc limit :limit",
        params! {":before": before, ":limit": limit},
        |row| visit(read(row)?),
    )
}
