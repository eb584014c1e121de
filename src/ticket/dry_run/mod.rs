//! What a rule would have changed over the last thirty days: the past replayed under it, and nothing written.
//!
//! Here is what the replay is told, which tickets it takes, and what comes of it; `replay` is one ticket after the other.

mod replay;

use std::collections::HashSet;
use std::time::Duration;

use self::replay::{Past, Replay};
use super::facts::description;
use super::find::{priority, status};
use super::past::Called;
use super::{Source, tag};
use crate::automation::{Base, Definition, Event, Facts, Runnable, fold};
use crate::base::clock::DAY;
use crate::base::{Actor, Result, Time};
use crate::field::Values;
use crate::store::{Conn, Row, params};

/// How far back it goes.
const WINDOW: i64 = 30 * DAY;
/// Later than anything.
const ENDLESS: Time = Time(i64::MAX);
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
    let (needs, reach) = (rule.program.needs(), Reach::of(&rule, from, to));
    let replayed = Replayed { from, to, examined: 0, changed: 0, executions: 0, is_complete: true, first: Vec::new() };
    let mut replay = Replay::new(conn, rule, most, replayed)?;
    let mut seen = HashSet::new();
    let done = reach.each(conn, actor.within(), |row| {
        let mut past = read(row, &replay.called)?;
        if !seen.insert(past.ticket) {
            return Ok(());
        }
        if needs.description {
            past.facts.description = fold(&description(conn, past.ticket)?);
        }
        if needs.tags {
            past.facts.tags = tag::names(conn, past.ticket)?;
        }
        replay.live_through(past)
    });
    match done {
        Err(error) if !replay.replayed.is_complete => drop(error),
        done => done?,
    }
    Ok(replay.replayed)
}

/// The tickets that a rule may have listened to.
enum Reach {
    /// Those that were created since.
    Created(Time),
    /// Those that were changed since.
    Changed(Time),
    /// Those too whose due date lay between, whenever they were changed.
    ChangedOrDue(Time, Time, Time),
}

impl Reach {
    fn of(rule: &Runnable, from: Time, to: Time) -> Self {
        match rule.event {
            Event::Created => Self::Created(from),
            Event::Updated | Event::Replied => Self::Changed(from),
            Event::Time => {
                let moments = || rule.program.moments().map(|(_, moment)| moment);
                let hours = moments().filter(|moment| moment.base != Base::Due).filter_map(|moment| moment.after);
                let since = Time(from.0.saturating_sub(hours.max().unwrap_or_default().max(0)));
                match moments().find(|moment| moment.base == Base::Due) {
                    Some(due) => Self::ChangedOrDue(since, due.reach(from), due.reach(to)),
                    None => Self::Changed(since),
                }
            }
        }
    }

    /// Every row in turn; one ticket may come twice.
    fn each(&self, conn: &Conn<'_>, within: Option<i64>, mut visit: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut each = |by: &str, from: Time, to: Time| {
            let sql = format!(
                "select id, uuid, project_id, subject, status, priority, category_id, source, customer_email, assignee_id,
                   group_id, due_at, custom_fields, created_at, updated_at
                 from tickets where deleted_at is null and {by} is not null and {by} between :from and :to
                   and (:within is null or project_id = :within)
                 order by {by}, id"
            );
            conn.each(&sql, params! {":from": from.0, ":to": to.0, ":within": within}, &mut visit)
        };
        match *self {
            Self::Created(since) => each("created_at", since, ENDLESS),
            Self::Changed(since) => each("updated_at", since, ENDLESS),
            Self::ChangedOrDue(since, from, to) => {
                each("updated_at", since, ENDLESS)?;
                each("due_at", from, to)
            }
        }
    }
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
