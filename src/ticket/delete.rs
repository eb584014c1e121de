//! Deleting a ticket so that it can be restored, restoring it, and purging it for good.

use super::activity::{self, Happened};
use super::save::save;
use super::{Ticket, attachment, index, tally};
use crate::audit;
use crate::base::clock::DAY;
use crate::base::{Actor, Event, Result};
use crate::feed::{self, About, Was};
use crate::store::{Tx, params};

/// Days that a deleted ticket can be restored.
const KEPT_DAYS: i64 = 30;
/// Tickets purged in one transaction.
const AT_ONCE: i64 = 50;

/// Deletes a ticket: gone for everybody, until an admin restores it. Admins alone may.
pub fn delete(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<()> {
    actor.must_be_admin()?;
    activity::record(tx, actor, ticket.id, &Happened::new("deleted"))?;
    audit::record(tx, actor, "ticket_deleted", &ticket.number)?;
    let after = Ticket { deleted_at: Some(tx.now()), ..ticket.clone() };
    save(tx, actor, ticket, after).map(drop)
}

/// Brings a deleted ticket back; one that is not deleted stays as it is. Admins alone may.
pub fn restore(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<Ticket> {
    actor.must_be_admin()?;
    if ticket.deleted_at.is_none() {
        return Ok(ticket.clone());
    }
    activity::record(tx, actor, ticket.id, &Happened::new("restored"))?;
    audit::record(tx, actor, "ticket_restored", &ticket.number)?;
    save(tx, actor, ticket, Ticket { deleted_at: None, ..ticket.clone() })
}

/// Removes some of the tickets that were deleted long ago, with everything that belongs to them; whether there may be
/// more. Their numbers and ids are never used again.
pub fn purge(tx: &Tx<'_>) -> Result<bool> {
    let old = tx.all(
        "select id, number from tickets where deleted_at <= :before order by deleted_at limit :n",
        params! {":before": tx.now().plus(-KEPT_DAYS * DAY).0, ":n": AT_ONCE},
        |row| Ok((row.get::<i64>("id")?, row.get::<String>("number")?)),
    )?;
    for (id, number) in &old {
        remove(tx, *id)?;
        audit::record(tx, &Actor::system(), "ticket_purged", number)?;
    }
    Ok(!old.is_empty())
}

/// Deletes a ticket for good, with everything that belongs to it. Admins alone may.
pub fn erase(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<()> {
    actor.must_be_admin()?;
    if ticket.deleted_at.is_none() {
        tally::change(tx, Some(ticket), None);
    }
    remove(tx, ticket.id)?;
    let was = Was { creator: ticket.creator, assignee: ticket.assignee, group: ticket.group };
    let was = ticket.deleted_at.is_none().then_some(was);
    let about = About { ticket: Some(ticket.id), project: Some(ticket.project), was, ..About::default() };
    feed::record(tx, actor, feed::Kind::TicketDeleted, &about, r#"{"action":"purged"}"#)?;
    audit::record(tx, actor, "ticket_purged", &ticket.number)
}

fn remove(tx: &Tx<'_>, ticket: i64) -> Result<()> {
    let hashes = attachment::hashes(tx, ticket)?;
    tx.execute("delete from tickets where id = :id", params! {":id": ticket})?;
    index::mark(tx, ticket);
    if !hashes.is_empty() {
        tx.announce(Event::FilesReleased { hashes });
    }
    Ok(())
}
