//! Whoever speaks or acts where a caller names a user.

use super::Ticket;
use crate::base::{Actor, Error, Result, Role, Who};
use crate::store::{Conn, params};

/// The user with this UUID, to act on a ticket in the caller's place: active staff, or the ticket's own customer. A program
/// with an API key may name either, an admin too; everybody else only themselves. Nobody named is the caller.
///
/// The trail then names that user and the key; the audit log names whoever called.
pub fn author(
    conn: &Conn<'_>,
    actor: &Actor,
    ticket: &Ticket,
    field: &'static str,
    uuid: Option<&str>,
) -> Result<Actor> {
    let (Some(uuid), Who::Person { email, session, .. }) = (uuid, &actor.who) else { return Ok(actor.clone()) };
    let found = conn.one(
        "select id, role from users where uuid = :uuid and is_active and deleted_at is null",
        params! {":uuid": uuid.to_ascii_lowercase()},
        |row| Ok((row.get::<i64>("id")?, row.get::<String>("role")?)),
    )?;
    let Some((user, role)) = found.and_then(|(user, role)| Some((user, Role::parse(&role)?))) else {
        return Err(unknown(field));
    };
    if actor.user() == Some(user) {
        return Ok(actor.clone());
    }
    if role == Role::Customer && ticket.creator != Some(user) {
        return Err(unknown(field));
    }
    let by_key = actor.grant.as_ref().is_some_and(|grant| grant.key.is_some());
    if !by_key && !actor.is_admin() {
        return Err(Error::field(field, "Only an admin may act for others. Name yourself, or nobody."));
    }
    let who = Who::Person { user, email: email.clone(), role, session: session.clone() };
    Ok(Actor { who, ..actor.clone() })
}

fn unknown(field: &'static str) -> Error {
    Error::field(field, "There is no such user: name active staff, or the ticket's own customer.")
}
