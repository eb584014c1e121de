//! Changing a user: by an admin, and by themselves.

use super::create::{taken, tell};
use super::{Email, Person, TicketScope, by_id, find, granted};
use crate::access::link::{self, Purpose};
use crate::access::{oauth, register, session};
use crate::audit;
use crate::base::{Actor, Error, Event, Kind, Result, Role, Time};
use crate::feed;
use crate::field::Values;
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
    /// Must not belong to another user.
    pub username: Option<String>,
    /// The number of a company.
    pub company: Option<Option<i64>>,
    /// http or https.
    pub avatar_url: Option<Option<String>>,
    /// How much of their projects an agent sees.
    pub ticket_scope: Option<TicketScope>,
    /// Words put to them.
    pub tags: Option<Vec<String>>,
    /// What custom fields say of them, all of it.
    pub custom: Option<Values>,
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

/// Changes a user on an admin's behalf. An address that counts as unproven from now on is mailed a link that proves it, where
/// there is a password to sign in with; `origin` is this instance's own.
pub fn change(tx: &Tx<'_>, actor: &Actor, person: &Person, change: &PersonChange, origin: &str) -> Result<Person> {
    let after = change_unasked(tx, actor, person, change)?;
    let asks = after.is_active && after.verified_at.is_none() && after.password_hash.is_some();
    let moved = !after.email.eq_ignore_ascii_case(&person.email);
    if moved && asks && link::next_mail(tx, Purpose::Verify, &after.email)?.is_none() {
        link::mail(tx, &after, Purpose::Verify, None, origin)?;
    }
    Ok(after)
}

/// [`change`] that mails nobody: what is taken in from elsewhere never changes an address.
pub(super) fn change_unasked(tx: &Tx<'_>, actor: &Actor, person: &Person, change: &PersonChange) -> Result<Person> {
    actor.must_command(person.role)?;
    let role = change.role.unwrap_or(person.role);
    actor.must_command(role)?;
    granted::may_change(tx, actor, person, change)?;
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
    let is_active = change.is_active.unwrap_or(person.is_active);
    let moved = !email.eq_ignore_ascii_case(&person.email);
    let unproven = change.email_verified == Some(false) || moved;
    let verified_at = if unproven { None } else { person.verified_at };
    let was = Stored::of(person);
    let now = Stored {
        email,
        name: change.name.as_deref().unwrap_or(was.name),
        role: change.role.unwrap_or(was.role),
        is_active,
        phone: change.phone.as_ref().map_or(was.phone, Option::as_deref),
        department: change.department.as_ref().map_or(was.department, Option::as_deref),
        username: change.username.as_deref().unwrap_or(was.username),
        company: change.company.unwrap_or(was.company),
        avatar_url: change.avatar_url.as_ref().map_or(was.avatar_url, Option::as_deref),
        ticket_scope: change.ticket_scope.unwrap_or(was.ticket_scope),
        tags: change.tags.as_deref().unwrap_or(was.tags),
        custom: change.custom.as_ref().unwrap_or(was.custom),
        verified_at,
    };
    if now != was {
        now.save(tx, person.id)?;
        audit::record(tx, actor, "user_updated", &person.email)?;
        tell(tx, actor, feed::Kind::UserUpdated, person.id)?;
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
        oauth::end_all(tx, person.id)?;
    }
    if let Some(hash) = &change.password_hash {
        tx.execute(
            "update users set password_hash = :hash, updated_at = :now where id = :id",
            params! {":hash": hash, ":now": tx.now().0, ":id": person.id},
        )?;
        link::void_passwords(tx, person.id)?;
        session::end_all(tx, person.id)?;
        oauth::end_all(tx, person.id)?;
        audit::record(tx, actor, "password_changed", email)?;
    }
    if change.email_verified == Some(true) && verified_at.is_none() {
        super::verified(tx, actor, person.id)?;
        register::accept(tx, actor, person.id)?;
    }
    by_id(tx, person.id)?.ok_or_else(Error::not_found)
}

/// The columns that a change may touch.
#[derive(PartialEq)]
struct Stored<'p> {
    email: &'p str,
    name: &'p str,
    role: Role,
    is_active: bool,
    phone: Option<&'p str>,
    department: Option<&'p str>,
    username: &'p str,
    company: Option<i64>,
    avatar_url: Option<&'p str>,
    ticket_scope: TicketScope,
    tags: &'p [String],
    custom: &'p Values,
    verified_at: Option<Time>,
}

impl<'p> Stored<'p> {
    fn of(person: &'p Person) -> Self {
        Self {
            email: &person.email,
            name: &person.name,
            role: person.role,
            is_active: person.is_active,
            phone: person.phone.as_deref(),
            department: person.department.as_deref(),
            username: &person.username,
            company: person.company.as_ref().map(|(id, _)| *id),
            avatar_url: person.avatar_url.as_deref(),
            ticket_scope: person.ticket_scope,
            tags: &person.tags,
            custom: &person.custom,
            verified_at: person.verified_at,
        }
    }

    fn save(&self, tx: &Tx<'_>, user: i64) -> Result<()> {
        tx.execute(
            "update users set email = :email, name = :name, role = :role, is_active = :is_active, phone = :phone,
               department = :department, username = nullif(:username, ''), company_id = :company,
               avatar_url = :avatar_url, ticket_scope = :ticket_scope, tags = :tags, custom_fields = :custom, email_verified_at = :verified_at,
               updated_at = :now
             where id = :id",
            params! {":email": self.email, ":name": self.name, ":role": self.role.as_str(),
            ":is_active": self.is_active, ":phone": self.phone, ":department": self.department,
            ":username": self.username, ":company": self.company, ":avatar_url": self.avatar_url,
            ":ticket_scope": self.ticket_scope.as_str(), ":tags": serde_json::json!(self.tags).to_string(),
            ":custom": self.custom.to_text(), ":verified_at": self.verified_at.map(|at| at.0), ":now": tx.now().0, ":id": user},
        )
        .map(drop)
        .map_err(taken)
    }
}
