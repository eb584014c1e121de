//! Taking in a ticket from elsewhere: made where there is none of its external id, else brought up to date.
//!
//! What is taken in happened elsewhere: nobody is mailed or notified, no rule acts, the feed is silent, and nothing is
//! promised from when it was filed. The trail and the audit log tell of it. `plan` is what is to be done, or what is wrong.

mod plan;

use self::plan::{NAMES, Plan, plan};
use super::save::save;
use super::{
    Change, Customer, Due, NewTicket, Source, Status, Ticket, category_by_slug, change, message, open, tags_by_name,
};
use crate::base::{Actor, Priority, Result, Taken, Time};
use crate::store::{Conn, Tx, params};

/// A ticket as somebody else knows it; what is missing stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// By it a ticket is found again: what it was called elsewhere, or the UUID that it has here.
    pub external: Option<String>,
    /// The slug of an active project.
    pub project: Option<String>,
    /// Needed for one that is new.
    pub subject: Option<String>,
    /// The first message; needed for one that is new.
    pub description: Option<String>,
    /// Where it stands.
    pub status: Option<Status>,
    /// How much it presses.
    pub priority: Option<Priority>,
    /// A word or slug, made where there is none.
    pub category: Option<String>,
    /// Made where they do not exist.
    pub tags: Option<Vec<String>>,
    /// The way it came in there.
    pub source: Option<Source>,
    /// Who it is for.
    pub customer: Customer,
    /// The address of active staff who can see the project.
    pub assignee: Option<String>,
    /// The name of a group of agents.
    pub group: Option<String>,
    /// When somebody wants it done.
    pub due: Option<Due>,
    /// Where it happens.
    pub environment: Option<String>,
    /// When it was filed there.
    pub created_at: Option<Time>,
    /// When it was resolved or closed there.
    pub resolved_at: Option<Time>,
    /// When it was changed there the last time: counts for one that is new.
    pub updated_at: Option<Time>,
    /// Custom fields by name, as tables hold their values.
    pub custom: Vec<(String, String)>,
}

/// Makes the ticket, or changes what was given and differs.
pub fn take_in(tx: &Tx<'_>, actor: &Actor, arrival: &Arrival) -> Result<Taken> {
    let planned = plan(tx, actor, arrival)?;
    let quiet = actor.quietly();
    let category = planned.category.as_deref();
    let category = category.map(|word| category_by_slug(tx, &quiet, "category", word)).transpose()?;
    let tags = planned.tags.as_deref().map(|words| tags_by_name(tx, &quiet, "tags", words)).transpose()?;
    match planned.plan {
        Plan::Make(new) => {
            let new = NewTicket { category: category.flatten(), tags: tags.unwrap_or_default(), ..*new };
            let made = open(tx, &quiet, &new).map_err(|error| error.called(NAMES))?;
            tx.execute(
                "insert into ticket_sources (external_id, ticket_id) values (:external, :ticket)",
                params! {":external": planned.external, ":ticket": made.id},
            )?;
            if let Some(at) = new.created_at {
                message::date_description(tx, made.id, at)?;
            }
            let made = finish(tx, &quiet, made, arrival.resolved_at.or(arrival.updated_at))?;
            date(tx, &made, arrival)?;
            Ok(Taken::Created)
        }
        Plan::Change(ticket, wanted) => {
            let wanted = Change { category, tags, ..*wanted };
            let was_finished = ticket.status.is_finished();
            let changed = change(tx, &quiet, &ticket, &wanted).map_err(|error| error.called(NAMES))?;
            if !was_finished {
                finish(tx, &quiet, changed, arrival.resolved_at)?;
            }
            Ok(Taken::Updated)
        }
        Plan::Nothing => Ok(Taken::Same),
    }
}

/// A ticket that is over was over when it was elsewhere.
fn finish(tx: &Tx<'_>, quiet: &Actor, ticket: Ticket, at: Option<Time>) -> Result<Ticket> {
    let Some(at) = at.filter(|_| ticket.status.is_finished()) else { return Ok(ticket) };
    let closed_at = ticket.closed_at.map(|_| at);
    let after = Ticket { resolved_at: Some(at), closed_at, ..ticket.clone() };
    save(tx, quiet, &ticket, after)
}

/// A new ticket was changed the last time when it was there, as far as that is told: nothing that is known of it happened today.
fn date(tx: &Tx<'_>, made: &Ticket, arrival: &Arrival) -> Result<()> {
    let finished = arrival.resolved_at.filter(|_| made.status.is_finished());
    let Some(at) = arrival.updated_at.or(finished).or(arrival.created_at) else { return Ok(()) };
    tx.execute(
        "update tickets set updated_at = :at, last_activity_at = :at where id = :ticket",
        params! {":at": at.max(made.created_at).0, ":ticket": made.id},
    )?;
    Ok(())
}

/// What [`take_in`] would do.
pub fn foresee(conn: &Conn<'_>, actor: &Actor, arrival: &Arrival) -> Result<Taken> {
    Ok(match plan(conn, actor, arrival)?.plan {
        Plan::Make(_) => Taken::Created,
        Plan::Change(..) => Taken::Updated,
        Plan::Nothing => Taken::Same,
    })
}
