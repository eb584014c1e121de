//! Editing a message of one's own.

use super::activity::{self, Happened};
use super::message::{Kind, Message};
use super::save::save;
use super::{Channel, Ticket, index};
use crate::audit;
use crate::base::{Actor, Error, Result};
use crate::store::{Tx, params};

/// Rewrites a reply or a note; its author alone may, and where a program wrote it, a program of the same person.
///
/// A reply can become a note, by staff; a note never becomes public, because those who wrote it did not expect that.
pub fn edit(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, message: &Message, body: &str, note: bool) -> Result<Ticket> {
    if message.kind == Kind::Description || message.user.is_none() || message.user != actor.user() {
        return Err(Error::new(crate::base::Kind::Forbidden, "Only its author may edit a message."));
    }
    let kind = match (message.kind, note) {
        (Kind::Note, false) => return Err(Error::field("is_internal", "An internal note cannot become public.")),
        (Kind::Reply, true) => {
            actor.must_be_staff()?;
            Kind::Note
        }
        (kind, _) => kind,
    };
    if kind == message.kind && body == message.body {
        return Ok(ticket.clone());
    }
    // Words that come another way than the first ones are read that way: what came by mail was plain text.
    let channel = if body == message.body { message.channel } else { Channel::of(actor) };
    let edited = tx.execute(
        "update messages set body = :body, kind = :kind, channel = :channel where ticket_id = :ticket and id = :id",
        params! {":body": body, ":kind": kind.as_str(), ":channel": channel.map(Channel::as_str), ":ticket": ticket.id,
        ":id": message.id},
    )?;
    if edited == 0 {
        let text = "This was said on a ticket that was merged into this one. Undo the merge first.";
        return Err(Error::new(crate::base::Kind::Conflict, text));
    }
    index::mark(tx, ticket.id);
    let what = Happened { internal: kind == Kind::Note, message: Some(message.id), ..Happened::new("message_edited") };
    activity::record(tx, actor, ticket.id, &what)?;
    audit::record(tx, actor, "ticket_message_edited", &ticket.number)?;
    let mut after = Ticket { updated_at: tx.now(), ..ticket.clone() };
    if kind != message.kind {
        let last: Option<i64> = tx
            .one(
                "select max(created_at) as at from messages where ticket_id = :ticket and kind = 'reply'",
                params! {":ticket": ticket.id},
                |row| row.get("at"),
            )?
            .flatten();
        after.reply_count -= 1;
        after.last_reply_at = last.map(crate::base::Time);
    }
    save(tx, actor, ticket, after)
}
