//! The clocks of a ticket: stamped when it is filed, followed as it changes, and marked when they run out.

use super::save::save;
use super::{Status, Ticket, activity, id, itself, tell};
use crate::base::{Actor, Priority, Result, Time};
use crate::notify::Template;
use crate::sla::{self, Cause, Clock, Clocks, Event, Explanation, Metric, Pace, Present, Span, Stamp, Terms, What};
use crate::store::{Conn, Tx, params};

/// Tickets marked in one transaction.
const AT_ONCE: i64 = 200;

/// What a status does to the clocks.
fn pace(status: Status) -> Pace {
    match status {
        Status::Open | Status::InProgress => Pace::Run,
        Status::Pending => Pace::Pause,
        Status::Resolved | Status::Closed => Pace::Stop,
    }
}

/// The terms that hold for a project and priority at the moment.
fn terms_for(conn: &Conn<'_>, project: i64, priority: Priority) -> Result<Option<i64>> {
    conn.one(
        "select terms_id from sla_policies where priority = :priority and is_active and deleted_at is null
           and (project_id = :project or project_id is null)
         order by project_id is null limit 1",
        params! {":priority": priority.as_str(), ":project": project},
        |row| row.get("terms_id"),
    )
}

fn terms(conn: &Conn<'_>, id: Option<i64>) -> Result<Terms> {
    id.map_or_else(|| Ok(Terms::none()), |id| sla::terms(conn, id))
}

/// Stamps a ticket that is about to be filed.
pub(super) fn begin(conn: &Conn<'_>, ticket: &mut Ticket) -> Result<()> {
    ticket.promise.terms = terms_for(conn, ticket.project, ticket.priority)?;
    let terms = terms(conn, ticket.promise.terms)?;
    let clocks = Clocks::start(ticket.created_at, None, ticket.promise.terms);
    let (first, resolution) =
        (clocks.first_response.stamp(&terms, ticket.created_at), clocks.resolution.stamp(&terms, ticket.created_at));
    show(ticket, &first, &resolution);
    Ok(())
}

fn show(ticket: &mut Ticket, first: &Stamp, resolution: &Stamp) {
    let promise = &mut ticket.promise;
    (promise.first_response_due_at, promise.resolution_due_at) = (first.due, resolution.due);
    (promise.first_response_breached, promise.resolution_breached) =
        (first.breached_at.is_some(), resolution.breached_at.is_some());
}

/// Lets the clocks follow what a verb did to the ticket.
pub(super) fn follow(tx: &Tx<'_>, actor: &Actor, before: &Ticket, after: &mut Ticket) -> Result<()> {
    let mut happened = Vec::new();
    if before.first_response_at.is_none() && after.first_response_at.is_some() {
        happened.push(What::Answered);
    }
    if pace(before.status) != pace(after.status) {
        happened.push(What::Paced(pace(after.status)));
    }
    if before.priority != after.priority || before.project != after.project {
        after.promise.terms = terms_for(tx, after.project, after.priority)?;
        happened.push(What::Policy(after.promise.terms));
    }
    if happened.is_empty() {
        return Ok(());
    }
    let mut clocks = load(tx, before)?;
    for what in happened {
        let event = Event { at: tx.now(), by: actor.user(), what };
        let changed = clocks.change(&event, |id| sla::terms(tx, id))?;
        for over in &changed.over {
            write(tx, after.id, over, clocks.of(over.metric).present())?;
        }
        show(after, &changed.first_response, &changed.resolution);
    }
    // What a change lets run out, by a stricter policy say, is told as if it had run out by itself.
    let (was, is) = (&before.promise, &after.promise);
    if is.first_response_breached && !was.first_response_breached {
        tell_of_breach(tx, after, Metric::FirstResponse, is.first_response_due_at.unwrap_or(tx.now()))?;
    }
    if is.resolution_breached && !was.resolution_breached {
        tell_of_breach(tx, after, Metric::Resolution, is.resolution_due_at.unwrap_or(tx.now()))?;
    }
    Ok(())
}

/// Says in the trail that a deadline was missed, and to those whom it concerns.
fn tell_of_breach(tx: &Tx<'_>, ticket: &Ticket, metric: Metric, due: Time) -> Result<()> {
    let what =
        activity::Happened { to: Some(metric.as_str()), internal: true, ..activity::Happened::new("sla_breached") };
    activity::record(tx, &Actor::system(), ticket.id, &what)?;
    tell::due(tx, ticket, Template::SlaBreach, metric, due)
}

/// The clocks as the ledger has them.
fn load(conn: &Conn<'_>, ticket: &Ticket) -> Result<Clocks> {
    let mut clocks = Clocks::start(ticket.created_at, None, ticket.promise.terms);
    let spans = conn.all(
        "select metric, cause, terms_id, user_id, from_at, to_at from sla_spans where ticket_id = :ticket order by id",
        params! {":ticket": ticket.id},
        |row| {
            let c = row.columns();
            let (metric, cause): (String, String) = (c.take()?, c.take()?);
            let unknown = || crate::base::Error::internal(format!("unknown span {metric} {cause}"));
            let (metric, cause) = Metric::parse(&metric).zip(Cause::parse(&cause)).ok_or_else(unknown)?;
            let (policy, by, from, to) = (c.take()?, c.take()?, Time(c.take()?), c.take::<Option<i64>>()?.map(Time));
            Ok((Span { metric, cause, policy, by, from, to: to.unwrap_or(from) }, to.is_none()))
        },
    )?;
    for metric in Metric::ALL {
        let own = || spans.iter().filter(|(span, _)| span.metric == metric);
        let Some((open, _)) = own().find(|(_, open)| *open) else { continue };
        let past = own().filter(|(_, open)| !open).map(|(span, _)| *span).collect();
        let present = Present { cause: open.cause, policy: open.policy, by: open.by, since: open.from };
        let clock = Clock::load(metric, past, present);
        match metric {
            Metric::FirstResponse => clocks.first_response = clock,
            Metric::Resolution => clocks.resolution = clock,
        }
    }
    Ok(clocks)
}

/// Closes the span that is over and opens the one that goes on.
fn write(tx: &Tx<'_>, ticket: i64, over: &Span, present: Present) -> Result<()> {
    let closed = tx.execute(
        "update sla_spans set to_at = :to where ticket_id = :ticket and metric = :metric and to_at is null",
        params! {":to": over.to.0, ":ticket": ticket, ":metric": over.metric.as_str()},
    )?;
    if closed == 0 {
        insert(tx, ticket, over, Some(over.to))?;
    }
    let Present { cause, policy, by, since } = present;
    insert(tx, ticket, &Span { metric: over.metric, cause, policy, by, from: since, to: since }, None)
}

fn insert(tx: &Tx<'_>, ticket: i64, span: &Span, to: Option<Time>) -> Result<()> {
    tx.execute(
        "insert into sla_spans (ticket_id, id, metric, cause, terms_id, user_id, from_at, to_at)
         values (:ticket, :id, :metric, :cause, :terms, :user, :from, :to)",
        params! {":ticket": ticket, ":id": id::next(tx, "sla_spans")?, ":metric": span.metric.as_str(),
        ":cause": span.cause.as_str(), ":terms": span.policy, ":user": span.by, ":from": span.from.0,
        ":to": to.map(|to| to.0)},
    )?;
    Ok(())
}

/// Where both figures of a ticket come from, for staff.
pub fn explain(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<[Explanation; 2]> {
    actor.must_be_staff()?;
    let clocks = load(conn, ticket)?;
    let one = |clock: &Clock| Ok(clock.explain(&terms(conn, clock.judged_by())?, conn.now()));
    Ok([one(&clocks.first_response)?, one(&clocks.resolution)?])
}

/// When the next deadline falls due, if any is set.
pub fn next_due(conn: &Conn<'_>) -> Result<Option<Time>> {
    let due = conn.one(
        "select min(due) as due from (
           select min(first_response_due_at) as due from tickets
           where first_response_due_at is not null and first_response_at is null and resolved_at is null
             and deleted_at is null and not first_response_breached
           union all
           select min(resolution_due_at) from tickets
           where resolution_due_at is not null and resolved_at is null and deleted_at is null
             and not resolution_breached)",
        params! {},
        |row| row.get::<Option<i64>>("due"),
    )?;
    Ok(due.flatten().map(Time))
}

/// Marks deadlines that have passed, the oldest first, each once; whether there may be more.
pub fn mark_breaches(tx: &Tx<'_>) -> Result<bool> {
    let mut late = tx.all(
        "select id, first_response_due_at as due, 0 as resolution from tickets
         where first_response_due_at is not null and first_response_at is null and resolved_at is null
           and deleted_at is null and not first_response_breached and first_response_due_at < :now
         order by first_response_due_at limit :n",
        params! {":now": tx.now().0, ":n": AT_ONCE},
        |row| Ok((row.get::<i64>("due")?, row.get::<i64>("id")?, Metric::FirstResponse)),
    )?;
    late.extend(tx.all(
        "select id, resolution_due_at as due from tickets
         where resolution_due_at is not null and resolved_at is null and deleted_at is null
           and not resolution_breached and resolution_due_at < :now
         order by resolution_due_at limit :n",
        params! {":now": tx.now().0, ":n": AT_ONCE},
        |row| Ok((row.get::<i64>("due")?, row.get::<i64>("id")?, Metric::Resolution)),
    )?);
    late.sort_by_key(|(due, id, metric)| (*due, *id, *metric));
    let actor = Actor::system();
    for (due, ticket, metric) in &late {
        let before = itself(tx, &actor, *ticket)?;
        let mut after = before.clone();
        match metric {
            Metric::FirstResponse => after.promise.first_response_breached = true,
            Metric::Resolution => after.promise.resolution_breached = true,
        }
        let after = save(tx, &actor, &before, after)?;
        tell_of_breach(tx, &after, *metric, Time(*due))?;
    }
    Ok(!late.is_empty())
}
