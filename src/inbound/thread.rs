//! Which ticket a mail is about, and whose words on it a mail can be.

use super::believe::is_proven;
use super::parse::Incoming;
use super::take::House;
use crate::base::{Actor, Kind, Result, Role, Who};
use crate::notify;
use crate::person::{self, Person};
use crate::store::Conn;
use crate::ticket::{self, Ticket};

/// Words in brackets of a subject that may be a ticket's number.
const MOST_BRACKETS: usize = 5;

/// The ticket that a mail answers.
pub(super) struct Thread {
    pub ticket: Ticket,
    /// Whether what staff answer goes to the customer: not to a note, and not where that is not certain.
    pub goes_out: bool,
}

/// The ticket that a mail names by an address or a Message-ID of ours.
pub(super) fn named(conn: &Conn<'_>, house: &House, mail: &Incoming) -> Result<Option<Thread>> {
    let (keys, mut all) = (conn.keys(), Vec::new());
    if let Some(inbound) = &house.sender.inbound {
        for address in &mail.recipients {
            all.extend(notify::named_by_address(keys, inbound, address)?);
        }
    }
    // Below the newest one stand those of the whole thread.
    for id in &mail.refers_to {
        if let Some(named) = notify::named_by_message_id(keys, id)? {
            all.push(named);
            break;
        }
    }
    let Some(first) = all.first() else { return Ok(None) };
    let mut told = all.iter().filter_map(|named| named.goes_out).peekable();
    let goes_out = told.peek().is_some() && told.all(|goes_out| goes_out);
    let ticket = found(ticket::find_live(conn, &Actor::system(), first.ticket))?;
    Ok(ticket.map(|ticket| Thread { ticket, goes_out }))
}

fn found(ticket: Result<Ticket>) -> Result<Option<Ticket>> {
    match ticket {
        Ok(ticket) => Ok(Some(ticket)),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The ticket whose number the subject names, where the sender is proven and it is theirs.
pub(super) fn numbered(conn: &Conn<'_>, house: &House, mail: &Incoming, email: &str) -> Result<Option<Ticket>> {
    if !is_proven(&mail.results, house.trusted.as_deref()) {
        return Ok(None);
    }
    // Mail servers put words of their own in brackets before it: `[EXTERN]`.
    let inside = mail.subject.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    for (number, _) in inside.take(MOST_BRACKETS) {
        let ticket = found(ticket::by_number(conn, &Actor::system(), number))?;
        if let Some(ticket) = ticket
            && is_customer(conn, &ticket, email)?
        {
            return Ok(Some(ticket));
        }
    }
    Ok(None)
}

/// Whether an address is that of the ticket's own customer, whose account was not closed.
pub(super) fn is_customer(conn: &Conn<'_>, ticket: &Ticket, email: &str) -> Result<bool> {
    let Some(creator) = ticket.creator else {
        return Ok(ticket.customer.email.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(email)));
    };
    let person = person::by_email(conn, email)?.filter(|person| person.is_active);
    Ok(person.is_some_and(|person| person.id == creator))
}

/// The customer's side, as somebody with an account or without one.
pub(super) fn customer(person: Option<&Person>) -> Actor {
    person.map_or_else(|| Actor::nobody(None), |person| acting(person, Role::Customer))
}

fn acting(person: &Person, role: Role) -> Actor {
    let (user, email) = (person.id, person.email.clone());
    Actor::new(Who::Person { user, email, role, session: String::new() }, None)
}

/// One of the staff who may answer a ticket, and what they are once a mail is proven to be theirs.
pub(super) struct Staff {
    /// The user's number.
    pub user: i64,
    /// Who they are, where their address was shown to be theirs.
    pub actor: Option<Actor>,
}

/// The staff member of an address, as far as they see the ticket now. An address that was never shown to be theirs speaks for
/// nobody, however well a mail proves it.
pub(super) fn staff(conn: &Conn<'_>, ticket: &Ticket, email: &str) -> Result<Option<Staff>> {
    let person = person::by_email(conn, email)?;
    let Some(person) = person.filter(|person| person.is_active && person.role >= Role::Agent) else {
        return Ok(None);
    };
    let actor = acting(&person, person.role);
    let sees = found(ticket::find_live(conn, &actor, ticket.id))?.is_some();
    let actor = Some(actor).filter(|_| person.verified_at.is_some());
    Ok(sees.then_some(Staff { user: person.id, actor }))
}

/// Whether an address is that of one of the staff.
pub(super) fn is_colleague(conn: &Conn<'_>, email: &str) -> Result<bool> {
    Ok(person::by_email(conn, email)?.is_some_and(|person| person.role >= Role::Agent))
}

/// Whether somebody is a customer who has shown that their address is theirs.
pub(super) fn is_holder(person: &Person) -> bool {
    person.is_active && person.role == Role::Customer && person.verified_at.is_some()
}
