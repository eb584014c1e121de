//! What a rule would have changed over the last thirty days: the past replayed under it, and nothing written.
//!
//! Each ticket is taken back to what its trail says it was, then lives through its trail again. At every moment at which the
//! rule would have listened it is judged and, where it would have acted, the ticket goes on as the rule would have made it,
//! until the trail sets the same thing anew. Other rules act as they did; what the rule itself did is left out.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use super::facts::description;
use super::find::{priority, status};
use super::past::{self, Called, Step};
use super::{Source, tag};
use crate::automation::{Base, Definition, Event, Facts, Moment, Plan, Runnable, fold};
use crate::base::clock::DAY;
use crate::base::{Actor, Error, Result, Time};
use crate::field::Values;
use crate::store::{Conn, Row, params};

/// How far back it goes.
const WINDOW: i64 = 30 * DAY;
/// How long it may take; what has been counted by then is answered.
const PATIENCE: Duration = Duration::from_secs(20);

/// What would have been.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The beginning of the time that was looked at.
    pub from: Time,
    /// Its end: now.
    pub to: Time,
    /// Tickets that were looked at.
    pub examined: u64,
    /// Tickets that would have been changed.
    pub changed: u64,
    /// How often the rule would have acted.
    pub executions: u64,
    /// Whether everything was looked at within the time there was.
    pub is_complete: bool,
    /// The first of the changes, ticket by ticket.
    pub first: Vec<WouldChange>,
}

/// One time that the rule would have acted.
#[derive(Clone, Debug)]
pub struct WouldChange {
    /// The ticket's number.
    pub ticket: i64,
    /// The id that some surfaces show instead.
    pub uuid: String,
    /// When.
    pub at: Time,
    /// What would have become of what.
    pub differences: Vec<Difference>,
}

/// One thing that would have been different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A word or an id: the field, from, to.
    Word(&'static str, Option<String>, Option<String>),
    /// Tags, from and to.
    Tags(Vec<String>, Vec<String>),
}

/// Replays the last thirty days under a rule. `number` is that of a rule that is kept, whose own deeds are left out; at
/// most `most` changes are told in full, all are counted. Admins alone may.
pub fn dry_run(
    conn: &Conn<'_>,
    actor: &Actor,
    definition: Definition,
    number: Option<i64>,
    most: usize,
) -> Result<Replayed> {
    actor.must_be_admin()?;
    let (from, to) = (conn.now().plus(-WINDOW), conn.now());
    let rule = Runnable {
        number: number.unwrap_or_default(),
        name: definition.name,
        event: definition.event,
        version: 0,
        armed_at: from,
        program: definition.program,
    };
    let needs = rule.program.needs();
    let replayed = Replayed { from, to, examined: 0, changed: 0, executions: 0, is_complete: true, first: Vec::new() };
    let mut replay =
        Replay { conn, rule, called: Called::load(conn)?, most, until: Instant::now() + PATIENCE, replayed };
    let mut seen = HashSet::new();
    let farthest = replay.rule.program.moments().filter(|(_, moment)| moment.base != Base::Due);
    let farthest = farthest.filter_map(|(_, moment)| moment.after).max().unwrap_or_default().max(0);
    let since = match replay.rule.event {
        Event::Created => i64::MAX,
        Event::Updated | Event::Replied => from.0,
        Event::Time => from.0.saturating_sub(farthest),
    };
    let due = replay.rule.program.moments().find(|(_, moment)| moment.base == Base::Due).map(|(_, moment)| moment);
    let due = due.filter(|_| replay.rule.event == Event::Time);
    let (due_from, due_to) = due.map_or((i64::MAX, i64::MIN), |moment| (moment.reach(from).0, moment.reach(to).0));
    let is_creation = replay.rule.event == Event::Created;
    let within = actor.within();
    let mut visit = |row: &Row<'_>| {
        let mut past = read(row, &replay.called)?;
        if is_creation || seen.insert(past.ticket) {
            if needs.description {
                past.facts.description = fold(&description(conn, past.ticket)?);
            }
            if needs.tags {
                past.facts.tags = tag::names(conn, past.ticket)?;
            }
            replay.live_through(past)?;
        }
        Ok(())
    };
    let done = if is_creation {
        conn.each(
            "select id, uuid, project_id, subject, status, priority, category_id, source, customer_email, assignee_id,
               group_id, due_at, custom_fields, created_at, updated_at
             from tickets where deleted_at is null and created_at >= :from and (:within is null or project_id = :within)
             order by created_at, id",
            params! {":from": from.0, ":within": within},
            &mut visit,
        )
    } else {
        conn.each(
            "select id, uuid, project_id, subject, status, priority, category_id, source, customer_email, assignee_id,
               group_id, due_at, custom_fields, created_at, updated_at
             from tickets where deleted_at is null and updated_at >= :since and (:within is null or project_id = :within)
             order by updated_at, id",
            params! {":since": since, ":within": within},
            &mut visit,
        )
        .and_then(|()| {
            conn.each(
                "select id, uuid, project_id, subject, status, priority, category_id, source, customer_email,
                   assignee_id, group_id, due_at, custom_fields, created_at, updated_at
                 from tickets where deleted_at is null and due_at is not null and due_at between :from and :to
                   and (:within is null or project_id = :within)
                 order by due_at, id",
                params! {":from": due_from, ":to": due_to, ":within": within},
                &mut visit,
            )
        })
    };
    match done {
        Err(error) if !replay.replayed.is_complete => drop(error),
        done => done?,
    }
    Ok(replay.replayed)
}

/// A ticket, before its trail has been read.
struct Past {
    ticket: i64,
    uuid: String,
    facts: Facts,
}

fn read(row: &Row<'_>, called: &Called) -> Result<Past> {
    let c = row.columns();
    let (ticket, uuid, project, subject) = (c.take()?, c.take()?, c.take()?, fold(&c.take::<String>()?));
    let (status, priority) = (status(&c.take::<String>()?)?, priority(&c.take::<String>()?)?);
    let (category, source): (Option<i64>, String) = (c.take()?, c.take()?);
    let customer_email = c.take::<Option<String>>()?.as_deref().map(fold);
    let (assignee, group) = (c.take()?, c.take()?);
    let due_at = c.take::<Option<i64>>()?.map(Time);
    let own: String = c.take()?;
    Ok(Past {
        ticket,
        uuid,
        facts: Facts {
            status,
            priority,
            category: called.slug(category),
            subject,
            description: String::new(),
            source: Source::parse(&source).unwrap_or(Source::Api),
            tags: Vec::new(),
            customer_email,
            assignee,
            group,
            project,
            created_at: Time(c.take()?),
            updated_at: Time(c.take()?),
            due_at,
            own: Values::parse(&own)?,
        },
    })
}

struct Replay<'r, 'c> {
    conn: &'r Conn<'c>,
    rule: Runnable,
    called: Called,
    most: usize,
    until: Instant,
    replayed: Replayed,
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

impl Replay<'_, '_> {
    fn live_through(&mut self, past: Past) -> Result<()> {
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
