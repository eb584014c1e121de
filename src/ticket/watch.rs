//! Wanting to hear of a ticket.

use super::Ticket;
use crate::base::{Actor, Error, Result};
use crate::store::{Tx, params};

/// Has the actor told of what happens to the ticket.
pub fn watch(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<()> {
    let user = actor.user().ok_or_else(Error::forbidden)?;
    tx.execute(
        "insert into watchers (ticket_id, user_id, created_at) values (:ticket, :user, :now)
         on conflict (ticket_id, user_id) do nothing",
        params! {":ticket": ticket.id, ":user": user, ":now": tx.now().0},
    )?;
    Ok(())
}

/// Leaves the actor in peace.
pub fn unwatch(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<()> {
    let user = actor.user().ok_or_else(Error::forbidden)?;
    tx.execute(
        "delete from watchers where ticket_id = :ticket and user_id = :user",
        params! {":ticket": ticket.id, ":user": user},
    )?;
    Ok(())
}
