//! Removing a mailbox.

use super::find::Mailbox;
use crate::audit;
use crate::base::{Actor, Event, Result};
use crate::store::{Tx, params};

/// Removes a mailbox. What its mails became stays, and so does the knowledge of which were taken: added again, it takes none
/// of them twice.
pub fn delete(tx: &Tx<'_>, actor: &Actor, mailbox: &Mailbox) -> Result<()> {
    actor.must_be_admin()?;
    tx.execute("delete from mailboxes where id = :id", params! {":id": mailbox.id})?;
    audit::record(tx, actor, "mailbox_deleted", &mailbox.name)?;
    tx.announce(Event::MailboxesChanged);
    Ok(())
}
