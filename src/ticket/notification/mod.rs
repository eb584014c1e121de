//! Notifications: what happened to a ticket that somebody has, watches or was mentioned on.
//!
//! `make` writes them with the event, `mention` finds who is meant by `@ada`, `list` shows somebody theirs, as far as they
//! may still see the ticket, `mark` notes that they were read, `prune` forgets old ones.

mod list;
mod make;
mod mark;
mod mention;
mod prune;

pub use list::{Notification, Reason, list, unread};
pub(super) use make::{make, make_for_admins};
pub use mark::{Which, mark};
pub use prune::prune;

use crate::base::Result;
use crate::store::{Conn, params};

/// Whom the events behind `after` and up to `upto` concern: event and user.
pub fn concerned(conn: &Conn<'_>, after: i64, upto: i64) -> Result<Vec<(i64, i64)>> {
    conn.all(
        "select event_id, user_id from notifications where event_id > :after and event_id <= :upto",
        params! {":after": after, ":upto": upto},
        |row| Ok((row.get("event_id")?, row.get("user_id")?)),
    )
}
