//! What is kept so that pages and reports need not count: tickets in all and by run of ids, and sums by day.

use std::collections::BTreeMap;

use super::{Status, Ticket};
use crate::base::clock::DAY;
use crate::base::{Result, Time};
use crate::store::{Tx, params};

/// Ids of one run: a page of a list is found among them by stepping over so many rows at most.
pub(super) const RUN: i64 = 4_096;

/// The day of a moment, in days since 1970, UTC.
pub fn day(at: Time) -> i64 {
    at.0.div_euclid(DAY)
}

/// What one row of `ticket_days` adds up.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sums([i64; 10]);

impl Sums {
    fn of(ticket: &Ticket) -> Self {
        let yes = i64::from;
        let took = |at: Option<Time>| at.map(|at| (at.0 - ticket.created_at.0).max(0));
        let (first, resolution) = (took(ticket.first_response_at), took(ticket.resolved_at));
        let promise = &ticket.promise;
        Self([
            1,
            yes(ticket.status.is_finished()),
            yes(ticket.assignee.is_none() && !ticket.status.is_finished()),
            yes(promise.first_response_breached || promise.resolution_breached),
            yes(promise.first_response_breached),
            yes(promise.resolution_breached),
            yes(first.is_some()),
            first.unwrap_or_default(),
            yes(resolution.is_some()),
            resolution.unwrap_or_default(),
        ])
    }

    fn add(&mut self, other: Self, sign: i64) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, value)| *sum += sign * value);
    }
}

/// Kind, day, project, key.
type Cell = (&'static str, i64, i64, String);

fn cells(ticket: &Ticket) -> Vec<(Cell, Sums)> {
    let (created, sums) = (day(ticket.created_at), Sums::of(ticket));
    let key = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let mut cells = vec![
        (("project", created, ticket.project, String::new()), sums),
        (("status", created, ticket.project, ticket.status.as_str().to_owned()), sums),
        (("priority", created, ticket.project, ticket.priority.as_str().to_owned()), sums),
        (("assignee", created, ticket.project, key(ticket.assignee)), sums),
        (("category", created, ticket.project, key(ticket.counted_category)), sums),
    ];
    if let Some(resolved) = ticket.resolved_at {
        cells.push((("resolved_on", day(resolved), ticket.project, String::new()), sums));
    }
    cells
}

/// Takes what a ticket was out of every count and puts what it is in.
pub(super) fn change(tx: &Tx<'_>, before: Option<&Ticket>, after: Option<&Ticket>) -> Result<()> {
    let moves = before.map(|ticket| (ticket, -1)).into_iter().chain(after.map(|ticket| (ticket, 1)));
    add(tx, moves)
}

/// [`change`] of many tickets, each as it was and as it is: what they share is written once.
pub(super) fn change_all(tx: &Tx<'_>, tickets: &[(Ticket, Ticket)]) -> Result<()> {
    add(tx, tickets.iter().flat_map(|(before, after)| [(before, -1), (after, 1)]))
}

/// Counts tickets as often as it is said with each; deleted ones never count.
fn add<'t>(tx: &Tx<'_>, tickets: impl Iterator<Item = (&'t Ticket, i64)>) -> Result<()> {
    let mut days = BTreeMap::<Cell, Sums>::new();
    let (mut runs, mut totals) = (BTreeMap::<(i64, &str, i64), i64>::new(), BTreeMap::<(i64, &str), i64>::new());
    for (ticket, sign) in tickets.filter(|(ticket, _)| ticket.deleted_at.is_none()) {
        for (cell, sums) in cells(ticket) {
            days.entry(cell).or_default().add(sums, sign);
        }
        let (run, status) = (ticket.id / RUN, Status::as_str(ticket.status));
        for (project, status) in [(0, ""), (0, status), (ticket.project, ""), (ticket.project, status)] {
            *runs.entry((project, status, run)).or_default() += sign;
            *totals.entry((project, status)).or_default() += sign;
        }
    }
    days.retain(|_, sums| *sums != Sums::default());
    runs.retain(|_, tickets| *tickets != 0);
    totals.retain(|_, tickets| *tickets != 0);
    days.iter().try_for_each(|(cell, sums)| add_day(tx, cell, sums))?;
    runs.iter().try_for_each(|(place, tickets)| add_run(tx, *place, *tickets))?;
    totals.iter().try_for_each(|(place, tickets)| add_total(tx, *place, *tickets))
}

fn add_day(tx: &Tx<'_>, (kind, day, project, key): &Cell, Sums(s): &Sums) -> Result<()> {
    tx.execute(
        "insert into ticket_days (kind, day, project_id, key, total, resolved, unassigned, breached,
           first_response_breached, resolution_breached, first_responses, first_response_ms, resolutions, resolution_ms)
         values (:kind, :day, :project, :key, :s0, :s1, :s2, :s3, :s4, :s5, :s6, :s7, :s8, :s9)
         on conflict (kind, day, project_id, key) do update set total = total + excluded.total,
           resolved = resolved + excluded.resolved, unassigned = unassigned + excluded.unassigned,
           breached = breached + excluded.breached,
           first_response_breached = first_response_breached + excluded.first_response_breached,
           resolution_breached = resolution_breached + excluded.resolution_breached,
           first_responses = first_responses + excluded.first_responses,
           first_response_ms = first_response_ms + excluded.first_response_ms,
           resolutions = resolutions + excluded.resolutions,
           resolution_ms = resolution_ms + excluded.resolution_ms",
        params! {":kind": kind, ":day": day, ":project": project, ":key": key, ":s0": s[0], ":s1": s[1], ":s2": s[2],
        ":s3": s[3], ":s4": s[4], ":s5": s[5], ":s6": s[6], ":s7": s[7], ":s8": s[8], ":s9": s[9]},
    )?;
    Ok(())
}

fn add_run(tx: &Tx<'_>, (project, status, run): (i64, &str, i64), tickets: i64) -> Result<()> {
    tx.execute(
        "insert into ticket_runs (project_id, status, run, tickets) values (:project, :status, :run, :tickets)
         on conflict (project_id, status, run) do update set tickets = tickets + excluded.tickets",
        params! {":project": project, ":status": status, ":run": run, ":tickets": tickets},
    )?;
    Ok(())
}

fn add_total(tx: &Tx<'_>, (project, status): (i64, &str), tickets: i64) -> Result<()> {
    tx.execute(
        "insert into ticket_totals (project_id, status, tickets) values (:project, :status, :tickets)
         on conflict (project_id, status) do update set tickets = tickets + excluded.tickets",
        params! {":project": project, ":status": status, ":tickets": tickets},
    )?;
    Ok(())
}
