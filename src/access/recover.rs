//! Setting a password by a mailed link, and asking for one.

use super::link::{self, Purpose};
use crate::audit;
use crate::base::{Actor, Error, Kind, Result};
use crate::person::{self, Person};
use crate::store::{Conn, Tx};

const SETS_A_PASSWORD: [Purpose; 2] = [Purpose::Reset, Purpose::Invite];

/// Mails a reset link where there is an account that may sign in, once a day; nothing tells whether there is.
pub fn ask(tx: &Tx<'_>, actor: &Actor, email: &str, origin: &str) -> Result<()> {
    let target: String = email.chars().filter(|c| !c.is_control()).take(254).collect();
    audit::record(tx, actor, "password_reset_requested", &target)?;
    let person = person::by_email(tx, email)?.filter(|person| person.is_active);
    if link::next_mail(tx, Purpose::Reset, email)?.is_some() {
        return Ok(());
    }
    match person {
        Some(person) => link::mail(tx, &person, Purpose::Reset, None, origin),
        None => link::mail_nobody(tx, email, Purpose::Reset, origin),
    }
}

/// Whether a token would set a password: looked at before the work of hashing one.
pub fn check(conn: &Conn<'_>, token: &str) -> Result<()> {
    link::look(conn, token, &SETS_A_PASSWORD).map(drop)
}

/// Spends a reset or an invitation on a password. The address is proven, and every session ends.
pub fn reset(tx: &Tx<'_>, actor: &Actor, token: &str, password_hash: &str) -> Result<()> {
    let person = link::spend(tx, token, &SETS_A_PASSWORD)?.person;
    let person = person::set_password(tx, actor, &person, password_hash)?;
    person::verified(tx, actor, person.id)
}

/// Spends a link on the proof of an address; a password that waited for it counts from now on.
pub fn verify(tx: &Tx<'_>, actor: &Actor, token: &str) -> Result<()> {
    let opened = link::spend(tx, token, &[Purpose::Verify])?;
    person::verified(tx, actor, opened.person.id)?;
    match opened.password_hash {
        Some(hash) if opened.person.password_hash.is_none() => {
            person::set_password(tx, actor, &opened.person, &hash).map(drop)
        }
        _ => Ok(()),
    }
}

/// Mails the actor another link to prove their address; false when it is proven already. An address that is not proven
/// yet may be a stranger's, so it too gets one mail a day.
pub fn resend(tx: &Tx<'_>, actor: &Actor, origin: &str) -> Result<bool> {
    let person = person::find(tx, actor, actor.user().ok_or_else(Error::unauthenticated)?)?;
    if person.verified_at.is_some() {
        return Ok(false);
    }
    if let Some(next) = link::next_mail(tx, Purpose::Verify, &person.email)? {
        let retry_after = u64::try_from((next.0 - tx.now().0).div_euclid(1_000) + 1).unwrap_or(1);
        let words = format!(
            "A link was mailed to {} within the last day. The next one can be sent after {}.",
            person.email,
            next.to_seconds()
        );
        return Err(Error::new(Kind::TooMany { retry_after }, words));
    }
    audit::record(tx, actor, "verification_requested", &person.email)?;
    link::mail(tx, &person, Purpose::Verify, None, origin)?;
    Ok(true)
}

/// Invites somebody who has no password.
pub fn invite(tx: &Tx<'_>, actor: &Actor, person: &Person, origin: &str) -> Result<()> {
    actor.must_command(person.role)?;
    audit::record(tx, actor, "invitation_created", &person.email)?;
    link::mail(tx, person, Purpose::Invite, None, origin)
}

/// A link for an admin to hand over: an invitation for somebody without a password, a reset for anybody who may sign in.
pub fn hand_over(tx: &Tx<'_>, actor: &Actor, person: &Person, purpose: Purpose, origin: &str) -> Result<link::Link> {
    actor.must_command(person.role)?;
    if !person.is_active {
        return Err(Error::new(Kind::Conflict, "This account is inactive. Activate it first."));
    }
    if purpose == Purpose::Invite && person.password_hash.is_some() {
        return Err(Error::new(Kind::Conflict, "This user has a password already. Make a reset link instead."));
    }
    let action = if purpose == Purpose::Invite { "invitation_created" } else { "reset_link_created" };
    audit::record(tx, actor, action, &person.email)?;
    link::make(tx, person, purpose, None, origin)
}
