//! What a key may do to people, beyond what its owner's role allows.
//!
//! A key that may change people gets no further by it: whom it could make staff of, or sign in as, it needs
//! `settings:write` for. One that sees a single project changes only whom such a key of that project made, and makes no staff.

use super::{Person, PersonChange};
use crate::access::register;
use crate::base::{Actor, Error, Kind, Result, Role, Scope};
use crate::store::Conn;

/// Whether a key may make somebody of this role.
pub(super) fn may_make(actor: &Actor, role: Role) -> Result<()> {
    if role == Role::Customer {
        return Ok(());
    }
    if actor.within().is_some() {
        return Err(Error::new(Kind::Forbidden, "A key that sees one project makes no staff."));
    }
    actor.must_have(Scope::SettingsWrite)
}

/// Whether a key may make this change. A new address or password would let it sign in as the person; so would vouching for
/// an address for which a password waits.
pub(super) fn may_change(conn: &Conn<'_>, actor: &Actor, person: &Person, change: &PersonChange) -> Result<()> {
    if actor.grant.is_none() {
        return Ok(());
    }
    if let Some(project) = actor.within()
        && (person.home != Some(project) || person.role != Role::Customer)
    {
        return Err(Error::new(Kind::Forbidden, "A key that sees one project changes only customers whom it made."));
    }
    if let Some(role) = change.role.filter(|role| *role != person.role) {
        may_make(actor, role.max(person.role))?;
    }
    let moves = change.email.as_ref().is_some_and(|email| email.as_str() != person.email);
    let vouches = change.email_verified == Some(true) && person.verified_at.is_none();
    let opens = moves
        || change.password_hash.is_some()
        || vouches && person.password_hash.is_none() && !register::waiting(conn, &person.email)?.is_empty();
    if opens { actor.must_have(Scope::SettingsWrite) } else { Ok(()) }
}
