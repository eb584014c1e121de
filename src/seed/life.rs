//! Tickets as they happen: opened through the days, answered, asked about again, resolved, rated, closed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fastrand::Rng;

use super::people::Cast;
use super::{Past, words};
use crate::base::clock::{DAY, HOUR, MINUTE};
use crate::base::{Actor, Priority, Result, Time};
use crate::store::Tx;
use crate::ticket::{self, NewTicket, Rating, Source, Status};

/// Categories that customers choose from.
const CATEGORIES: [&str; 6] = ["Connection", "Speed", "Billing", "Devices", "Account", "Other"];
const TAGS: [&str; 8] = ["android", "ios", "linux", "macos", "refund", "roaming", "vip", "windows"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Open,
    Note,
    Answer,
    FollowUp,
    Resolve,
    Rate,
    Close,
}

/// What happens next to a ticket. Ordered by time, then by ticket, so that the same seed makes the same past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    at: i64,
    ticket: i64,
    step: Step,
    customer: usize,
    agent: usize,
    /// Answers that are still to come.
    rounds: u8,
}

/// When tickets happen.
pub(super) struct Span {
    pub begin: Time,
    pub end: Time,
    /// Milliseconds that share a transaction.
    pub step: i64,
}

/// Lets so many tickets happen in a span.
pub(super) async fn live(
    past: &Past,
    span: &Span,
    tickets: u64,
    cast: Cast,
    mut rng: Rng,
    tell: impl Fn(u64),
) -> Result<()> {
    let Span { begin, end, step } = *span;
    let total = i64::try_from(tickets).unwrap_or(i64::MAX);
    let (mut waiting, mut opened, mut until) = (BinaryHeap::new(), 0, begin.0);
    while until < end.0 {
        until = (until + step).min(end.0);
        while opened < total && opening(begin, end, opened, total) < until {
            let at = opening(begin, end, opened, total);
            let (customer, agent) = (rng.usize(..cast.customers.len()), rng.usize(..cast.agents.len()));
            let rounds = [1, 1, 2, 2, 2, 3][rng.usize(..6)];
            waiting.push(Reverse(Next { at, ticket: 0, step: Step::Open, customer, agent, rounds }));
            opened += 1;
        }
        let mut due = Vec::new();
        while waiting.peek().is_some_and(|Reverse(next)| next.at < until) {
            due.extend(waiting.pop().map(|Reverse(next)| next));
        }
        if due.is_empty() {
            continue;
        }
        let (cast, fork) = (cast.clone(), rng.fork());
        let after = past.at(Time(until), move |tx| {
            let mut rng = fork.clone();
            due.iter().map(|next| happen(tx, &cast, *next, until, &mut rng)).collect::<Result<Vec<_>>>()
        });
        waiting.extend(after.await?.into_iter().flatten().map(Reverse));
        tell(opened.unsigned_abs());
    }
    Ok(())
}

/// When a ticket is opened: evenly through the days, in the waking hours of each.
fn opening(begin: Time, end: Time, number: i64, total: i64) -> i64 {
    let span = i128::from(end.0 - begin.0);
    let at = begin.0 + i64::try_from(span * i128::from(number) / i128::from(total)).unwrap_or_default();
    let of_day = at.rem_euclid(DAY);
    (at - of_day + 6 * HOUR + of_day * 6 / 10).min(end.0 - 1)
}

fn happen(tx: &Tx<'_>, cast: &Cast, next: Next, now: i64, rng: &mut Rng) -> Result<Option<Next>> {
    let (customer, agent) = (&cast.customers[next.customer].actor, &cast.agents[next.agent].actor);
    let soon = |rng: &mut Rng, step, least: i64, most: i64| Next { at: now + rng.i64(least..most), step, ..next };
    if next.step == Step::Open {
        let ticket = open(tx, cast, next, rng)?;
        // Most are answered in time, some are not, and a few are left alone.
        let patience = match rng.u8(..100) {
            0..75 => HOUR,
            75..95 => 4 * HOUR,
            _ => 3 * DAY,
        };
        let first = if rng.u8(..100) < 15 { Step::Note } else { Step::Answer };
        let first = Next { ticket, ..soon(rng, first, 5 * MINUTE, patience) };
        return Ok((rng.u8(..100) < 97).then_some(first));
    }
    let ticket = ticket::find(tx, agent, next.ticket)?;
    Ok(match next.step {
        Step::Open => None,
        Step::Note => {
            ticket::note(tx, agent, &ticket, &words::note(rng))?;
            Some(soon(rng, Step::Answer, MINUTE, HOUR))
        }
        Step::Answer => {
            let ticket = match ticket.assignee {
                None => ticket::assign(tx, agent, &ticket, agent.user())?,
                Some(_) => ticket,
            };
            let (ticket, _) = ticket::reply(tx, agent, &ticket, &words::answer(rng))?;
            if rng.u8(..100) < 40 {
                ticket::set_status(tx, agent, &ticket, Status::Pending)?;
            }
            let asks_again = next.rounds > 1 && rng.u8(..100) < 80;
            let step = if asks_again { Step::FollowUp } else { Step::Resolve };
            Some(Next { rounds: next.rounds.saturating_sub(1), ..soon(rng, step, 10 * MINUTE, 9 * HOUR) })
        }
        Step::FollowUp => {
            ticket::reply(tx, customer, &ticket, &words::follow_up(rng))?;
            Some(soon(rng, Step::Answer, 5 * MINUTE, 6 * HOUR))
        }
        Step::Resolve => {
            ticket::set_status(tx, agent, &ticket, Status::Resolved)?;
            let step = if rng.u8(..100) < 35 { Step::Rate } else { Step::Close };
            Some(soon(rng, step, HOUR, 3 * DAY))
        }
        Step::Rate => {
            let score = [1, 2, 3, 4, 4, 5, 5, 5, 5, 5][rng.usize(..10)];
            let comment = (score < 3 || rng.u8(..4) == 0).then(|| words::follow_up(rng));
            ticket::rate(tx, customer, &ticket, &Rating { score, comment })?;
            Some(soon(rng, Step::Close, HOUR, DAY))
        }
        Step::Close => {
            ticket::set_status(tx, agent, &ticket, Status::Closed)?;
            None
        }
    })
}

fn open(tx: &Tx<'_>, cast: &Cast, next: Next, rng: &mut Rng) -> Result<i64> {
    let (subject, description) = words::trouble(rng);
    let priority = match rng.u8(..100) {
        0..20 => Priority::Low,
        20..70 => Priority::Medium,
        70..92 => Priority::High,
        _ => Priority::Urgent,
    };
    let category =
        ticket::category_by_slug(tx, &Actor::system(), "category", CATEGORIES[rng.usize(..CATEGORIES.len())])?;
    let tags: Vec<String> = (0..rng.usize(..3)).map(|_| TAGS[rng.usize(..TAGS.len())].to_owned()).collect();
    let new = NewTicket {
        project: Some(cast.projects[rng.usize(..cast.projects.len())]),
        priority,
        category,
        tags: ticket::tags_by_name(tx, &Actor::system(), "tags", &tags)?,
        ..NewTicket::new(subject, description, Source::Portal)
    };
    Ok(ticket::open(tx, &cast.customers[next.customer].actor, &new)?.id)
}
