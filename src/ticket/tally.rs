//! What is kept so that pages and reports need not count: tickets in all and by run of ids, and sums by day. It is written at
//! the end of each batch, once for all of its tickets.

use super::Ticket;
use crate::base::clock::DAY;
use crate::base::{Result, Time};
use crate::store::{Place, Tx, params};

/// Ids of one run: a page of a list is found among them by stepping over so many rows at most.
pub(super) const RUN: i64 = 4_096;

/// The day of a moment, in days since 1970, UTC.
pub fn day(at: Time) -> i64 {
    at.0.div_euclid(DAY)
}

/// What a ticket adds to a row of `ticket_days`.
fn sums(ticket: &Ticket) -> [i64; 10] {
    let yes = i64::from;
    let took = |at: Option<Time>| at.map(|at| (at.0 - ticket.created_at.0).max(0));
    let (first, resolution) = (took(ticket.first_response_at), took(ticket.resolved_at));
    let promise = &ticket.promise;
    [
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
    ]
}

/// The rows of `ticket_days` that a ticket is in: kind, day, key.
fn days(ticket: &Ticket) -> impl Iterator<Item = (&'static str, i64, String)> {
    let created = day(ticket.created_at);
    let key = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let resolved = ticket.resolved_at.map(|at| ("resolved_on", day(at), String::new()));
    let by_creation = [
        ("project", created, String::new()),
        ("status", created, ticket.status.as_str().to_owned()),
        ("priority", created, ticket.priority.as_str().to_owned()),
        ("assignee", created, key(ticket.assignee)),
        ("category", created, key(ticket.counted_category)),
    ];
    by_creation.into_iter().chain(resolved)
}

/// Takes what a ticket was out of every count and puts what it is in. Deleted ones never count.
pub(super) fn change(tx: &Tx<'_>, before: Option<&Ticket>, after: Option<&Ticket>) {
    for (ticket, sign) in before.map(|ticket| (ticket, -1)).into_iter().chain(after.map(|ticket| (ticket, 1))) {
        if ticket.deleted_at.is_none() {
            count(tx, ticket, sign);
        }
    }
}

fn count(tx: &Tx<'_>, ticket: &Ticket, sign: i64) {
    let sums = sums(ticket).map(|sum| sign * sum);
    for (kind, day, key) in days(ticket) {
        tx.add(Place { what: kind, of: (day, ticket.project), word: key }, &sums, add_day);
    }
    let (run, status) = (ticket.id / RUN, ticket.status.as_str());
    for (project, status) in [(0, ""), (0, status), (ticket.project, ""), (ticket.project, status)] {
        tx.add(Place { what: "run", of: (project, run), word: status.to_owned() }, &[sign], add_run);
        tx.add(Place { what: "total", of: (project, 0), word: status.to_owned() }, &[sign], add_total);
    }
}

fn add_day(tx: &Tx<'_>, place: &Place, s: &[i64]) -> Result<()> {
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
        params! {":kind": place.what, ":day": place.of.0, ":project": place.of.1, ":key": place.word, ":s0": s[0], ":s1": s[1], ":s2": s[2],
        ":s3": s[3], ":s4": s[4], ":s5": s[5], ":s6": s[6], ":s7": s[7], ":s8": s[8], ":s9": s[9]},
    )?;
    Ok(())
}

fn add_run(tx: &Tx<'_>, place: &Place, tickets: &[i64]) -> Result<()> {
    tx.execute(
        "insert into ticket_runs (project_id, status, run, tickets) values (:project, :status, :run, :tickets)
         on conflict (project_id, status, run) do update set tickets = tickets + excluded.tickets",
        params! {":project": place.of.0, ":status": place.word, ":run": place.of.1, ":tickets": tickets[0]},
    )?;
    Ok(())
}

fn add_total(tx: &Tx<'_>, place: &Place, tickets: &[i64]) -> Result<()> {
    tx.execute(
        "insert into ticket_totals (project_id, status, tickets) values (:project, :status, :tickets)
         on conflict (project_id, status) do update set tickets = tickets + excluded.tickets",
        params! {":project": place.of.0, ":status": place.word, ":tickets": tickets[0]},
    )?;
    Ok(())
}
