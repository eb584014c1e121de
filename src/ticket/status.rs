//! Moving a ticket through its life.

use super::activity::{self, Happened};
use super::save::save;
use super::{Status, Ticket, automate, tell};
use crate::audit;
use crate::automation::Event;
use crate::base::{Actor, Error, Result, Role};
use crate::field::{self, Entity, Values};
use crate::store::Tx;

/// Whether the actor may move a ticket to a status: staff to any; whoever filed it may close it, or reopen what is
/// resolved or closed.
fn may(actor: &Actor, ticket: &Ticket, to: Status) -> bool {
    let over = ticket.status.is_finished();
    actor.is_staff() || to == Status::Closed || (to == Status::Open && over)
}

/// Sets the status. The one it has already is no change.
pub fn set_status(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, to: Status) -> Result<Ticket> {
    if !may(actor, ticket, to) {
        return Err(Error::forbidden());
    }
    if ticket.status == to {
        return Ok(ticket.clone());
    }
    let mut after = ticket.clone();
    enter(tx, actor, &mut after, to)?;
    after.last_activity_at = tx.now();
    let action = if to == Status::Closed { "ticket_closed" } else { "ticket_status_changed" };
    audit::record(tx, actor, action, &ticket.number)?;
    let after = save(tx, actor, ticket, after)?;
    automate::heed(tx, actor, after, Event::Updated)
}

/// Moves a ticket to a status and notes it in the trail; part of every verb that moves one. Staff close a ticket only once
/// every custom field has a value that needs one by then.
pub(super) fn enter(tx: &Tx<'_>, actor: &Actor, ticket: &mut Ticket, to: Status) -> Result<()> {
    if ticket.status == to {
        return Ok(());
    }
    // A customer may always close, and so may a rule: neither can supply what is missing. What was closed elsewhere is.
    if to == Status::Closed && actor.role() >= Some(Role::Agent) && !actor.is_quiet {
        let defined = field::defined(tx, Entity::Ticket)?;
        Values::parse(&ticket.custom_fields)?.must_allow_closing(&defined)?;
    }
    let was_finished = ticket.status.is_finished();
    move_to(tx, actor, ticket, to)?;
    if to.is_finished() && !was_finished && !actor.is_quiet { tell::finished(tx, actor, ticket) } else { Ok(()) }
}

/// [`enter`], whatever is missing.
pub(super) fn move_to(tx: &Tx<'_>, actor: &Actor, ticket: &mut Ticket, to: Status) -> Result<()> {
    if ticket.status == to {
        return Ok(());
    }
    let what = Happened::between("status_changed", Some(ticket.status.as_str()), Some(to.as_str()));
    activity::record(tx, actor, ticket.id, &what)?;
    let now = Some(tx.now());
    match to {
        Status::Open | Status::InProgress | Status::Pending => (ticket.resolved_at, ticket.closed_at) = (None, None),
        Status::Resolved => (ticket.resolved_at, ticket.closed_at) = (ticket.resolved_at.or(now), None),
        Status::Closed => (ticket.resolved_at, ticket.closed_at) = (ticket.resolved_at.or(now), now),
    }
    ticket.status = to;
    Ok(())
}
