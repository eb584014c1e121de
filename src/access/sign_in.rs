//! Signing in, in the two halves around the password thread.

use super::session;
use crate::audit;
use crate::base::{Actor, Error, Kind, Result, Secret, Who};
use crate::person::{self, Person};
use crate::store::{Conn, Tx};

/// Unknown address and wrong password read alike.
pub fn refused() -> Error {
    Error::new(Kind::Unauthenticated, "Invalid credentials")
}

/// Who would sign in, if the password turns out right.
pub fn candidate(conn: &Conn<'_>, email: &str) -> Result<Option<Person>> {
    person::by_email(conn, email)
}

/// Notes a failed login.
pub fn fail(tx: &Tx<'_>, actor: &Actor, email: &str) -> Result<()> {
    let target: String = email.chars().filter(|c| !c.is_control()).take(254).collect();
    audit::record(tx, actor, "login_failed", &target)
}

/// Signs in whoever gave the right password, if they still may.
pub fn succeed(
    tx: &Tx<'_>,
    actor: &Actor,
    email: &str,
    ttl_minutes: i64,
    agent: &str,
) -> Result<(Secret<String>, Person)> {
    let person = person::by_email(tx, email)?.ok_or_else(refused)?;
    if !person.is_active {
        return Err(Error::new(Kind::Forbidden, "Account is inactive"));
    }
    let token = session::start(tx, actor, &person, ttl_minutes, agent)?;
    let who = Who::Person { user: person.id, email: person.email.clone(), role: person.role, session: String::new() };
    audit::record(tx, &Actor::new(who, actor.ip), "login", &person.email)?;
    Ok((token, person))
}
