//! Signing in, in the two halves around the password thread.

use super::session;
use crate::audit;
use crate::base::{Actor, Error, Kind, Result, Secret, Who};
use crate::person::{self, Person};
use crate::store::{Conn, Tx, params};

/// Unknown address, wrong password and no password read alike.
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

/// Signs in whoever gave the right password, if it still is the right one and they still may.
pub fn succeed(
    tx: &Tx<'_>,
    actor: &Actor,
    candidate: &Person,
    ttl_minutes: i64,
    agent: &str,
) -> Result<(Secret<String>, Person)> {
    let person = person::by_id(tx, candidate.id)?.ok_or_else(refused)?;
    if person.password_hash != candidate.password_hash {
        return Err(refused());
    }
    if !person.is_active {
        return Err(Error::new(Kind::Forbidden, "Account is inactive"));
    }
    let token = session::start(tx, actor, &person, ttl_minutes, agent)?;
    entered(tx, actor, &person)?;
    Ok((token, person))
}

/// Notes that somebody signed in.
pub(super) fn entered(tx: &Tx<'_>, actor: &Actor, person: &Person) -> Result<()> {
    tx.execute("update users set last_login_at = :now where id = :id", params! {":now": tx.now().0, ":id": person.id})?;
    let who = Who::Person { user: person.id, email: person.email.clone(), role: person.role, session: String::new() };
    audit::record(tx, &Actor::new(who, actor.ip), "login", &person.email)
}
