//! Whom a ticket's changes are mailed to: its customer, whoever has it, those who watch it.
//!
//! Nobody is told what they did themselves, nobody twice of one thing, and nobody of what they cannot see at that moment. Notes
//! are for staff. What a stranger can set off goes to an address that is not proven once a day at most, and holds nothing that
//! they wrote.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Ticket;
use crate::base::clock::DAY;
use crate::base::{Actor, Result, Time, Who};
use crate::notify::{self, Mail, Template, To};
use crate::sla::Metric;
use crate::store::{Conn, Tx, params};

/// Somebody who is told.
struct Reader {
    /// The user's number, where there is one.
    user: Option<i64>,
    address: String,
    is_proven: bool,
    /// Whether the ticket is theirs and they may rate it.
    can_rate: bool,
}

/// Who is told of a note that a mail became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The staff concerned.
    Concerned,
    /// They, and this user.
    With(i64),
    /// Nobody: it is what a robot of the staff writes by itself.
    Nobody,
}

/// What every mail about a ticket says.
fn content(ticket: &Ticket, more: Value) -> Value {
    let link = format!("tickets/{}", ticket.id);
    let mut all = json!({"number": ticket.number, "subject": ticket.subject, "link": link});
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
        all.extend(more);
    }
    all
}

fn send(tx: &Tx<'_>, ticket: &Ticket, template: Template, reader: &Reader, content: Value) -> Result<()> {
    if let Some(user) = reader.user
        && !notify::wants(tx, user, template)?
    {
        return Ok(());
    }
    let address = reader.address.as_str();
    let to = reader.user.map_or(To::Address(address), |id| To::User { id, address });
    notify::mail(tx, &Mail { template, to, ticket: Some(ticket.id), content })
}

/// Whose ticket it is: the account of whoever filed it, or the address that stands alone. Nobody where an account was closed.
fn customer(conn: &Conn<'_>, ticket: &Ticket) -> Result<Option<Reader>> {
    let Some(creator) = ticket.creator else {
        let alone =
            |address: &String| Reader { user: None, address: address.clone(), is_proven: false, can_rate: false };
        return Ok(ticket.customer.email.as_ref().map(alone));
    };
    conn.one(
        "select u.email, u.email_verified_at is not null as proven,
           not exists (select 1 from ratings r where r.ticket_id = :ticket) as unrated
         from users u where u.id = :creator and u.is_active and u.deleted_at is null",
        params! {":creator": creator, ":ticket": ticket.id},
        |row| {
            Ok(Reader {
                user: Some(creator),
                address: row.get("email")?,
                is_proven: row.get("proven")?,
                can_rate: row.get("unrated")?,
            })
        },
    )
}

/// The staff who have the ticket or watch it, and see it; where `project` says so, all agents of its project instead while
/// nobody has it; and this user, as far as they see it.
fn staff(conn: &Conn<'_>, ticket: &Ticket, project: bool, also: Option<i64>) -> Result<Vec<Reader>> {
    conn.all(
        "select u.id, u.email from users u
         where u.is_active and u.deleted_at is null
           and (u.id = :assignee or u.id = :also
             or (not :project and u.id in (select user_id from watchers where ticket_id = :ticket))
             or (:project and :assignee is null
               and u.id in (select user_id from project_agents where project_id = :project_id)))
           and (u.role in ('admin', 'super_admin') or (u.role = 'agent'
             and u.id in (select user_id from project_agents where project_id = :project_id)
             and case u.ticket_scope when 'all' then true
               when 'group' then u.id = :assignee
                 or :group in (select group_id from group_members where user_id = u.id)
               else u.id = :assignee end))
         order by u.id",
        params! {":assignee": ticket.assignee, ":project": project, ":ticket": ticket.id,
        ":project_id": ticket.project, ":group": ticket.group, ":also": also},
        |row| Ok(Reader { user: Some(row.get("id")?), address: row.get("email")?, is_proven: true, can_rate: false }),
    )
}

/// How whoever acts is named to others.
fn name(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<String> {
    let user = |user: i64| {
        conn.one("select name from users where id = :user", params! {":user": user}, |row| row.get::<String>("name"))
    };
    let known = match &actor.who {
        Who::Person { user: id, .. } => user(*id)?,
        Who::KeyPair { .. } => ticket.customer.name.clone().or_else(|| ticket.customer.email.clone()),
        Who::System | Who::Server { .. } | Who::Nobody => None,
    };
    Ok(known.unwrap_or_else(|| "Gatehouse".to_owned()))
}

/// Whether it is the actor themselves who would be told.
fn is(actor: &Actor, reader: &Reader) -> bool {
    match (&actor.who, reader.user) {
        (Who::Person { user, .. }, Some(reader)) => *user == reader,
        (Who::Person { email, .. }, None) => email.eq_ignore_ascii_case(&reader.address),
        _ => false,
    }
}

/// Tells the customer that their ticket is there.
pub(super) fn opened(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<()> {
    let Some(reader) = customer(tx, ticket)? else { return Ok(()) };
    if actor.is_staff() && is(actor, &reader) {
        return Ok(());
    }
    let template = Template::TicketReceived;
    if reader.is_proven {
        return send(tx, ticket, template, &reader, content(ticket, json!({})));
    }
    let today = notify::last(tx, template, &reader.address)?.is_some_and(|at| at > tx.now().plus(-DAY));
    if today || matches!(actor.who, Who::KeyPair { .. }) {
        return Ok(());
    }
    // Whoever filed it may have named somebody else's address.
    send(tx, ticket, template, &reader, content(ticket, json!({"subject": ""})))
}

/// Tells the other side, and the staff concerned, that somebody has answered.
pub(super) fn replied(
    tx: &Tx<'_>,
    actor: &Actor,
    ticket: &Ticket,
    (message, body): (i64, &str),
    by_customer: bool,
) -> Result<()> {
    let said = [ticket.id, message];
    let author = name(tx, actor, ticket)?;
    let mut told = BTreeSet::new();
    if let Some(reader) = customer(tx, ticket)?.filter(|reader| !by_customer && !is(actor, reader)) {
        let content = content(ticket, json!({"author": author, "message": body, "said": said}));
        send(tx, ticket, Template::ReplyToCustomer, &reader, content)?;
        told.insert(reader.address.to_lowercase());
    }
    to_staff(tx, actor, ticket, &told, None, json!({"author": author, "message": body, "said": said, "is_note": false}))
}

/// Tells the staff concerned of a note.
pub(super) fn noted(
    tx: &Tx<'_>,
    actor: &Actor,
    ticket: &Ticket,
    (message, body): (i64, &str),
    told: Told,
) -> Result<()> {
    let also = match told {
        Told::Concerned => None,
        Told::With(user) => Some(user),
        Told::Nobody => return Ok(()),
    };
    let (author, said) = (name(tx, actor, ticket)?, [ticket.id, message]);
    let more = json!({"author": author, "message": body, "said": said, "is_note": true});
    to_staff(tx, actor, ticket, &BTreeSet::new(), also, more)
}

/// Tells the staff concerned, and whoever wrote it, that an answer could not be mailed.
pub(super) fn undelivered(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, author: Option<i64>, body: &str) -> Result<()> {
    let more = json!({"author": name(tx, actor, ticket)?, "message": body, "is_note": true});
    for reader in staff(tx, ticket, false, author)? {
        send(tx, ticket, Template::ReplyToStaff, &reader, content(ticket, more.clone()))?;
    }
    Ok(())
}

fn to_staff(
    tx: &Tx<'_>,
    actor: &Actor,
    ticket: &Ticket,
    told: &BTreeSet<String>,
    also: Option<i64>,
    more: Value,
) -> Result<()> {
    for reader in staff(tx, ticket, false, also)? {
        if !is(actor, &reader) && !told.contains(&reader.address.to_lowercase()) {
            send(tx, ticket, Template::ReplyToStaff, &reader, content(ticket, more.clone()))?;
        }
    }
    Ok(())
}

/// Tells somebody that a ticket is theirs from now on.
pub(super) fn assigned(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<()> {
    let more = json!({"author": name(tx, actor, ticket)?, "priority": ticket.priority.as_str()});
    for reader in staff(tx, ticket, true, None)? {
        if reader.user == ticket.assignee && !is(actor, &reader) {
            send(tx, ticket, Template::Assigned, &reader, content(ticket, more.clone()))?;
        }
    }
    Ok(())
}

/// Tells the customer that their ticket is resolved or closed, and asks what they think of that; once a day at most.
pub(super) fn finished(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<()> {
    let Some(reader) = customer(tx, ticket)?.filter(|reader| !is(actor, reader)) else { return Ok(()) };
    // A key pair speaks for the customer's side.
    let told = tx.one(
        "select 1 from outbox where ticket_id = :ticket and template = :template and created_at > :day",
        params! {":ticket": ticket.id, ":template": Template::TicketResolved.as_str(), ":day": tx.now().plus(-DAY).0},
        |_| Ok(()),
    )?;
    if told.is_some() || matches!(actor.who, Who::KeyPair { .. }) {
        return Ok(());
    }
    let is_closed = ticket.status == super::Status::Closed;
    let more = json!({"can_rate": reader.can_rate, "is_closed": is_closed});
    send(tx, ticket, Template::TicketResolved, &reader, content(ticket, more))
}

/// Tells whoever has the ticket, or the agents of its project while nobody has, of a deadline that is near or was missed.
pub(super) fn due(tx: &Tx<'_>, ticket: &Ticket, template: Template, metric: Metric, at: Time) -> Result<()> {
    for reader in staff(tx, ticket, true, None)? {
        let more = json!({"metric": metric.as_str(), "due": at.to_seconds()});
        send(tx, ticket, template, &reader, content(ticket, more))?;
    }
    Ok(())
}
