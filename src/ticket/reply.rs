//! Answering a ticket, in public or among staff.

use super::activity::{self, Happened};
use super::message::{self, Kind, NewMessage};
use super::save::save;
use super::status::enter;
use super::{Status, Ticket, Told, automate, tell};
use crate::audit;
use crate::automation::Event;
use crate::base::{Actor, Error, Kind as Failure, Result};
use crate::store::Tx;

/// Whether the actor speaks for the customer's side: the one who filed the ticket, or the project's own back end. What
/// staff do by a key is the work of staff, even where the key filed the ticket too.
fn is_customer(actor: &Actor, ticket: &Ticket) -> bool {
    let by_key = actor.grant.as_ref().is_some_and(|grant| grant.key.is_some());
    !actor.is_staff() || (!by_key && actor.user().is_some() && actor.user() == ticket.creator)
}

/// Adds a public message; answers the ticket and the message's id.
///
/// Staff's first answer stamps the first response, and moves an open ticket to in progress. The customer's answer
/// reopens what waits or is resolved; what is closed stays closed, so it is a conflict.
pub fn reply(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, body: &str) -> Result<(Ticket, i64)> {
    let by_customer = is_customer(actor, ticket);
    if by_customer && ticket.status == Status::Closed {
        return Err(Error::new(Failure::Conflict, "This ticket is closed. Reopen it, or open a new one."));
    }
    let mut after = ticket.clone();
    let is_first_response = !by_customer && ticket.first_response_at.is_none();
    let author = match actor.user() {
        Some(_) => None,
        None => ticket.customer.name.as_deref().or(ticket.customer.email.as_deref()),
    };
    let new =
        NewMessage { kind: Kind::Reply, body, is_staff: !by_customer, is_first_response, is_private: false, author };
    let id = message::add(tx, actor, ticket.id, &new)?;
    activity::record(
        tx,
        actor,
        ticket.id,
        &Happened { message: Some(id), said: Some(body), ..Happened::new("replied") },
    )?;
    if is_first_response {
        after.first_response_at = Some(tx.now());
    }
    match (by_customer, ticket.status) {
        (false, Status::Open) => enter(tx, actor, &mut after, Status::InProgress)?,
        (true, Status::Pending | Status::Resolved) => {
            let to = if ticket.assignee.is_some() { Status::InProgress } else { Status::Open };
            enter(tx, actor, &mut after, to)?;
        }
        (false, Status::InProgress | Status::Pending | Status::Resolved | Status::Closed)
        | (true, Status::Open | Status::InProgress | Status::Closed) => {}
    }
    after.reply_count += 1;
    after.last_reply_at = Some(tx.now());
    after.last_activity_at = tx.now();
    audit::record(tx, actor, "ticket_replied", &ticket.number)?;
    let after = save(tx, actor, ticket, after)?;
    tell::replied(tx, actor, &after, (id, body), by_customer)?;
    Ok((automate::heed(tx, actor, after, Event::Replied)?, id))
}

/// Adds an internal note, which customers never learn of; answers the ticket and the message's id. Staff alone may.
pub fn note(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, body: &str) -> Result<(Ticket, i64)> {
    note_said(tx, actor, ticket, body, true)
}

/// [`note`], of which its author says whether it is private. Customers never learn of it whatever they say.
pub fn note_said(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, body: &str, is_private: bool) -> Result<(Ticket, i64)> {
    add_note(tx, actor, ticket, body, is_private, Told::Concerned)
}

/// [`note`] of a mail, by Gatehouse itself, and who is told of it.
pub fn note_received(tx: &Tx<'_>, ticket: &Ticket, body: &str, told: Told) -> Result<(Ticket, i64)> {
    add_note(tx, &Actor::system(), ticket, body, true, told)
}

fn add_note(
    tx: &Tx<'_>,
    actor: &Actor,
    ticket: &Ticket,
    body: &str,
    is_private: bool,
    told: Told,
) -> Result<(Ticket, i64)> {
    actor.must_be_staff()?;
    let new = NewMessage { kind: Kind::Note, body, is_staff: true, is_first_response: false, is_private, author: None };
    let id = message::add(tx, actor, ticket.id, &new)?;
    let what = Happened { internal: true, message: Some(id), said: Some(body), ..Happened::new("note_added") };
    activity::record(tx, actor, ticket.id, &what)?;
    audit::record(tx, actor, "ticket_note_added", &ticket.number)?;
    tell::noted(tx, actor, ticket, (id, body), told)?;
    let after = Ticket { updated_at: tx.now(), ..ticket.clone() };
    Ok((save(tx, actor, ticket, after)?, id))
}
