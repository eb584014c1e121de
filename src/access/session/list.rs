//! Where somebody is signed in.

use crate::base::{Actor, Error, Result, Time};
use crate::store::{Conn, params};

/// A session that can still be used, or refreshed.
#[derive(Clone, Debug)]
pub struct Session {
    /// Opaque; it is in the token too, and opens nothing by itself.
    pub id: String,
    /// When it began.
    pub created_at: Time,
    /// When its token expires.
    pub expires_at: Time,
    /// Where it began.
    pub ip: Option<String>,
    /// What the caller said it was then.
    pub user_agent: Option<String>,
}

/// A user's sessions, newest first: for admins, and for the user alone. An expired one is listed for as long as its token
/// can be traded for a new one, `window` milliseconds from its beginning.
pub fn list(conn: &Conn<'_>, actor: &Actor, user: i64, window: i64) -> Result<Vec<Session>> {
    if !actor.is_admin() && actor.user() != Some(user) {
        return Err(Error::not_found());
    }
    conn.all(
        "select id, created_at, expires_at, ip, user_agent from sessions
         where user_id = :user and revoked_at is null and (expires_at > :now or created_at >= :oldest)
         order by created_at desc, id desc",
        params! {":user": user, ":now": conn.now().0, ":oldest": conn.now().plus(-window).0},
        |row| {
            Ok(Session {
                id: row.get("id")?,
                created_at: Time(row.get("created_at")?),
                expires_at: Time(row.get("expires_at")?),
                ip: row.get("ip")?,
                user_agent: row.get("user_agent")?,
            })
        },
    )
}
