//! A mail with all that it takes to make something of it.

use super::believe::{is_proven, trust};
use super::parse::Incoming;
use super::take::House;
use crate::base::Result;
use crate::store::Tx;
use crate::ticket::{self, NewFile, Received, Ticket};

/// A mail, the house that it came to, and what of it is on disk.
pub(super) struct Sent<'m> {
    pub house: &'m House,
    pub mail: &'m Incoming,
    /// The address that it says it is from.
    pub email: &'m str,
    /// The mail itself.
    pub raw: &'m NewFile,
    /// What it carries.
    pub files: &'m [NewFile],
}

impl Sent<'_> {
    /// Whether the address in From: was proven on the way.
    pub fn is_proven(&self) -> bool {
        is_proven(&self.mail.results, self.house.trusted.as_deref())
    }

    /// What it says, as the body of a message.
    pub fn body(&self) -> &str {
        if self.mail.text.is_empty() { "(no text)" } else { &self.mail.text }
    }

    /// Puts to a message what the mail carries, and what is known of it.
    pub fn put(&self, tx: &Tx<'_>, ticket: &Ticket, message: i64) -> Result<()> {
        ticket::attach_received(tx, ticket, message, self.files)?;
        let (trust, findings) = trust(&self.mail.results, self.house.trusted.as_deref());
        let (sender, quoted) = (self.email.to_owned(), self.mail.quoted.clone());
        ticket::received(tx, ticket, message, &Received { sender, trust, findings, quoted, raw: None }, self.raw)
    }
}
