//! What came of the last look into a mailbox.

use serde_json::json;

use super::find::Mailbox;
use crate::audit;
use crate::base::{Actor, Result};
use crate::feed::{self, About, Kind};
use crate::store::{Tx, params};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Notes that a mailbox was looked into, or why it could not be. Admins hear of it where that is news.
pub fn note(tx: &Tx<'_>, mailbox: i64, error: Option<&str>) -> Result<()> {
    // Mail servers say what they want.
    let reason: Option<String> =
        error.map(|text| text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect());
    let was_failing = tx.one(
        "select failing_since is not null as failing from mailboxes where id = :id",
        params! {":id": mailbox},
        |row| row.get::<bool>("failing"),
    )?;
    tx.execute(
        "update mailboxes set last_fetch_at = :now, last_error = :error,
           failing_since = iif(:error is null, null, coalesce(failing_since, :now))
         where id = :id",
        params! {":now": tx.now().0, ":error": reason, ":id": mailbox},
    )?;
    match was_failing {
        Some(false) if reason.is_some() => tell(tx, &Actor::system(), Kind::MailboxFailing, mailbox),
        Some(true) if reason.is_none() => tell(tx, &Actor::system(), Kind::MailboxRecovered, mailbox),
        // Nothing new, or it was removed meanwhile.
        Some(_) | None => Ok(()),
    }
}

/// Tells admins how it goes with a mailbox. They alone hear of it.
pub(super) fn tell(tx: &Tx<'_>, actor: &Actor, kind: Kind, mailbox: i64) -> Result<()> {
    let about = About { is_internal: true, ..About::default() };
    feed::record(tx, actor, kind, &about, &json!({"mailbox_id": mailbox}).to_string()).map(drop)
}

/// Counts a mail that became something.
pub fn took(tx: &Tx<'_>, mailbox: i64) -> Result<()> {
    tx.execute("update mailboxes set taken = taken + 1 where id = :id", params! {":id": mailbox})?;
    Ok(())
}

/// Notes that an admin tried a mailbox out.
pub fn note_test(tx: &Tx<'_>, actor: &Actor, mailbox: &Mailbox) -> Result<()> {
    actor.must_be_admin()?;
    audit::record(tx, actor, "mailbox_tested", &mailbox.name)
}
