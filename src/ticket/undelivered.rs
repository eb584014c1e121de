//! Answers that could not be mailed: whoever wrote one must not believe that it was read.

use super::activity::{self, Happened};
use super::message::{self, Kind, NewMessage};
use super::save::save;
use super::{Ticket, find, tell};
use crate::audit;
use crate::base::{Actor, Kind as Failure, Result};
use crate::notify::{GivenUp, Template};
use crate::store::{Tx, params};

/// Notes on its ticket that an answer to the customer was given up, and tells whoever wrote it, has the ticket or watches it.
/// Nothing comes of mails to staff that are given up: telling of those would go the same way.
pub fn undelivered(tx: &Tx<'_>, mail: &GivenUp) -> Result<()> {
    let (Some(Template::ReplyToCustomer), Some(ticket)) = (mail.template, mail.ticket) else { return Ok(()) };
    let system = Actor::system();
    let ticket = match find::find_live(tx, &system, ticket) {
        Err(error) if error.kind == Failure::NotFound => return Ok(()),
        found => found?,
    };
    // The mail was written in the transaction of the answer.
    let author = tx.one(
        "select u.id, u.email from messages m join users u on u.id = m.user_id
         where m.ticket_id = :ticket and m.kind = 'reply' and m.is_staff and m.created_at = :at
           and u.is_active and u.deleted_at is null and u.role <> 'customer'",
        params! {":ticket": ticket.id, ":at": mail.written_at.0},
        |row| Ok((row.get::<i64>("id")?, row.get::<String>("email")?)),
    )?;
    // An address behind an @ means its user.
    let named = author.as_ref().map(|(_, email)| format!("@{email}: ")).unwrap_or_default();
    let text = format!("{named}This answer could not be mailed to {}. {}", mail.address, mail.reason);
    note(tx, &system, &ticket, author.map(|(id, _)| id), &text)
}

fn note(tx: &Tx<'_>, system: &Actor, ticket: &Ticket, author: Option<i64>, text: &str) -> Result<()> {
    let body = NewMessage {
        kind: Kind::Note,
        body: text,
        is_staff: true,
        is_first_response: false,
        is_private: true,
        author: None,
    };
    let id = message::add(tx, system, ticket.id, &body)?;
    let what = Happened { internal: true, message: Some(id), said: Some(text), ..Happened::new("note_added") };
    activity::record(tx, system, ticket.id, &what)?;
    audit::record(tx, system, "mail_undelivered", &ticket.number)?;
    tell::undelivered(tx, system, ticket, author, text)?;
    let after = Ticket { updated_at: tx.now(), ..ticket.clone() };
    save(tx, system, ticket, after).map(drop)
}
