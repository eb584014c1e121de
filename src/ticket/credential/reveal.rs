//! Reading credentials: for the ticket's assignee alone, in person.

use serde_json::Value;

use super::{Credential, place, read};
use crate::audit;
use crate::base::{Actor, Error, Kind, Result};
use crate::store::{Conn, Tx, params};
use crate::ticket::Ticket;
use crate::ticket::activity::{self, Happened};

/// What a credential holds.
#[derive(Clone)]
pub struct Revealed {
    /// The JSON object that was shared.
    pub values: Value,
    /// What was said beside it.
    pub notes: Option<String>,
}

impl std::fmt::Debug for Revealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Revealed(…)")
    }
}

/// Customers never learn that there are any, not even those who shared them; programs never read them.
fn must_have(actor: &Actor, ticket: &Ticket) -> Result<()> {
    if actor.grant.is_some() {
        return Err(Error::unauthenticated());
    }
    if !actor.is_staff() {
        return Err(Error::not_found());
    }
    if actor.user().is_none() || actor.user() != ticket.assignee {
        return Err(Error::new(Kind::Forbidden, "Only whoever the ticket is assigned to may read its credentials."));
    }
    Ok(())
}

/// The credentials of a ticket that have not expired, oldest first.
pub fn list(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Vec<Credential>> {
    must_have(actor, ticket)?;
    conn.all(
        "select id, uuid, type, expires_at, created_at from credentials
         where ticket_id = :ticket and expires_at > :now and place_id is not null order by id",
        params! {":ticket": ticket.id, ":now": conn.now().0},
        read,
    )
}

/// Opens a credential, which is noted in the audit log and in the ticket's trail. [`Kind::Gone`] once it has expired.
pub fn reveal(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, id: i64) -> Result<(Credential, Revealed)> {
    must_have(actor, ticket)?;
    let found = tx.one(
        "select id, uuid, type, expires_at, created_at, place_id from credentials
         where id = :id and ticket_id = :ticket",
        params! {":id": id, ":ticket": ticket.id},
        |row| Ok((read(row)?, row.get::<Option<i64>>("place_id")?)),
    )?;
    let (credential, place) = found.ok_or_else(Error::not_found)?;
    let Some(place) = place.filter(|_| credential.expires_at > tx.now()) else {
        return Err(Error::new(
            Kind::Gone,
            "This credential has expired and was erased. Ask for it to be shared again.",
        ));
    };
    let text = place::open(tx, &credential.uuid, place)?;
    let mut opened: Value = serde_json::from_slice(&text).map_err(Error::internal)?;
    let notes = opened["notes"].as_str().map(str::to_owned);
    let revealed = Revealed { values: opened["credentials"].take(), notes };
    let what = Happened { to: Some(&credential.kind), internal: true, ..Happened::new("credential_revealed") };
    activity::record(tx, actor, ticket.id, &what)?;
    audit::record(tx, actor, "credential_revealed", &format!("{} credential {id}", ticket.number))?;
    Ok((credential, revealed))
}
