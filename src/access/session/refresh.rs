//! Trading a session for the next one.

use super::end::revoke;
use super::token::start;
use crate::audit;
use crate::base::{Actor, Error, Result, Secret, Who};
use crate::person;
use crate::store::Tx;

/// Ends the session by which the actor asks, expired or not, and starts another: each token is taken once.
pub fn refresh(tx: &Tx<'_>, actor: &Actor, ttl_minutes: i64, agent: &str) -> Result<Secret<String>> {
    let Who::Person { user, email, session, .. } = &actor.who else { return Err(Error::unauthenticated()) };
    if !revoke(tx, actor, session)? {
        return Err(Error::unauthenticated());
    }
    let person = person::by_id(tx, *user)?.ok_or_else(Error::unauthenticated)?;
    let token = start(tx, actor, &person, ttl_minutes, agent)?;
    audit::record(tx, actor, "session_refreshed", email)?;
    Ok(token)
}
