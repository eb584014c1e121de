//! Changing a user: by an admin, and by themselves.

use super::create::taken;
use super::{Email, Person, by_id, find};
use crate::access::{link, register, session};
use crate::audit;
use crate::base::{Actor, Error, Event, Kind, Result, Role};
use crate::store::{Conn, Tx, params};

/// What may be changed; what is `None` stays, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct PersonChange {
    /// Must not belong to another user. A new address counts as unproven, unless the same change vouches for it.
    pub email: Option<Email>,
    /// Shown to others; 1 to 255 characters.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Whether they may sign in.
    pub is_active: Option<bool>,
    /// Up to 64 characters.
    pub phone: Option<Option<String>>,
    /// Up to 255 characters.
    pub department: Option<Option<String>>,
    /// argon2id. An admin who sets one vouches for the address.
    pub password_hash: Option<String>,
    /// Whether the address is theirs, as an admin knows.
    pub email_verified: Option<bool>,
}

/// What users may change about themselves.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// 1 to 255 characters.
    pub name: Option<String>,
    /// Up to 64 characters.
    pub phone: Option<Option<String>>,
    /// argon2id. Ends every session, the present one too.
    pub password_hash: Option<String>,
}

/// Changes a user on an admin's behalf.
pub fn change(tx: &Tx<'_>, actor: &Actor, person: &Person, change: &PersonChange) -> Result<Person> {
    actor.must_command(person.role)?;
    let role = change.role.unwrap_or(person.role);
    actor.must_command(role)?;
    if role != person.role && actor.user() == Some(person.id) {
        return Err(Error::new(Kind::Forbidden, "Nobody changes their own role. Ask another admin."));
    }
    let is_active = change.is_active.unwrap_or(person.is_active);
    if role != Role::SuperAdmin || !is_active {
        must_not_be_last(tx, person)?;
    }
    let vouched = change.email_verified.or(change.password_hash.as_ref().map(|_| true));
    apply(tx, actor, person, &PersonChange { email_verified: vouched, ..change.clone() })
}

/// Changes whoever asks.
pub fn change_own(tx: &Tx<'_>, actor: &Actor, profile: &Profile) -> Result<Person> {
    let own = actor.user().ok_or_else(Error::unauthenticated)?;
    let person = find(tx, actor, own)?;
    let Profile { name, phone, password_hash } = profile.clone();
    apply(tx, actor, &person, &PersonChange { name, phone, password_hash, ..PersonChange::default() })
}

/// Sets a password that its owner chose by a mailed link.
pub(crate) fn set_password(tx: &Tx<'_>, actor: &Actor, person: &Person, hash: &str) -> Result<Person> {
    apply(tx, actor, person, &PersonChange { password_hash: Some(hash.to_owned()), ..PersonChange::default() })
}

/// Refuses to lose the last super admin who can sign in.
pub(super) fn must_not_be_last(conn: &Conn<'_>, person: &Person) -> Result<()> {
    if person.role != Role::SuperAdmin || !person.is_active {
        return Ok(());
    }
    let other = conn.one(
        "select 1 from users where role = 'super_admin' and is_active = 1 and deleted_at is null and id <> :id limit 1",
        params! {":id": person.id},
        |_| Ok(()),
    )?;
    other.ok_or_else(|| {
        Error::new(Kind::Conflict, "This is the last active super admin. Make another user a super admin first.")
    })
}

fn apply(tx: &Tx<'_>, actor: &Actor, person: &Person, change: &PersonChange) -> Result<Person> {
    let email = change.email.as_ref().map_or(person.email.as_str(), Email::as_str);
    let name = change.name.as_deref().unwrap_or(&person.name);
    let role = change.role.unwrap_or(person.role);
    let is_active = change.is_active.unwrap_or(person.is_active);
    let phone = change.phone.as_ref().unwrap_or(&person.phone);
    let department = change.department.as_ref().unwrap_or(&person.department);
    let moved = !email.eq_ignore_ascii_case(&person.email);
    let unproven = change.email_verified == Some(false) || moved;
    let same = (email, name, role, is_active) == (&person.email, &person.name, person.role, person.is_active)
        && (phone, department) == (&person.phone, &person.department);
    let verified_at = if unproven { None } else { person.verified_at };
    if !same || verified_at != person.verified_at {
        tx.execute(
            "update users set email = :email, name = :name, role = :role, is_active = :is_active, phone = :phone,
               department = :department, email_verified_at = :verified_at, updated_at = :now
             where id = :id",
            params! {":email": email, ":name": name, ":role": role.as_str(), ":is_active": is_active, ":phone": phone,
            ":department": department, ":verified_at": verified_at.map(|at| at.0), ":now": tx.now().0,
            ":id": person.id},
        )
        .map_err(taken)?;
        audit::record(tx, actor, "user_updated", &person.email)?;
        // Who becomes a customer, or active, owns what was filed under their address all the same.
        if verified_at.is_some() {
            tx.announce(Event::AddressProven { user: person.id });
        }
    }
    if moved || !is_active {
        link::void(tx, person.id)?;
    }
    if !is_active {
        session::end_all(tx, person.id)?;
    }
    if let Some(hash) = &change.password_hash {
        tx.execute(
            "update users set password_hash = :hash, updated_at = :now where id = :id",
            params! {":hash": hash, ":now": tx.now().0, ":id": person.id},
        )?;
        link::void_passwords(tx, person.id)?;
        session::end_all(tx, person.id)?;
        audit::record(tx, actor, "password_changed", email)?;
    }
    if change.email_verified == Some(true) && verified_at.is_none() {
        super::verified(tx, actor, person.id)?;
        register::accept(tx, actor, person.id)?;
    }
    by_id(tx, person.id)?.ok_or_else(Error::not_found)
}
