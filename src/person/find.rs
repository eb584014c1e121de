//! Finding users: admins see all, everybody else themselves.

use crate::base::{Actor, Error, Result, Role, Time};
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
    /// As they write it.
    pub phone: Option<String>,
    /// Where they work, in the words of an admin.
    pub department: Option<String>,
    /// When the address was shown to be theirs.
    pub verified_at: Option<Time>,
    /// When they last signed in.
    pub last_login_at: Option<Time>,
    /// When the account was made.
    pub created_at: Time,
}

pub(super) fn read(row: &Row<'_>) -> Result<Person> {
    let role: String = row.get("role")?;
    Ok(Person {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: Role::parse(&role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?,
        password_hash: row.get("password_hash")?,
        is_active: row.get("is_active")?,
        phone: row.get("phone")?,
        department: row.get("department")?,
        verified_at: row.get::<Option<i64>>("email_verified_at")?.map(Time),
        last_login_at: row.get::<Option<i64>>("last_login_at")?.map(Time),
        created_at: Time(row.get("created_at")?),
    })
}

/// The user with this number, as far as the actor may see them.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Person> {
    if !actor.is_admin() && actor.user() != Some(id) {
        return Err(Error::not_found());
    }
    by_id(conn, id)?.ok_or_else(Error::not_found)
}

/// The user with this number: for those who hold a link or a session of theirs.
pub(crate) fn by_id(conn: &Conn<'_>, id: i64) -> Result<Option<Person>> {
    conn.one(
        "select id, uuid, email, name, role, password_hash, is_active, phone, department, email_verified_at,
           last_login_at, created_at
         from users where id = :id and deleted_at is null",
        params! {":id": id},
        read,
    )
}

/// The user with this address, in whatever case.
pub fn by_email(conn: &Conn<'_>, email: &str) -> Result<Option<Person>> {
    conn.one(
        "select id, uuid, email, name, role, password_hash, is_active, phone, department, email_verified_at,
           last_login_at, created_at
         from users where lower(email) = lower(:email) and deleted_at is null",
        params! {":email": email.trim()},
        read,
    )
}

/// How many users there are, deleted ones included: an instance with none is empty.
pub fn count(conn: &Conn<'_>) -> Result<i64> {
    let count = conn.one("select count(*) as n from users", params![], |row| row.get("n"))?;
    Ok(count.unwrap_or_default())
}
