//! Queueing a mail.

use super::Template;
use crate::base::{Error, Event, Place, Result, Time, id};
use crate::store::{Conn, Tx, params};

/// Whom a mail is for.
#[derive(Clone, Copy, Debug)]
pub enum To<'m> {
    /// A user.
    User {
        /// Their number.
        id: i64,
        /// Their address.
        address: &'m str,
    },
    /// An address without an account.
    Address(&'m str),
    /// An address that is told nothing: such a mail is never delivered, it only costs what another one costs.
    Nobody(&'m str),
}

impl<'m> To<'m> {
    fn address(self) -> &'m str {
        match self {
            Self::User { address, .. } | Self::Address(address) | Self::Nobody(address) => address,
        }
    }
}

/// A mail that is not written yet: a template and what fills it.
#[derive(Clone, Debug)]
pub struct Mail<'m> {
    /// Which mail.
    pub template: Template,
    /// Where to.
    pub to: To<'m>,
    /// The ticket that it is about: its mails reach each address in their order.
    pub ticket: Option<i64>,
    /// The template's variables. What anybody can trigger without a login never holds text that a stranger chose.
    pub content: serde_json::Value,
}

/// Puts a mail into the outbox, its content sealed: links in mails are secrets. It is sent under a Message-ID that is made of
/// the row's UUID, so that a mail that is sent twice is the same mail.
pub fn mail(tx: &Tx<'_>, mail: &Mail<'_>) -> Result<()> {
    let uuid = id::new_uuid(tx.now());
    let content = serde_json::to_vec(&mail.content).map_err(Error::internal)?;
    let sealed = tx.keys().seal(Place { table: "outbox", row: &uuid, column: "content" }, &content)?;
    let (user, delivered) = match mail.to {
        To::User { id, .. } => (Some(id), None),
        To::Address(_) => (None, None),
        To::Nobody(_) => (None, Some(tx.now().0)),
    };
    tx.execute(
        "insert into outbox (uuid, channel, address, template, content, user_id, ticket_id, created_at, queued_at,
           next_attempt_at, delivered_at)
         values (:uuid, 'mail', :address, :template, :content, :user, :ticket, :now, :now, :now, :delivered)",
        params! {":uuid": uuid, ":address": mail.to.address(), ":template": mail.template.as_str(),
        ":content": sealed, ":user": user, ":ticket": mail.ticket, ":now": tx.now().0, ":delivered": delivered},
    )?;
    tx.announce(Event::MailQueued);
    Ok(())
}

/// When the newest mail of a template was queued for an address: rows of the outbox are kept for a day at least, so that
/// nobody is mailed the same thing twice a day.
pub fn last(conn: &Conn<'_>, template: Template, address: &str) -> Result<Option<Time>> {
    conn.one(
        "select created_at from outbox where lower(address) = lower(:address) and template = :template
         order by created_at desc limit 1",
        params! {":address": address, ":template": template.as_str()},
        |row| Ok(Time(row.get("created_at")?)),
    )
}
