//! A mail that opens a ticket.

use super::sent::Sent;
use super::take::{Became, Project, too_many};
use super::thread::{customer, is_holder};
use crate::base::{Error, Result, Source};
use crate::person::{self, Person};
use crate::store::{Conn, Tx, params};
use crate::ticket::{self, Customer, NewTicket, Ticket};

/// Tickets that an address may open in a day by mail.
const MOST_TICKETS: i64 = 20;

/// A new ticket. It is the account's whose address it is only where that was proven on the way. One that goes on with a closed
/// ticket belongs to whom that belongs, lies in its project as long as that takes tickets, and is linked with it.
pub(super) fn open(tx: &Tx<'_>, sent: &Sent<'_>, closed: Option<&Ticket>) -> Result<Became> {
    if too_many(tx, sent.email, "ticket", MOST_TICKETS)? {
        return Ok(Became::Nothing("Its sender has opened too many tickets today."));
    }
    let is_closed_ones = |person: &Person| closed.is_some_and(|closed| closed.creator == Some(person.id));
    let is_believed =
        |person: &Person| (sent.is_proven() && is_holder(person)) || (is_closed_ones(person) && person.is_active);
    let person = person::by_email(tx, sent.email)?.filter(is_believed);
    let subject = Some(sent.mail.subject.clone()).filter(|subject| !subject.is_empty());
    let subject = subject.unwrap_or_else(|| "(no subject)".to_owned());
    let mut new = NewTicket::new(subject, sent.body().to_owned(), Source::Email);
    new.project = match &sent.house.origin.project {
        Some(Project::Slug(slug)) => Some(project(tx, slug)?),
        Some(Project::Number(number)) => Some(*number),
        None => None,
    };
    if let Some(closed) = closed
        && takes_tickets(tx, closed.project)?
    {
        new.project = Some(closed.project);
    }
    let name = sent.mail.from.as_ref().and_then(|(_, name)| name.clone());
    new.customer = Customer { name, email: Some(sent.email.to_owned()), ..Customer::default() };
    new.is_answered = sent.mail.machine.is_none();
    let ticket = ticket::open(tx, &customer(person.as_ref()), &new)?;
    sent.put(tx, &ticket, ticket::description(tx, &ticket)?)?;
    if let Some(closed) = closed {
        ticket::follow_up(tx, &ticket, closed)?;
    }
    Ok(Became::Ticket(ticket.id))
}

fn project(conn: &Conn<'_>, slug: &str) -> Result<i64> {
    let found = conn.one("select id from projects where slug = :slug", params! {":slug": slug}, |row| row.get("id"))?;
    found.ok_or_else(|| Error::field("project", format!("There is no project {slug}.")))
}

fn takes_tickets(conn: &Conn<'_>, project: i64) -> Result<bool> {
    let found =
        conn.one("select 1 from projects where id = :id and is_active", params! {":id": project}, |_| Ok(()))?;
    Ok(found.is_some())
}
