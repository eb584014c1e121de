//! Finding groups: all staff see them.

use crate::base::{Actor, Error, Result, Time};
use crate::store::{Conn, Row, params};

/// A group of agents.
#[derive(Clone, Debug)]
pub struct Group {
    /// The number that other tables refer to.
    pub id: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// No other group's, in whatever case.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed.
    pub updated_at: Time,
}

fn read(row: &Row<'_>) -> Result<Group> {
    Ok(Group {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        name: row.get("name")?,
        description: row.get("description")?,
        created_at: Time(row.get("created_at")?),
        updated_at: Time(row.get("updated_at")?),
    })
}

/// The group with this UUID.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Group> {
    actor.must_be_staff()?;
    let found = conn.one(
        "select id, uuid, name, description, created_at, updated_at from agent_groups where uuid = :uuid",
        params! {":uuid": uuid},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// Groups after a number, oldest first, `limit` at most.
pub fn page(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Group>> {
    actor.must_be_staff()?;
    conn.all(
        "select id, uuid, name, description, created_at, updated_at from agent_groups
         where id > :after order by id limit :limit",
        params! {":after": after.unwrap_or_default(), ":limit": limit},
        read,
    )
}
