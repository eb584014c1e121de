//! Letting rules act on a ticket: after what a verb did to it, and when time has passed.
//!
//! Rules act as Gatehouse itself, by the same verbs as people, in the transaction of their cause. The trail names the rule
//! with each change that it made, and what made it act.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::activity::{self, Happened};
use super::assign::assignable;
use super::facts::facts;
use super::{Change, Ticket, category_by_slug, change, itself, itself_live, notification, tags_by_name};
use crate::automation::{
    self, Base, Cause, Condition, Event, Facts, First, Ground, Moment, Needs, Plan, Rules, Runnable, note_failure,
    note_run,
};
use crate::base::{Actor, Error, Kind as Failure, Result, Status, Time};
use crate::feed::Kind;
use crate::store::{Conn, Tx, params};

/// Tickets that a rule on time looks at in one step.
const AT_ONCE: i64 = 500;

/// Lets rules act on what was just done to a ticket; answers the ticket as it then stands. What a rule did is heard by the
/// run that it belongs to, so it begins none of its own; what happened long ago elsewhere is heard by none.
pub(super) fn heed(tx: &Tx<'_>, actor: &Actor, ticket: Ticket, event: Event) -> Result<Ticket> {
    if actor.rule.is_some() || actor.is_quiet {
        return Ok(ticket);
    }
    let rules = automation::active(tx)?;
    if rules.all.is_empty() { Ok(ticket) } else { let_run(tx, rules, ticket, First::Happened(event)) }
}

fn let_run(tx: &Tx<'_>, rules: Arc<Rules>, ticket: Ticket, first: First) -> Result<Ticket> {
    let before = ticket.updated_at;
    let facts = facts(tx, &ticket, rules.needs)?;
    let mut running = Running { tx, ticket, facts, needs: rules.needs, held: BTreeMap::new() };
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

/// A ticket on which rules run.
struct Running<'t, 'c> {
    tx: &'t Tx<'c>,
    ticket: Ticket,
    facts: Facts,
    needs: Needs,
    /// Conditions on time that hold, by rule: their places and what they count from.
    held: BTreeMap<i64, Vec<(usize, Base, Time)>>,
}

impl Ground for Running<'_, '_> {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn is_waited_for(&mut self, rule: &Runnable, at: Time) -> Result<bool> {
        let mut held = Vec::new();
        let mut is_new = false;
        for (place, moment) in rule.program.moments() {
            let holds = |condition: &Condition| condition.holds(&self.facts, at);
            if !rule.program.conditions.get(place).is_some_and(holds) {
                continue;
            }
            let Some(base) = moment.base.of(&self.facts) else { continue };
            is_new |= !has_fired(self.tx, &self.ticket, rule, place, base)?;
            held.push((place, moment.base, base));
        }
        self.held.insert(rule.number, held);
        Ok(is_new)
    }

    fn act(&mut self, rule: &Runnable, plan: &Plan, cause: &Cause<'_>) -> Result<bool> {
        for (place, base, at) in self.held.remove(&rule.number).unwrap_or_default() {
            note_fired(self.tx, &self.ticket, rule, place, base, at)?;
        }
        if plan.is_empty() {
            return Ok(false);
        }
        let actor = Actor::rule(rule.number, cause.to_string());
        let before = self.ticket.clone();
        let whole = self.tx.attempt(|| self.carry_out(&actor, rule, std::slice::from_ref(plan)));
        let is_whole = whole.is_ok();
        let after = match whole {
            Err(error) if is_refusal(&error) => {
                if note_failure(self.tx, rule.number, &error.to_string())? {
                    self.give_up(rule)?;
                }
                self.tx.attempt(|| self.carry_out(&actor, rule, &parts(plan)))
            }
            done => done,
        };
        match after {
            Ok(after) => self.ticket = after,
            Err(error) if is_refusal(&error) => return Ok(false),
            Err(error) => return Err(error),
        }
        if self.ticket == before && plan.tags.is_empty() {
            return Ok(false);
        }
        note_run(self.tx, rule.number, is_whole)?;
        self.facts = facts(self.tx, &self.ticket, self.needs)?;
        Ok(true)
    }
}

impl Running<'_, '_> {
    /// Switches off a rule that failed once too often, and tells admins at the ticket that it failed on.
    fn give_up(&self, rule: &Runnable) -> Result<()> {
        tracing::warn!(rule = rule.name, "a rule failed again and again and was switched off");
        let event = automation::switch_off(self.tx, rule.number)?;
        notification::make_for_admins(self.tx, self.ticket.id, event, Kind::AutomationRuleSwitchedOff)
    }

    /// Makes the changes of a rule: of several parts, as many as can be. None at all is a refusal.
    fn carry_out(&self, actor: &Actor, rule: &Runnable, parts: &[Plan]) -> Result<Ticket> {
        let what = Happened { to: Some(&rule.name), internal: true, ..Happened::new("automation_executed") };
        activity::record(self.tx, actor, self.ticket.id, &what)?;
        let (mut after, mut refused, mut done) = (self.ticket.clone(), None, false);
        for part in parts {
            let made = self.tx.attempt(|| {
                must_be_possible(self.tx, &after, part)?;
                change(self.tx, actor, &after, &change_of(self.tx, actor, &after, part)?)
            });
            match made {
                Ok(made) => (after, done) = (made, true),
                Err(error) if is_refusal(&error) => refused = Some(error),
                Err(error) => return Err(error),
            }
        }
        match refused {
            Some(error) if !done => Err(error),
            _ => Ok(after),
        }
    }
}

/// Whether what was asked for cannot be, in contrast to a fault of ours.
fn is_refusal(error: &Error) -> bool {
    matches!(error.kind, Failure::Invalid | Failure::Forbidden | Failure::NotFound | Failure::Conflict)
}

/// A plan in pieces that do not need each other.
fn parts(plan: &Plan) -> Vec<Plan> {
    let status = plan.status.filter(|_| !plan.status_follows);
    let pieces = [
        Plan { category: plan.category.clone(), ..Plan::default() },
        Plan { priority: plan.priority, ..Plan::default() },
        Plan { tags: plan.tags.clone(), ..Plan::default() },
        Plan { assignee: plan.assignee, ..Plan::default() },
        Plan { status, ..Plan::default() },
    ];
    pieces.into_iter().filter(|piece| !piece.is_empty()).collect()
}

/// Refuses to give a ticket to somebody who cannot have it, in words for whoever wrote the rule.
fn must_be_possible(conn: &Conn<'_>, ticket: &Ticket, plan: &Plan) -> Result<()> {
    let Some(Some(user)) = plan.assignee else { return Ok(()) };
    let refusal = "assign_to: they are not active any more, or cannot see the ticket's project.";
    assignable(conn, ticket.project, user)?.map(drop).ok_or_else(|| Error::new(Failure::Invalid, refusal))
}

fn change_of(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, plan: &Plan) -> Result<Change> {
    let category = match &plan.category {
        Some(Some(slug)) => Some(category_by_slug(tx, actor, "category", slug)?),
        Some(None) => Some(None),
        None => None,
    };
    let tags = if plan.tags.is_empty() {
        None
    } else {
        let mut tags = tx.all(
            "select tag_id from ticket_tags where ticket_id = :ticket",
            params! {":ticket": ticket.id},
            |row| row.get("tag_id"),
        )?;
        tags.append(&mut tags_by_name(tx, actor, "tags", &plan.tags)?);
        Some(tags)
    };
    Ok(Change {
        category,
        tags,
        priority: plan.priority,
        assignee: plan.assignee,
        status: plan.status,
        ..Change::default()
    })
}

fn has_fired(conn: &Conn<'_>, ticket: &Ticket, rule: &Runnable, condition: usize, base: Time) -> Result<bool> {
    let fired = conn.one(
        "select 1 from automation_fired
         where ticket_id = :ticket and rule_id = :rule and condition = :condition and version = :version
           and base_at = :base",
        params! {":ticket": ticket.id, ":rule": rule.number, ":condition": place(condition)?,
        ":version": rule.version, ":base": base.0},
        |_| Ok(()),
    )?;
    Ok(fired.is_some())
}

fn note_fired(
    tx: &Tx<'_>,
    ticket: &Ticket,
    rule: &Runnable,
    condition: usize,
    counted: Base,
    base: Time,
) -> Result<()> {
    tx.execute(
        "insert into automation_fired (ticket_id, rule_id, condition, version, base_at, since_update, fired_at)
         values (:ticket, :rule, :condition, :version, :base, :since_update, :now)
         on conflict (ticket_id, rule_id, condition) do update set version = :version, base_at = :base,
           since_update = :since_update, fired_at = :now",
        params! {":ticket": ticket.id, ":rule": rule.number, ":condition": place(condition)?,
        ":version": rule.version, ":base": base.0, ":since_update": counted == Base::Updated, ":now": tx.now().0},
    )?;
    Ok(())
}

fn place(condition: usize) -> Result<i64> {
    i64::try_from(condition).map_err(Error::internal)
}

/// Tickets on which a rule on time should act, and how far that takes the rule.
#[derive(Clone, Debug)]
pub struct Waiting {
    rule: i64,
    version: i64,
    condition: i64,
    /// The tickets' numbers, each with the moment as of which the rule judges it.
    pub tickets: Vec<(i64, Time)>,
    reached: (i64, i64),
}

/// Which tickets have come to a moment that a rule on time waits for, a step of each rule's way. Empty: nothing is due.
///
/// Each condition on hours walks along the index of what its hours are counted from, from where it last stood up to where
/// the condition has come true by now; no ticket is looked at twice, and none before its time.
pub fn waiting(conn: &Conn<'_>) -> Result<Vec<Waiting>> {
    let rules = automation::active(conn)?;
    let mut found = Vec::new();
    for rule in rules.on_time() {
        for (condition, moment) in rule.program.moments() {
            found.extend(walk(conn, rule, condition, moment)?);
        }
    }
    Ok(found)
}

fn walk(conn: &Conn<'_>, rule: &Runnable, condition: usize, moment: Moment) -> Result<Option<Waiting>> {
    let condition = place(condition)?;
    let stood = conn.one(
        "select at, ticket_id from automation_cursors
         where rule_id = :rule and condition = :condition and version = :version",
        params! {":rule": rule.number, ":condition": condition, ":version": rule.version},
        |row| Ok((row.get("at")?, row.get("ticket_id")?)),
    )?;
    let (at, ticket) = stood.unwrap_or((i64::MIN, 0));
    let sql = match moment.base {
        Base::Created => {
            "select id, created_at as base, status from tickets
             where deleted_at is null and created_at >= :at and (created_at > :at or id > :ticket)
               and created_at <= :until order by created_at, id limit :n"
        }
        Base::Updated => {
            "select id, updated_at as base, status from tickets
             where deleted_at is null and updated_at >= :at and (updated_at > :at or id > :ticket)
               and updated_at <= :until order by updated_at, id limit :n"
        }
        Base::Due => {
            "select id, due_at as base, status from tickets
             where deleted_at is null and due_at is not null and due_at >= :at and (due_at > :at or id > :ticket)
               and due_at <= :until order by due_at, id limit :n"
        }
    };
    let until = moment.reach(conn.now()).0;
    let rows: Vec<(i64, i64, String)> =
        conn.all(sql, params! {":at": at, ":ticket": ticket, ":until": until, ":n": AT_ONCE}, |row| {
            Ok((row.get("base")?, row.get("id")?, row.get("status")?))
        })?;
    let Some(reached) = rows.last().map(|(base, id, _)| (*base, *id)) else { return Ok(None) };
    let minds_closed = rule.program.asks_for_status();
    let (system, needs) = (Actor::system(), rule.program.needs());
    let mut tickets = Vec::new();
    for (base, id, status) in rows {
        if status == Status::Closed.as_str() && !minds_closed {
            continue;
        }
        let facts = facts(conn, &itself(conn, &system, id)?, needs)?;
        let at = judged_at(rule, moment, Time(base), conn.now());
        if rule.program.applies(&facts, at) {
            tickets.push((id, at));
        }
    }
    Ok(Some(Waiting { rule: rule.number, version: rule.version, condition, tickets, reached }))
}

/// As of when a ticket is judged: when the condition came true, however late somebody looks; of what came true before the
/// rule was switched on, then.
fn judged_at(rule: &Runnable, moment: Moment, base: Time, now: Time) -> Time {
    let came_true = moment.after.map_or(now, |_| moment.at(base));
    came_true.max(rule.armed_at).min(now)
}

/// Lets a rule on time act on some of the tickets that it waited for. What has changed in between is judged anew.
pub fn act_on_time(tx: &Tx<'_>, waiting: &Waiting, tickets: &[(i64, Time)]) -> Result<()> {
    let rules = automation::active(tx)?;
    if !rules.on_time().any(|rule| rule.number == waiting.rule && rule.version == waiting.version) {
        return Ok(());
    }
    for (id, at) in tickets {
        match itself_live(tx, &Actor::system(), *id) {
            Ok(ticket) => drop(let_run(tx, rules.clone(), ticket, First::Due(waiting.rule, *at))?),
            Err(error) if error.kind == Failure::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Remembers how far a rule on time has come, once it has acted on all that it waited for.
pub fn advance(tx: &Tx<'_>, waiting: &Waiting) -> Result<()> {
    let (at, ticket) = waiting.reached;
    tx.execute(
        "insert into automation_cursors (rule_id, version, condition, at, ticket_id)
         select :rule, :version, :condition, :at, :ticket from automation_rules
         where id = :rule and version = :version and is_active and deleted_at is null
         on conflict (rule_id, condition) do update set version = :version, at = :at, ticket_id = :ticket",
        params! {":rule": waiting.rule, ":version": waiting.version, ":condition": waiting.condition, ":at": at,
        ":ticket": ticket},
    )?;
    Ok(())
}
