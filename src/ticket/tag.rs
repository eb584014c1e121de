//! The tags of a ticket.

use std::collections::BTreeSet;

use crate::base::{Error, Result};
use crate::store::{Conn, Tx, params};

/// Most tags that a ticket has.
pub(super) const MOST: usize = 50;

/// Whether each tag exists: one that does not is an error of its field.
pub(super) fn must_exist(conn: &Conn<'_>, tags: &[i64]) -> Result<()> {
    if tags.len() > MOST {
        return Err(Error::field("tags", format!("A ticket has at most {MOST} tags.")));
    }
    for tag in tags {
        let found =
            conn.one("select 1 from tags where id = :id and deleted_at is null", params! {":id": tag}, |_| Ok(()))?;
        found.ok_or_else(|| Error::field("tags", format!("There is no tag {tag}.")))?;
    }
    Ok(())
}

/// Gives a ticket these tags and no others.
pub(super) fn set(tx: &Tx<'_>, ticket: i64, tags: &[i64]) -> Result<()> {
    let wanted: BTreeSet<i64> = tags.iter().copied().collect();
    let present: BTreeSet<i64> = tx
        .all("select tag_id from ticket_tags where ticket_id = :ticket", params! {":ticket": ticket}, |row| {
            row.get("tag_id")
        })?
        .into_iter()
        .collect();
    for tag in present.difference(&wanted) {
        tx.execute(
            "delete from ticket_tags where ticket_id = :ticket and tag_id = :tag",
            params! {":ticket": ticket, ":tag": tag},
        )?;
    }
    for tag in wanted.difference(&present) {
        tx.execute(
            "insert into ticket_tags (ticket_id, tag_id) values (:ticket, :tag)",
            params! {":ticket": ticket, ":tag": tag},
        )?;
    }
    Ok(())
}

/// The names of a ticket's tags, for the trail.
pub(super) fn names(conn: &Conn<'_>, ticket: i64) -> Result<Vec<String>> {
    conn.all(
        "select name from ticket_tags join tags on tags.id = ticket_tags.tag_id
         where ticket_id = :ticket and tags.deleted_at is null order by folded_name",
        params! {":ticket": ticket},
        |row| row.get("name"),
    )
}
