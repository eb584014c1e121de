//! What a ticket has to do with others: the one it is part of, and those that are linked with it, both ways.

use std::collections::BTreeSet;

use super::Ticket;
use super::activity::{self, Happened};
use super::find::itself_live;
use crate::base::{Actor, Error, Result};
use crate::store::{Conn, Tx, params};

/// Most tickets that one is linked with.
const MOST: usize = 100;
/// How deep tickets can be parts of parts.
const DEEPEST: i64 = 100;

/// The tickets that this one is linked with, as far as the actor may see them, oldest first.
pub fn linked(conn: &Conn<'_>, actor: &Actor, ticket: i64) -> Result<Vec<i64>> {
    let all = linked_at_all(conn, ticket)?;
    let visible = all.into_iter().map(|other| match itself_live(conn, actor, other) {
        Ok(_) => Ok(Some(other)),
        Err(error) if error.kind == crate::base::Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    });
    Ok(visible.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn linked_at_all(conn: &Conn<'_>, ticket: i64) -> Result<BTreeSet<i64>> {
    let all = conn.all(
        "select high_id as other from ticket_links where low_id = :ticket
         union select low_id from ticket_links where high_id = :ticket",
        params! {":ticket": ticket},
        |row| row.get("other"),
    )?;
    Ok(all.into_iter().collect())
}

/// Links a ticket with these and, of those that the actor sees, no others; whether anything changed.
pub(super) fn link(tx: &Tx<'_>, actor: &Actor, ticket: i64, others: &[i64]) -> Result<bool> {
    if others.len() > MOST {
        return Err(Error::field("linked", format!("A ticket is linked with at most {MOST} others.")));
    }
    let wanted: BTreeSet<i64> = others.iter().copied().collect();
    for other in &wanted {
        if *other == ticket {
            return Err(Error::field("linked", "A ticket cannot be linked with itself."));
        }
        itself_live(tx, actor, *other).map_err(|_| Error::field("linked", "There is no such ticket."))?;
    }
    let present: BTreeSet<i64> = linked(tx, actor, ticket)?.into_iter().collect();
    for other in present.difference(&wanted) {
        tx.execute(
            "delete from ticket_links where low_id = :low and high_id = :high",
            params! {":low": ticket.min(*other), ":high": ticket.max(*other)},
        )?;
    }
    for other in wanted.difference(&present) {
        tx.execute(
            "insert into ticket_links (low_id, high_id, created_at) values (:low, :high, :now)",
            params! {":low": ticket.min(*other), ":high": ticket.max(*other), ":now": tx.now().0},
        )?;
    }
    Ok(present != wanted)
}

/// Links a ticket with the one that it goes on with, which is closed.
pub fn follow_up(tx: &Tx<'_>, ticket: &Ticket, before: &Ticket) -> Result<()> {
    let system = Actor::system();
    if link(tx, &system, ticket.id, &[before.id])? {
        for one in [ticket, before] {
            activity::record(tx, &system, one.id, &Happened { internal: true, ..Happened::new("links_changed") })?;
        }
    }
    Ok(())
}

/// Whether a ticket may be part of another: one that the actor sees, and that is not part of it in turn.
pub(super) fn must_be_parent(conn: &Conn<'_>, actor: &Actor, ticket: i64, parent: Option<i64>) -> Result<()> {
    let Some(parent) = parent else { return Ok(()) };
    itself_live(conn, actor, parent).map_err(|_| Error::field("parent", "There is no such ticket."))?;
    let above = conn.all(
        "with recursive above (id, depth) as (
           select :parent, 1 union select t.parent_id, depth + 1 from above join tickets t on t.id = above.id
           where t.parent_id is not null and depth <= :deepest)
         select id from above",
        params! {":parent": parent, ":deepest": DEEPEST},
        |row| row.get::<i64>("id"),
    )?;
    if above.contains(&ticket) {
        return Err(Error::field("parent", "A ticket cannot be part of itself, nor of one of its own parts."));
    }
    if i64::try_from(above.len()).unwrap_or(i64::MAX) > DEEPEST {
        return Err(Error::field("parent", format!("Tickets can be parts of parts to a depth of {DEEPEST}.")));
    }
    Ok(())
}
