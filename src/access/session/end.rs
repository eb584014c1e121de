//! Ending sessions.

use crate::audit;
use crate::base::{Actor, Error, Result, Who};
use crate::person::Person;
use crate::store::{Tx, params};

/// Ends one of the actor's own sessions; another's is not there.
pub fn end(tx: &Tx<'_>, actor: &Actor, session: &str) -> Result<()> {
    let Who::Person { email, .. } = &actor.who else { return Err(Error::unauthenticated()) };
    if !revoke(tx, actor, session)? {
        return Err(Error::not_found());
    }
    audit::record(tx, actor, "session_revoked", email)
}

/// Ends the session by which the actor asks.
pub fn log_out(tx: &Tx<'_>, actor: &Actor) -> Result<()> {
    let Who::Person { session, email, .. } = &actor.who else { return Err(Error::unauthenticated()) };
    revoke(tx, actor, session)?;
    audit::record(tx, actor, "logout", email)
}

/// Ends every session of a user on an admin's behalf; answers how many there were.
pub fn sign_out(tx: &Tx<'_>, actor: &Actor, person: &Person) -> Result<usize> {
    actor.must_command(person.role)?;
    let ended = end_all(tx, person.id)?;
    audit::record(tx, actor, "session_revoked", &person.email)?;
    Ok(ended)
}

/// Ends every session of a user, without asking who wants it: part of a change that takes their ways in.
pub fn end_all(tx: &Tx<'_>, user: i64) -> Result<usize> {
    tx.execute(
        "update sessions set revoked_at = :now where user_id = :user and revoked_at is null",
        params! {":now": tx.now().0, ":user": user},
    )
}

/// Ends one of the actor's own sessions, once: whether it was there and not ended yet.
pub(super) fn revoke(tx: &Tx<'_>, actor: &Actor, session: &str) -> Result<bool> {
    let ended = tx.execute(
        "update sessions set revoked_at = :now where id = :session and user_id = :user and revoked_at is null",
        params! {":now": tx.now().0, ":session": session, ":user": actor.user()},
    )?;
    Ok(ended == 1)
}

/// Forgets sessions that expired more than `window` milliseconds ago: their tokens are good for nothing any more.
pub fn purge(tx: &Tx<'_>, window: i64) -> Result<usize> {
    tx.execute("delete from sessions where expires_at < :oldest", params! {":oldest": tx.now().plus(-window).0})
}
