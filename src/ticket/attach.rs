//! Attaching files, which are on disk already, to a message that was just written.

use super::{FileName, MediaType, Ticket};
use crate::base::clock::{DAY, SECOND};
use crate::base::{Actor, Error, Kind, Result};
use crate::store::{Conn, Hash, Tx, params};

/// Most files of one message.
pub const MOST_FILES: usize = 10;

/// A file that is on disk.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// As it is shown.
    pub name: FileName,
    /// What it is taken to be.
    pub media_type: MediaType,
    /// In bytes.
    pub size: u64,
    /// What its bytes are found by.
    pub hash: Hash,
}

/// Attaches files to a message that the actor wrote. What the actor attached in the last 24 hours and this together may
/// not be more than so many bytes.
pub fn attach(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, message: i64, files: &[NewFile], quota: u64) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    must_fit(tx, actor, files.iter().map(|file| file.size).sum(), quota)?;
    for file in files {
        let size = i64::try_from(file.size).map_err(Error::internal)?;
        let added = tx.execute(
            "insert into attachments (ticket_id, message_id, hash, filename, mime_type, size, user_id, created_at)
             select m.ticket_id, m.id, :hash, :name, :type, :size, m.user_id, :now from messages m
             where m.ticket_id = :ticket and m.id = :message and m.user_id = :user",
            params! {":ticket": ticket.id, ":message": message, ":user": actor.user(), ":hash": file.hash,
            ":name": file.name.as_str(), ":type": file.media_type.as_str(), ":size": size, ":now": tx.now().0},
        )?;
        if added == 0 {
            return Err(Error::not_found());
        }
    }
    Ok(())
}

/// Attaches files to a message that came in by mail, whoever wrote it. What a mail may carry is bounded where it is read.
pub fn attach_received(tx: &Tx<'_>, ticket: &Ticket, message: i64, files: &[NewFile]) -> Result<()> {
    for file in files {
        let size = i64::try_from(file.size).map_err(Error::internal)?;
        tx.execute(
            "insert into attachments (ticket_id, message_id, hash, filename, mime_type, size, user_id, created_at)
             select m.ticket_id, m.id, :hash, :name, :type, :size, m.user_id, :now from messages m
             where m.ticket_id = :ticket and m.id = :message",
            params! {":ticket": ticket.id, ":message": message, ":hash": file.hash, ":name": file.name.as_str(),
            ":type": file.media_type.as_str(), ":size": size, ":now": tx.now().0},
        )?;
    }
    Ok(())
}

/// Whether so many more bytes fit into what the actor may attach in 24 hours; answers how many would.
pub fn must_fit(conn: &Conn<'_>, actor: &Actor, more: u64, quota: u64) -> Result<u64> {
    let counted = conn.one(
        "select coalesce(sum(size), 0) as used, min(created_at) as first from attachments
         where user_id = :user and created_at > :since",
        params! {":user": actor.user(), ":since": conn.now().plus(-DAY).0},
        |row| Ok((row.get::<i64>("used")?, row.get::<Option<i64>>("first")?)),
    )?;
    let (used, first) = counted.unwrap_or_default();
    let left = quota.saturating_sub(used.cast_unsigned());
    if more <= left {
        return Ok(left);
    }
    if more > quota {
        let text = format!("These files are larger than what you may attach in a day, {} MiB.", quota >> 20);
        return Err(Error::new(Kind::TooLarge, text));
    }
    let wait = first.map_or(0, |first| first + DAY - conn.now().0).max(0) / SECOND + 1;
    let text = format!("You may attach {} MiB in 24 hours, and have attached {} MiB.", quota >> 20, used >> 20);
    Err(Error::new(Kind::TooMany { retry_after: wait.cast_unsigned() }, text))
}
