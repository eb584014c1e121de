//! What came of the last look into a mailbox.

use super::find::Mailbox;
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Notes that a mailbox was looked into, or why it could not be.
pub fn note(tx: &Tx<'_>, mailbox: i64, error: Option<&str>) -> Result<()> {
    // Mail servers say what they want.
    let reason: Option<String> =
        error.map(|text| text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect());
    tx.execute(
        "update mailboxes set last_fetch_at = :now, last_error = :error,
           failing_since = iif(:error is null, null, coalesce(failing_since, :now))
         where id = :id",
        params! {":now": tx.now().0, ":error": reason, ":id": mailbox},
    )?;
    Ok(())
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
