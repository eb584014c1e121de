//! The conversation of a ticket: its description, public replies, internal notes.

use super::merge::leading_to;
use super::{Attachment, Channel, Received, Ticket, Trust, attachment, id, index};
use crate::base::{Actor, Error, Result, Time};
use crate::store::{Conn, Tx, params};

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first message.
    Description,
    /// Both sides read it.
    Reply,
    /// Staff read it.
    Note,
}

impl Kind {
    /// As SQL and every surface spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }
}

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Rises with time, across all tickets.
    pub id: i64,
    /// What it is.
    pub kind: Kind,
    /// The author's number, where a user wrote it.
    pub user: Option<i64>,
    /// The author's other id.
    pub user_uuid: Option<String>,
    /// The author's name.
    pub author: Option<String>,
    /// Whether staff wrote it, other than as the ticket's own customer.
    pub is_staff: bool,
    /// Whether it is the first public answer of staff.
    pub is_first_response: bool,
    /// What its author said of a note; customers see none, whatever this says.
    pub is_private: bool,
    /// As it was written.
    pub body: String,
    /// When.
    pub created_at: Time,
    /// The way that it came in, where that is known.
    pub channel: Option<Channel>,
    /// For staff: what is known of the mail that it came by.
    pub mail: Option<Received>,
    /// The files it carries, in the order in which they were sent.
    pub attachments: Vec<Attachment>,
}

/// What it takes to add a message.
pub(super) struct NewMessage<'m> {
    pub kind: Kind,
    pub body: &'m str,
    pub is_staff: bool,
    pub is_first_response: bool,
    pub is_private: bool,
    /// How the author is shown where there is no user.
    pub author: Option<&'m str>,
}

/// Adds a message; answers its id.
pub(super) fn add(tx: &Tx<'_>, actor: &Actor, ticket: i64, new: &NewMessage<'_>) -> Result<i64> {
    let id = id::next(tx, "messages")?;
    tx.execute(
        "insert into messages (ticket_id, id, kind, user_id, author_name, is_staff, is_first_response, is_private,
           body, channel, created_at)
         values (:ticket, :id, :kind, :user, :author, :staff, :first, :private, :body, :channel, :now)",
        params! {":ticket": ticket, ":id": id, ":kind": new.kind.as_str(), ":user": actor.user(),
        ":author": new.author, ":staff": new.is_staff, ":first": new.is_first_response, ":private": new.is_private, ":body": new.body,
        ":channel": Channel::of(actor).map(Channel::as_str), ":now": tx.now().0},
    )?;
    index::mark(tx, ticket);
    Ok(id)
}

/// The conversation, oldest first, the description before all; notes for staff alone. What was said on tickets that were
/// merged into this one is part of it, as far as the actor sees those: their descriptions as replies.
pub fn messages(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Vec<Message>> {
    let mut messages = own(conn, actor, ticket)?;
    let merged = leading_to(conn, actor, ticket)?;
    if merged.is_empty() {
        return Ok(messages);
    }
    for other in merged {
        messages.extend(own(conn, actor, &other)?.into_iter().map(|message| match message.kind {
            Kind::Description => Message { kind: Kind::Reply, ..message },
            Kind::Reply | Kind::Note => message,
        }));
    }
    messages.sort_by_key(|message| (message.kind != Kind::Description, message.id));
    Ok(messages)
}

/// What was said on this ticket itself.
fn own(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Vec<Message>> {
    let mut messages = conn.all(
        "select m.id, m.kind, m.user_id, u.uuid, coalesce(u.name, m.author_name), m.is_staff, m.is_first_response,
           m.is_private, m.body, m.created_at, m.channel, w.sender, w.trust, w.findings, w.quoted
         from messages m left join users u on u.id = m.user_id
           left join message_mails w on :staff and w.ticket_id = m.ticket_id and w.message_id = m.id
         where m.ticket_id = :ticket and (:staff or m.kind <> 'note') order by m.id",
        params! {":ticket": ticket.id, ":staff": actor.is_staff()},
        |row| {
            let c = row.columns();
            let (id, kind) = (c.take()?, c.take::<String>()?);
            let kind = match kind.as_str() {
                "description" => Kind::Description,
                "reply" => Kind::Reply,
                "note" => Kind::Note,
                other => return Err(Error::internal(format!("unknown kind of message {other}"))),
            };
            Ok(Message {
                id,
                kind,
                user: c.take()?,
                user_uuid: c.take()?,
                author: c.take()?,
                is_staff: c.take()?,
                is_first_response: c.take()?,
                is_private: c.take()?,
                body: c.take()?,
                created_at: Time(c.take()?),
                channel: c.take::<Option<String>>()?.as_deref().and_then(Channel::parse),
                mail: mail(c.take()?, c.take()?, c.take()?, c.take()?),
                attachments: Vec::new(),
            })
        },
    )?;
    for (message, attachment) in attachment::of_ticket(conn, actor, ticket.id)? {
        if let Ok(at) = messages.binary_search_by_key(&message, |message| message.id) {
            match &mut messages[at].mail {
                Some(mail) if attachment.is_raw => mail.raw = Some(attachment),
                _ => messages[at].attachments.push(attachment),
            }
        }
    }
    Ok(messages)
}

fn mail(
    sender: Option<String>,
    trust: Option<String>,
    findings: Option<String>,
    quoted: Option<String>,
) -> Option<Received> {
    let trust = Trust::parse(&trust?)?;
    Some(Received { sender: sender?, trust, findings: findings?, quoted, raw: None })
}

/// Dates the first message back to when it was written elsewhere.
pub(super) fn date_description(tx: &Tx<'_>, ticket: i64, at: Time) -> Result<()> {
    tx.execute(
        "update messages set created_at = :at where ticket_id = :ticket and kind = 'description'",
        params! {":ticket": ticket, ":at": at.0},
    )
    .map(drop)
}

/// The id of the first message.
pub fn description(conn: &Conn<'_>, ticket: &Ticket) -> Result<i64> {
    let found = conn.one(
        "select id from messages where ticket_id = :ticket and kind = 'description'",
        params! {":ticket": ticket.id},
        |row| row.get("id"),
    )?;
    found.ok_or_else(|| Error::internal(format!("ticket {} has no description", ticket.id)))
}
