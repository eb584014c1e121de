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
        "select u.id, u.uuid, u.email, u.name, u.role, u.password_hash, u.is_active, u.phone, u.department,
           u.email_verified_at, u.last_login_at, u.created_at, u.username, u.company_id, u.avatar_url, u.ticket_scope,
           u.tags, u.custom_fields, u.home_project_id, (select c.uuid from companies c where c.id = u.company_id) as company
         from users u
         where u.deleted_at is null and (:role is null or u.role = :role) and (:active is null or u.is_active = :active)
           and (:search is null or u.name like :search escape '!' or u.email like :search escape '!')
         order by u.id desc limit :limit offset :offset",
        params! {":role": role, ":active": filter.active, ":search": like, ":limit": limit, ":offset": offset},
        read,
    )?;
    Ok((people, total.unwrap_or_default()))
}

/// Users after a number, oldest first, `limit` at most; with a role those of it, and super admins are admins too. Whom a key
/// that sees one project alone is shown, [`super::find_uuid`] says.
pub fn page(conn: &Conn<'_>, actor: &Actor, role: Option<Role>, after: Option<i64>, limit: i64) -> Result<Vec<Person>> {
    actor.must(Capability::Administer)?;
    let also = role.map(|role| if role == Role::Admin { Role::SuperAdmin } else { role }.as_str());
    conn.all(
        "select u.id, u.uuid, u.email, u.name, u.role, u.password_hash, u.is_active, u.phone, u.department,
           u.email_verified_at, u.last_login_at, u.created_at, u.username, u.company_id, u.avatar_url, u.ticket_scope,
           u.tags, u.custom_fields, u.home_project_id, (select c.uuid from companies c where c.id = u.company_id) as company
         from users u
         where u.id > :after and u.deleted_at is null and (:role is null or u.role in (:role, :also))
           and (:within is null or u.home_project_id = :within
             or u.id in (select user_id from project_agents where project_id = :within)
             or exists (select 1 from tickets t where t.creator_id = u.id and t.project_id = :within))
         order by u.id limit :limit",
        params! {":after": after.unwrap_or_default(), ":role": role.map(Role::as_str), ":also": also,
        ":within": actor.within(), ":limit": limit},
        read,
    )
}

/// Active and inactive staff of a group, oldest first, `limit` at most after a number. Who looks needs to be staff.
pub fn members(conn: &Conn<'_>, actor: &Actor, group: i64, after: Option<i64>, limit: i64) -> Result<Vec<Person>> {
    actor.must_be_staff()?;
    conn.all(
        "select u.id, u.uuid, u.email, u.name, u.role, u.password_hash, u.is_active, u.phone, u.department,
           u.email_verified_at, u.last_login_at, u.created_at, u.username, u.company_id, u.avatar_url, u.ticket_scope,
           u.tags, u.custom_fields, u.home_project_id, (select c.uuid from companies c where c.id = u.company_id) as company
         from users u join group_members m on m.user_id = u.id
         where m.group_id = :group and u.id > :after and u.deleted_at is null and u.role <> 'customer'
           and (:within is null or u.id in (select user_id from project_agents where project_id = :within))
         order by u.id limit :limit",
        params! {":group": group, ":after": after.unwrap_or_default(), ":within": actor.within(), ":limit": limit},
        read,
    )
}

/// Customers after a number, oldest first, `limit` at most, each with the name of their company. Whom a key that sees one
/// project alone is shown, [`super::find_uuid`] says.
pub fn contacts(
    conn: &Conn<'_>,
    actor: &Actor,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<(Person, Option<String>)>> {
    actor.must(Capability::Administer)?;
    conn.all(
        "select u.id, u.uuid, u.email, u.name, u.role, u.password_hash, u.is_active, u.phone, u.department,
           u.email_verified_at, u.last_login_at, u.created_at, u.username, u.company_id, u.avatar_url, u.ticket_scope,
           u.tags, u.custom_fields, u.home_project_id, (select c.uuid from companies c where c.id = u.company_id) as company,
           (select c.name from companies c where c.id = u.company_id) as company_name
         from users u
         where u.id > :after and u.deleted_at is null and u.role = 'customer'
           and (:within is null or u.home_project_id = :within
             or exists (select 1 from tickets t where t.creator_id = u.id and t.project_id = :within))
         order by u.id limit :limit",
        params! {":after": after.unwrap_or_default(), ":within": actor.within(), ":limit": limit},
        |row| Ok((read(row)?, row.get("company_name")?)),
    )
}
