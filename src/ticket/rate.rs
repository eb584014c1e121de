//! What the customer thought of it.

use super::activity::{self, Happened};
use super::save::save;
use super::{Rating, Ticket};
use crate::audit;
use crate::base::{Actor, Error, Kind, Result};
use crate::store::{Tx, params};

/// Rates a finished ticket: its creator alone, once, 1 to 5.
pub fn rate(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, rating: &Rating) -> Result<()> {
    let creator = ticket.must_be_creator(actor)?;
    if !ticket.status.is_finished() {
        return Err(Error::new(Kind::Conflict, "Only a resolved or closed ticket can be rated."));
    }
    let rated = tx.execute(
        "insert into ratings (ticket_id, user_id, score, comment, created_at)
         values (:ticket, :user, :score, :comment, :now) on conflict (ticket_id) do nothing",
        params! {":ticket": ticket.id, ":user": creator, ":score": rating.score, ":comment": rating.comment,
        ":now": tx.now().0},
    )?;
    if rated == 0 {
        return Err(Error::new(Kind::Conflict, "This ticket has been rated already."));
    }
    let score = rating.score.to_string();
    activity::record(tx, actor, ticket.id, &Happened { to: Some(&score), ..Happened::new("rated") })?;
    audit::record(tx, actor, "ticket_rated", &ticket.number)?;
    let after = Ticket { last_activity_at: tx.now(), ..ticket.clone() };
    save(tx, actor, ticket, after).map(drop)
}
