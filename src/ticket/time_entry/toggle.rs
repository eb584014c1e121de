//! Timers: starting and stopping.

use super::find::{TimeEntry, find, must_be_own};
use crate::base::clock::MINUTE;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};
use crate::ticket::activity::{self, Happened};

/// Stops the timer of an entry that runs, starts that of one that does not; this stops the timer that its user had
/// running elsewhere. The user and admins may.
pub fn toggle(tx: &Tx<'_>, actor: &Actor, entry: &TimeEntry) -> Result<TimeEntry> {
    must_be_own(actor, entry)?;
    if entry.is_running {
        stop(tx, actor, entry.ticket, entry.number, entry.spent)?;
    } else {
        stop_others(tx, actor, entry.user)?;
        start(tx, actor, entry.ticket, entry.number)?;
    }
    find(tx, actor, &entry.uuid).map(|(entry, _)| entry)
}

/// Starts a timer of a user who has none running.
pub(super) fn start(tx: &Tx<'_>, actor: &Actor, ticket: i64, entry: i64) -> Result<()> {
    tx.execute(
        "update time_entries set is_running = 1, started_at = :now, stopped_at = null where id = :id",
        params! {":now": tx.now().0, ":id": entry},
    )?;
    activity::record(tx, actor, ticket, &Happened { internal: true, ..Happened::new("timer_started") })
}

fn stop(tx: &Tx<'_>, actor: &Actor, ticket: i64, entry: i64, spent: i64) -> Result<()> {
    tx.execute(
        "update time_entries set is_running = 0, stopped_at = :now, spent_ms = :spent where id = :id",
        params! {":now": tx.now().0, ":spent": spent, ":id": entry},
    )?;
    let text = format!("{} min", (spent + MINUTE / 2) / MINUTE);
    let what = Happened { internal: true, to: Some(&text), ..Happened::new("timer_stopped") };
    activity::record(tx, actor, ticket, &what)
}

/// Stops the timer that a user has running, on whatever ticket.
pub(super) fn stop_others(tx: &Tx<'_>, actor: &Actor, user: i64) -> Result<()> {
    let running = tx.one(
        "select id, ticket_id, spent_ms + max(:now - started_at, 0) as spent from time_entries
         where user_id = :user and is_running",
        params! {":user": user, ":now": tx.now().0},
        |row| Ok((row.get("id")?, row.get("ticket_id")?, row.get("spent")?)),
    )?;
    match running {
        Some((entry, ticket, spent)) => stop(tx, actor, ticket, entry, spent),
        None => Ok(()),
    }
}
