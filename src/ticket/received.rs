//! What is known of the mail that a message came by.

use super::{Attachment, NewFile, Ticket};
use crate::base::{Error, Result};
use crate::store::{Tx, params};

/// How far the sender's domain was found to stand behind a mail (SPF, DKIM, DMARC), by the mail server that is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It stands behind the address in From: (DMARC).
    Proven,
    /// Some domain stands behind it, perhaps not that of the address.
    Partial,
    /// Nothing was found, or nobody looked.
    Unknown,
    /// The domain says that it is not from there.
    Failed,
}

impl Trust {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Proven, Self::Partial, Self::Unknown, Self::Failed];

    /// As SQL and JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Partial => "partial",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }

    /// The reverse of [`Trust::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trust| trust.as_str() == text)
    }
}

/// What is known of the mail that a message came by.
#[derive(Clone, Debug)]
pub struct Received {
    /// The address in its From:.
    pub sender: String,
    /// How far that can be believed.
    pub trust: Trust,
    /// What the mail server found in detail, `spf=pass dkim=pass dmarc=pass`; blank where it found nothing.
    pub findings: String,
    /// What it quotes at its end, which is not in the message's body.
    pub quoted: Option<String>,
    /// The mail itself.
    pub raw: Option<Attachment>,
}

/// Notes that a message came by mail, and keeps that mail, which is on disk already.
pub fn received(tx: &Tx<'_>, ticket: &Ticket, message: i64, mail: &Received, raw: &NewFile) -> Result<()> {
    let named = params! {":ticket": ticket.id, ":message": message};
    tx.execute("update messages set channel = 'mail' where ticket_id = :ticket and id = :message", named)?;
    tx.execute(
        "insert into message_mails (ticket_id, message_id, sender, trust, findings, quoted)
         values (:ticket, :message, :sender, :trust, :findings, :quoted)",
        params! {":ticket": ticket.id, ":message": message, ":sender": mail.sender, ":trust": mail.trust.as_str(),
        ":findings": mail.findings, ":quoted": mail.quoted},
    )?;
    // It is nobody's: it takes nothing off what its sender may attach in a day.
    tx.execute(
        "insert into attachments (ticket_id, message_id, hash, filename, mime_type, size, is_raw, created_at)
         values (:ticket, :message, :hash, :name, :type, :size, 1, :now)",
        params! {":ticket": ticket.id, ":message": message, ":hash": raw.hash, ":name": raw.name.as_str(),
        ":type": raw.media_type.as_str(), ":size": i64::try_from(raw.size).map_err(Error::internal)?,
        ":now": tx.now().0},
    )?;
    Ok(())
}
