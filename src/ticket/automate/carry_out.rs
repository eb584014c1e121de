//! What a rule does to a ticket: all of its plan, or as much of it as can be.

use std::collections::BTreeMap;

use super::place;
use crate::automation::{self, Base, Cause, Condition, Facts, Ground, Needs, Plan, Runnable, note_failure, note_run};
use crate::base::{Actor, Error, Kind as Failure, Result, Time};
use crate::feed::Kind;
use crate::store::{Conn, Tx, params};
use crate::ticket::activity::{self, Happened};
use crate::ticket::assign::assignable;
use crate::ticket::facts::facts;
use crate::ticket::{Change, Ticket, category_by_slug, change, notification, tags_by_name};

/// A ticket on which rules run.
pub(super) struct Running<'t, 'c> {
    tx: &'t Tx<'c>,
    pub ticket: Ticket,
    facts: Facts,
    needs: Needs,
    /// Conditions on time that hold, by rule: their places and what they count from.
    held: BTreeMap<i64, Vec<(usize, Base, Time)>>,
}

impl<'t, 'c> Running<'t, 'c> {
    /// Looks up what rules need to know of it.
    pub fn new(tx: &'t Tx<'c>, ticket: Ticket, needs: Needs) -> Result<Self> {
        let facts = facts(tx, &ticket, needs)?;
        Ok(Self { tx, ticket, facts, needs, held: BTreeMap::new() })
    }
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
