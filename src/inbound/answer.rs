//! A mail about a ticket that is there: its customer's answer, that of staff, or a note.

use super::open::open;
use super::sent::Sent;
use super::take::Became;
use super::thread::{self, Thread, customer, is_holder};
use crate::base::{Actor, Result, Status, check};
use crate::person;
use crate::store::Tx;
use crate::ticket::{self, Ticket, Told};

/// What the customer says: an answer, or a new ticket behind one that is closed.
pub(super) fn answer(tx: &Tx<'_>, sent: &Sent<'_>, ticket: &Ticket) -> Result<Became> {
    if ticket.status == Status::Closed {
        return open(tx, sent, Some(ticket));
    }
    let person = person::by_email(tx, sent.email)?;
    let adopted = match (ticket.creator, person.as_ref().filter(|person| is_holder(person))) {
        // They are proven, or answer by a name that was told to their address alone.
        (None, Some(person)) => Some(ticket::adopt_answered(tx, ticket, person.id)?),
        _ => None,
    };
    let ticket = adopted.as_ref().unwrap_or(ticket);
    let person = person.filter(|_| ticket.creator.is_some());
    let (ticket, message) = ticket::reply(tx, &customer(person.as_ref()), ticket, sent.body())?;
    sent.put(tx, &ticket, message)?;
    Ok(Became::Reply(ticket.id))
}

/// What staff say: an answer in their name, or a note where it answers anything but what is for customers.
pub(super) fn speak(tx: &Tx<'_>, sent: &Sent<'_>, thread: &Thread, actor: &Actor) -> Result<Became> {
    let add = if thread.goes_out { ticket::reply } else { ticket::note };
    let (ticket, message) = add(tx, actor, &thread.ticket, sent.body())?;
    sent.put(tx, &ticket, message)?;
    Ok(if thread.goes_out { Became::Reply(ticket.id) } else { Became::Note(ticket.id) })
}

/// What claims to be from staff and is not proven to be: for staff to read, and they whose name stands on it hear of it.
pub(super) fn hold(tx: &Tx<'_>, sent: &Sent<'_>, ticket: &Ticket, user: i64) -> Result<Became> {
    let text = format!(
        "This mail says that it is from {}. That could not be proven, so the customer was not sent it:\n\n{}",
        sent.email,
        sent.body()
    );
    note_it(tx, sent, ticket, &text, Told::With(user))
}

/// What machines say about a ticket: it opens nothing again and is answered by nobody. What robots of staff say is told nobody,
/// they themselves least of all.
pub(super) fn note(tx: &Tx<'_>, sent: &Sent<'_>, ticket: &Ticket) -> Result<Became> {
    let text = format!("An automatic mail from {}: {}\n\n{}", sent.email, sent.mail.subject, sent.body());
    let told = if thread::is_colleague(tx, sent.email)? { Told::Nobody } else { Told::Concerned };
    note_it(tx, sent, ticket, &text, told)
}

fn note_it(tx: &Tx<'_>, sent: &Sent<'_>, ticket: &Ticket, text: &str, told: Told) -> Result<Became> {
    let text = &text[..text.floor_char_boundary(check::LONGEST_BODY)];
    let (ticket, message) = ticket::note_received(tx, ticket, text, told)?;
    sent.put(tx, &ticket, message)?;
    Ok(Became::Note(ticket.id))
}
