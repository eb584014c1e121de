//! Reading the feed.

use super::{About, Kind, Was};
use crate::base::{Error, Result, Time};
use crate::store::{Conn, params};

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happening {
    /// Rises with each row; there may be gaps.
    pub id: i64,
    /// When.
    pub at: Time,
    /// What.
    pub kind: Kind,
    /// What it is about.
    pub about: About,
    /// The user who did it.
    pub by: Option<i64>,
    /// A small JSON object.
    pub content: String,
}

/// Rows behind an id, oldest first, at most so many.
pub fn after(conn: &Conn<'_>, after: i64, limit: i64) -> Result<Vec<Happening>> {
    conn.all(
        "select id, at, kind, ticket_id, project_id, server, peer, user_id, by_id, is_internal, content, is_moved,
           was_creator_id, was_assignee_id, was_group_id
         from events
         where id > :after order by id limit :limit",
        params! {":after": after, ":limit": limit},
        |row| {
            let c = row.columns();
            let (id, at, kind) = (c.take()?, Time(c.take()?), c.take::<String>()?);
            let kind = Kind::parse(&kind).ok_or_else(|| Error::internal(format!("unknown kind of event {kind}")))?;
            let about = About {
                ticket: c.take()?,
                project: c.take()?,
                server: c.take()?,
                peer: c.take()?,
                user: c.take()?,
                ..About::default()
            };
            let (by, is_internal, content, is_moved) = (c.take()?, c.take()?, c.take()?, c.take::<bool>()?);
            let was = Was { creator: c.take()?, assignee: c.take()?, group: c.take()? };
            let about = About { is_internal, was: is_moved.then_some(was), ..about };
            Ok(Happening { id, at, kind, about, by, content })
        },
    )
}

/// The id of the newest row; 0 before anything happened.
pub fn newest(conn: &Conn<'_>) -> Result<i64> {
    let id = conn.one("select max(id) as id from events", params! {}, |row| row.get::<Option<i64>>("id"))?;
    Ok(id.flatten().unwrap_or_default())
}

/// The id of the oldest row that is still there; 0 before anything happened.
pub fn oldest(conn: &Conn<'_>) -> Result<i64> {
    let id = conn.one("select min(id) as id from events", params! {}, |row| row.get::<Option<i64>>("id"))?;
    Ok(id.flatten().unwrap_or_default())
}
