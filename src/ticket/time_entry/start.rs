//! A new time entry.

use super::find::{TimeEntry, find};
use super::toggle::{start, stop_others};
use crate::base::clock::MINUTE;
use crate::base::{Actor, Error, Result, id};
use crate::store::{Tx, params};
use crate::ticket::Ticket;
use crate::ticket::activity::{self, Happened};

/// What it takes to enter time.
#[derive(Clone, Debug)]
pub struct NewTime {
    /// What it was spent on.
    pub description: Option<String>,
    /// How long it took; without it a timer starts.
    pub minutes: Option<i64>,
    /// Whether it is to be paid for.
    pub billable: bool,
}

/// Enters time that the author spent on a ticket, or starts their timer, which stops the one they had running. The author
/// must be staff; what is answered is what the actor sees.
pub fn log(tx: &Tx<'_>, actor: &Actor, author: &Actor, ticket: &Ticket, new: &NewTime) -> Result<TimeEntry> {
    actor.must_be_staff()?;
    let user = author.user().filter(|_| author.is_staff());
    let user = user.ok_or_else(|| Error::field("userId", "Only staff enter time."))?;
    let uuid = id::new_uuid(tx.now());
    let number = tx.insert(
        "insert into time_entries (uuid, ticket_id, user_id, description, spent_ms, billable, created_at)
         values (:uuid, :ticket, :user, :description, :spent, :billable, :now)",
        params! {":uuid": uuid, ":ticket": ticket.id, ":user": user, ":description": new.description,
        ":spent": new.minutes.unwrap_or_default().saturating_mul(MINUTE), ":billable": new.billable, ":now": tx.now().0},
    )?;
    match new.minutes {
        Some(minutes) => {
            let text = format!("{minutes} min");
            let what = Happened { internal: true, to: Some(&text), ..Happened::new("time_logged") };
            activity::record(tx, author, ticket.id, &what)?;
        }
        None => {
            stop_others(tx, author, user)?;
            start(tx, author, ticket.id, number)?;
        }
    }
    find(tx, actor, &uuid).map(|(entry, _)| entry)
}
