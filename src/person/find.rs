//! Finding users.

use crate::base::{Error, Result, Role};
use crate::store::{Conn, Row, params};

/// A user who is not deleted.
#[derive(Clone, Debug)]
pub struct Person {
    /// The number that other tables refer to.
    pub id: i64,
    /// The id that some surfaces show instead.
    pub uuid: String,
    /// As the user spells it.
    pub email: String,
    /// Shown to others.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// argon2id; never leaves the domain.
    pub password_hash: Option<String>,
    /// Whether they may sign in.
    pub is_active: bool,
}

fn read(row: &Row<'_>) -> Result<Person> {
    let role: String = row.get("role")?;
    Ok(Person {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: Role::parse(&role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?,
        password_hash: row.get("password_hash")?,
        is_active: row.get("is_active")?,
    })
}

/// The user with this address, in whatever case.
pub fn by_email(conn: &Conn<'_>, email: &str) -> Result<Option<Person>> {
    conn.one(
        "select id, uuid, email, name, role, password_hash, is_active from users
         where lower(email) = lower(:email) and deleted_at is null",
        params! {":email": email.trim()},
        read,
    )
}

/// How many users there are, deleted ones included: an instance with none is empty.
pub fn count(conn: &Conn<'_>) -> Result<i64> {
    let count = conn.one("select count(*) as n from users", params![], |row| row.get("n"))?;
    Ok(count.unwrap_or_default())
}
