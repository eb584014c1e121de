//! Tickets that live through their past again, under a rule.
//!
//! Each is taken back to what its trail says it was, then lives through its trail again. At every moment at which the
//! rule would have listened it is judged and, where it would have acted, the ticket goes on as the rule would have made it,
//! until the trail sets the same thing anew. Other rules act as they did; what the rule itself did is left out.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use super::{Difference, PATIENCE, Replayed, WouldChange};
use crate::automation::{Base, Event, Facts, Moment, Plan, Runnable};
use crate::base::{Error, Result, Time};
use crate::store::{Conn, params};
use crate::ticket::past::{self, Called, Step};

/// A ticket, before its trail has been read.
pub(super) struct Past {
    pub ticket: i64,
    pub uuid: String,
    pub facts: Facts,
}

/// A rule on its way through the past of one ticket after the other.
pub(super) struct Replay<'r, 'c> {
    conn: &'r Conn<'c>,
    rule: Runnable,
    pub called: Called,
    most: usize,
    until: Instant,
    pub replayed: Replayed,
}

/// One ticket on its way through its past.
struct Life {
    ticket: i64,
    uuid: String,
    facts: Facts,
    /// What conditions on time have fired for, by their place.
    fired: BTreeMap<usize, Time>,
    was_changed: bool,
}

impl<'r, 'c> Replay<'r, 'c> {
    /// Begins now, with so long to go.
    pub fn new(conn: &'r Conn<'c>, rule: Runnable, most: usize, replayed: Replayed) -> Result<Self> {
        Ok(Self { conn, rule, called: Called::load(conn)?, most, until: Instant::now() + PATIENCE, replayed })
    }

    pub fn live_through(&mut self, past: Past) -> Result<()> {
        if Instant::now() > self.until {
            self.replayed.is_complete = false;
            return Err(Error::internal("a dry run took too long"));
        }
        self.replayed.examined += 1;
        if self.rule.program.never_applies(&past.facts) {
            return Ok(());
        }
        let Past { ticket, uuid, mut facts } = past;
        let steps = past::rewind(self.conn, &self.called, ticket, &mut facts)?;
        facts.updated_at = facts.created_at;
        let mut life = Life { ticket, uuid, facts, fired: BTreeMap::new(), was_changed: false };
        let mut rest = steps.as_slice();
        while let Some(first) = rest.first() {
            let end = rest.iter().position(|step| step.at != first.at).unwrap_or(rest.len());
            let (together, later) = rest.split_at(end);
            self.live_moment(&mut life, together);
            let next = later.first().map_or(self.replayed.to, |step| step.at);
            self.let_time_pass(&mut life, first.at, next);
            rest = later;
        }
        Ok(())
    }

    /// What happened at one moment is one cause; rules that answered it are heard once they have acted.
    fn live_moment(&mut self, life: &mut Life, steps: &[Step]) {
        let Some(at) = steps.first().map(|step| step.at) else { return };
        let (outside, rules): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| step.rule.is_none());
        let mut acted = false;
        let happened = if outside.iter().any(|step| step.is_merging) {
            None
        } else if outside.iter().any(|step| step.is_creation) {
            Some(Event::Created)
        } else if outside.iter().any(|step| step.is_reply) {
            Some(Event::Replied)
        } else {
            outside.iter().any(|step| step.is_change).then_some(Event::Updated)
        };
        take_over(life, &outside, at);
        let hears = |event: Event, happened| event == Event::Time || event.hears(happened);
        if happened.is_some_and(|happened| hears(self.rule.event, happened)) {
            acted = self.judge(life, at);
        }
        let others: Vec<&Step> = rules.into_iter().filter(|step| step.rule != Some(self.rule.number)).collect();
        if others.iter().any(|step| step.is_change) {
            take_over(life, &others, at);
            let heard = happened.is_some_and(|happened| hears(self.rule.event, happened))
                || hears(self.rule.event, Event::Updated);
            if !acted && heard {
                self.judge(life, at);
            }
        }
    }

    /// Conditions on hours that come true between two moments of the trail.
    fn let_time_pass(&mut self, life: &mut Life, from: Time, to: Time) {
        if self.rule.event != Event::Time {
            return;
        }
        let moments: Vec<(usize, Moment)> = self.rule.program.moments().collect();
        let came_true =
            |moment: &Moment| Some(moment.at(moment.base.of(&life.facts)?)).filter(|_| moment.after.is_some());
        let mut due: Vec<Time> = moments.iter().filter_map(|(_, moment)| came_true(moment)).collect();
        due.retain(|at| *at > from && (*at < to || to == self.replayed.to && *at == to));
        due.sort_unstable();
        due.dedup();
        for at in due {
            self.judge(life, at);
        }
    }

    /// Lets the rule act at a moment, if it would have; whether it changed anything.
    fn judge(&mut self, life: &mut Life, at: Time) -> bool {
        let rule = &self.rule;
        if at < self.replayed.from || !rule.minds(&life.facts) || !rule.program.applies(&life.facts, at) {
            return false;
        }
        if rule.event == Event::Time && !is_waited_for(rule, life, at) {
            return false;
        }
        let plan = rule.program.plan(&life.facts);
        if plan.is_empty() {
            return false;
        }
        let mut after = life.facts.clone();
        plan.apply(&mut after);
        self.replayed.executions += 1;
        self.replayed.changed += u64::from(!std::mem::replace(&mut life.was_changed, true));
        if self.replayed.first.len() < self.most {
            let differences = self.differences(&plan, &life.facts, &after);
            let (ticket, uuid) = (life.ticket, life.uuid.clone());
            self.replayed.first.push(WouldChange { ticket, uuid, at, differences });
        }
        if rule.event == Event::Time {
            // Its own changes do not count as changes that the hours begin anew from.
            let moved = life.fired.iter_mut().filter(|(_, base)| **base == life.facts.updated_at);
            let since_update: HashSet<usize> = rule
                .program
                .moments()
                .filter(|(_, moment)| moment.base == Base::Updated)
                .map(|(place, _)| place)
                .collect();
            moved.filter(|(place, _)| since_update.contains(place)).for_each(|(_, base)| *base = at);
        }
        after.updated_at = at;
        life.facts = after;
        true
    }

    fn differences(&self, plan: &Plan, before: &Facts, after: &Facts) -> Vec<Difference> {
        let mut all = Vec::new();
        let mut word = |field, from: Option<String>, to: Option<String>| {
            if from != to {
                all.push(Difference::Word(field, from, to));
            }
        };
        word("status", Some(before.status.as_str().into()), Some(after.status.as_str().into()));
        word("priority", Some(before.priority.as_str().into()), Some(after.priority.as_str().into()));
        word("category", before.category.clone(), after.category.clone());
        if before.assignee != after.assignee {
            word("assigneeId", self.uuid_of(before.assignee), self.uuid_of(after.assignee));
        }
        if !plan.tags.is_empty() {
            all.push(Difference::Tags(before.tags.clone(), after.tags.clone()));
        }
        all
    }

    /// The UUID of somebody; none where it is nobody, or nobody whom the trail still lets us find.
    fn uuid_of(&self, user: Option<i64>) -> Option<String> {
        let found =
            self.conn.one("select uuid from users where id = :id", params! {":id": user}, |row| row.get("uuid"));
        found.ok().flatten()
    }
}

/// Lets the facts follow the trail.
fn take_over(life: &mut Life, steps: &[&Step], at: Time) {
    for step in steps {
        if let Some(value) = &step.became {
            value.put(&mut life.facts);
        }
    }
    if !steps.is_empty() {
        life.facts.updated_at = at;
    }
}

/// Whether a condition on time holds that has yet to fire; notes that it has.
fn is_waited_for(rule: &Runnable, life: &mut Life, at: Time) -> bool {
    let mut is_new = false;
    for (place, moment) in rule.program.moments() {
        let holds = rule.program.conditions.get(place).is_some_and(|condition| condition.holds(&life.facts, at));
        let Some(base) = moment.base.of(&life.facts).filter(|_| holds) else { continue };
        is_new |= life.fired.insert(place, base) != Some(base);
    }
    is_new
}
