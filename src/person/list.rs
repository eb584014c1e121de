//! Lists of users, for admins.

use super::find::{Person, read};
use crate::base::{Actor, Capability, Result, Role};
use crate::store::{Conn, params};

/// Which users; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct PersonFilter {
    /// Of this role.
    pub role: Option<Role>,
    /// Active, or not.
    pub active: Option<bool>,
    /// Part of the name or of the address, in whatever case (letters beyond ASCII as they are written).
    pub search: Option<String>,
}

/// A page of users, newest first, and how many there are in all.
pub fn list(
    conn: &Conn<'_>,
    actor: &Actor,
    filter: &PersonFilter,
    offset: i64,
    limit: i64,
) -> Result<(Vec<Person>, i64)> {
    actor.must(Capability::Administer)?;
    let role = filter.role.map(Role::as_str);
    let like = filter.search.as_ref().map(|text| {
        let text = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        format!("%{text}%")
    });
    let total = conn.one(
        "select count(*) as n from users
         where deleted_at is null and (:role is null or role = :role) and (:active is null or is_active = :active)
           and (:search is null or name like :search escape '!' or email like :search escape '!')",
        params! {":role": role, ":active": filter.active, ":search": like},
        |row| row.get::<i64>("n"),
    )?;
    let people = conn.all(
        "select id, uuid, email, name, role, password_hash, is_active, phone, department, email_verified_at,
           last_login_at, created_at
         from users
         where deleted_at is null and (:role is null or role = :role) and (:active is null or is_active = :active)
           and (:search is null or name like :search escape '!' or email like :search escape '!')
         order by id desc limit :limit offset :offset",
        params! {":role": role, ":active": filter.active, ":search": like, ":limit": limit, ":offset": offset},
        read,
    )?;
    Ok((people, total.unwrap_or_default()))
}
