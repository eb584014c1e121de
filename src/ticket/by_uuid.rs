//! The numbers behind the UUIDs by which integrators name what a ticket refers to. Whether it may be referred to is for
//! the verb to say; what is unknown has the number 0, which nothing has.

use crate::base::Result;
use crate::store::{Conn, params};

/// A user's number.
pub fn user_number(conn: &Conn<'_>, uuid: &str) -> Result<i64> {
    let uuid = uuid.to_ascii_lowercase();
    let found =
        conn.one("select id from users where uuid = :uuid and deleted_at is null", params! {":uuid": uuid}, |row| {
            row.get("id")
        })?;
    Ok(found.unwrap_or_default())
}

/// A group's number.
pub fn group_number(conn: &Conn<'_>, uuid: &str) -> Result<i64> {
    let uuid = uuid.to_ascii_lowercase();
    let found =
        conn.one("select id from agent_groups where uuid = :uuid", params! {":uuid": uuid}, |row| row.get("id"))?;
    Ok(found.unwrap_or_default())
}

/// A project's number.
pub fn project_number(conn: &Conn<'_>, uuid: &str) -> Result<i64> {
    let uuid = uuid.to_ascii_lowercase();
    let found = conn.one("select id from projects where uuid = :uuid", params! {":uuid": uuid}, |row| row.get("id"))?;
    Ok(found.unwrap_or_default())
}

/// A ticket's number, whoever may see it.
pub fn ticket_number(conn: &Conn<'_>, uuid: &str) -> Result<i64> {
    let uuid = uuid.to_ascii_lowercase();
    let found = conn.one("select id from tickets where uuid = :uuid", params! {":uuid": uuid}, |row| row.get("id"))?;
    Ok(found.unwrap_or_default())
}
