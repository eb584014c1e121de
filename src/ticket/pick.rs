//! Taking a ticket that nobody has.

use super::{Ticket, assign};
use crate::base::{Actor, Error, Kind, Result};
use crate::store::Tx;

/// Gives a ticket that nobody has to the actor, which moves an open one to in progress; one that somebody has is a
/// conflict. Staff alone may.
pub fn pick(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<Ticket> {
    actor.must_be_staff()?;
    if ticket.assignee.is_some() {
        return Err(Error::new(Kind::Conflict, "Somebody has picked this ticket already."));
    }
    assign(tx, actor, ticket, actor.user())
}
