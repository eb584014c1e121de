//! Files of messages, as far as the actor may see those.

use super::Sees;
use crate::base::{Actor, Error, Result};
use crate::store::{Conn, Hash, Row, params};

/// A file that a message carries.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its number.
    pub id: i64,
    /// As it is shown.
    pub filename: String,
    /// What it is taken to be, `image/png`.
    pub mime_type: String,
    /// In bytes.
    pub size: u64,
    /// What its bytes are found by.
    pub hash: Hash,
    /// Whether it is the very mail that its message came by.
    pub is_raw: bool,
}

fn read(row: &Row<'_>) -> Result<Attachment> {
    Ok(Attachment {
        id: row.get("id")?,
        filename: row.get("filename")?,
        mime_type: row.get("mime_type")?,
        size: row.get_u64("size")?,
        hash: row.get("hash")?,
        is_raw: row.get("is_raw")?,
    })
}

/// The file with this id: for those who may see its message; mails themselves for staff alone.
pub fn attachment(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Attachment> {
    let sees = Sees::of(actor);
    let found = conn.one(
        "select a.id, a.filename, a.mime_type, a.size, a.hash, a.is_raw
         from attachments a join tickets t on t.id = a.ticket_id
           join messages m on m.ticket_id = a.ticket_id and m.id = a.message_id
         where a.id = :id and (:staff or (m.kind <> 'note' and not a.is_raw)) and (t.deleted_at is null or :all)
           and (:within is null or t.project_id = :within)
           and (:all or t.creator_id = :own or t.project_id = :project
             or (t.project_id in (select project_id from project_agents where user_id = :agent)
               and case (select ticket_scope from users where id = :agent)
                 when 'all' then true
                 when 'group' then t.assignee_id = :agent
                   or t.group_id in (select group_id from group_members where user_id = :agent)
                 else t.assignee_id = :agent end))",
        params! {":id": id, ":staff": actor.is_staff(), ":all": sees.all, ":own": sees.own,
        ":project": sees.project, ":agent": sees.agent, ":within": sees.within},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The files of a ticket that was found through the actor, each behind the id of its message; those of notes for staff
/// alone.
pub(super) fn of_ticket(conn: &Conn<'_>, actor: &Actor, ticket: i64) -> Result<Vec<(i64, Attachment)>> {
    conn.all(
        "select a.message_id, a.id, a.filename, a.mime_type, a.size, a.hash, a.is_raw
         from attachments a join messages m on m.ticket_id = a.ticket_id and m.id = a.message_id
         where a.ticket_id = :ticket and (:staff or (m.kind <> 'note' and not a.is_raw)) order by a.message_id, a.id",
        params! {":ticket": ticket, ":staff": actor.is_staff()},
        |row| Ok((row.get("message_id")?, read(row)?)),
    )
}

/// What the files of a ticket are found by.
pub(super) fn hashes(conn: &Conn<'_>, ticket: i64) -> Result<Vec<Hash>> {
    conn.all("select distinct hash from attachments where ticket_id = :ticket", params! {":ticket": ticket}, |row| {
        row.get("hash")
    })
}

/// Those of the hashes that no attachment has.
pub fn unattached(conn: &Conn<'_>, hashes: &[Hash]) -> Result<Vec<Hash>> {
    let mut unused = Vec::new();
    for hash in hashes {
        let used = conn.one("select 1 from attachments where hash = :hash", params! {":hash": hash}, |_| Ok(()))?;
        if used.is_none() {
            unused.push(*hash);
        }
    }
    Ok(unused)
}
