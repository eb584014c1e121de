//! Letting rules act on a ticket: after what a verb did to it, and when time has passed.
//!
//! Rules act as Gatehouse itself, by the same verbs as people, in the transaction of their cause. The trail names the rule
//! with each change that it made, and what made it act. `carry_out` is what one rule does to one ticket, `wait` finds the
//! tickets that rules on time wait for.

mod carry_out;
mod wait;

use std::sync::Arc;

use self::carry_out::Running;
pub use self::wait::{Waiting, act_on_time, advance, waiting};
use super::Ticket;
use super::activity::{self, Happened};
use crate::automation::{self, Event, First, Rules};
use crate::base::{Actor, Error, Result};
use crate::store::{Tx, params};

/// Lets rules act on what was just done to a ticket; answers the ticket as it then stands. What a rule did is heard by the
/// run that it belongs to, so it begins none of its own; what happened long ago elsewhere is heard by none.
pub(in crate::ticket) fn heed(tx: &Tx<'_>, actor: &Actor, ticket: Ticket, event: Event) -> Result<Ticket> {
    if actor.rule.is_some() || actor.is_quiet {
        return Ok(ticket);
    }
    let rules = automation::active(tx)?;
    if rules.all.is_empty() { Ok(ticket) } else { let_run(tx, rules, ticket, First::Happened(event)) }
}

fn let_run(tx: &Tx<'_>, rules: Arc<Rules>, ticket: Ticket, first: First) -> Result<Ticket> {
    let before = ticket.updated_at;
    let mut running = Running::new(tx, ticket, rules.needs)?;
    let ran = automation::run(&rules.all, first, tx.now(), &mut running)?;
    let ticket = running.ticket;
    if !ran.stopped.is_empty() {
        let names = ran.stopped.join(", ");
        tracing::warn!(ticket = ticket.number, rules = names, "rules went on beyond their depth and were stopped");
        let what = Happened { to: Some(&names), internal: true, ..Happened::new("automation_stopped") };
        activity::record(tx, &Actor::system(), ticket.id, &what)?;
    }
    if rules.count_from_updates && ticket.updated_at != before {
        // What a rule changed does not let rules on time fire once more.
        tx.execute(
            "update automation_fired set base_at = :after
             where ticket_id = :ticket and since_update and base_at = :before",
            params! {":after": ticket.updated_at.0, ":before": before.0, ":ticket": ticket.id},
        )?;
    }
    Ok(ticket)
}

/// The place of a condition in its rule, as rows have it.
fn place(condition: usize) -> Result<i64> {
    i64::try_from(condition).map_err(Error::internal)
}
