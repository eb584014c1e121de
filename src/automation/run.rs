//! Letting rules run on one ticket, so that they always end.
//!
//! What happened outside is the cause. Rules run in rounds: all that apply to the ticket as it stands at the beginning of a
//! round act in the order in which they were made; what they change is what the next round hears of. A rule acts at most
//! once per cause, and there are at most [`DEPTH`] rounds, so rules that undo each other come to rest, whatever they say.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Event, Facts, Plan, Runnable};
use crate::base::{Result, Time};

/// Most rounds.
pub const DEPTH: usize = 5;

/// What the first round hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Something happened to the ticket.
    Happened(Event),
    /// A condition of the rule with this number came true at this moment.
    Due(i64, Time),
}

/// Why a rule acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause<'r> {
    /// What happened outside.
    pub event: Event,
    /// The rule whose change it answers; none in the first round.
    pub after: Option<&'r str>,
    /// The conditions that hold, in words.
    pub because: String,
}

impl std::fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.event.as_str())?;
        if let Some(rule) = self.after {
            write!(f, ", rule “{rule}”")?;
        }
        if !self.because.is_empty() {
            write!(f, ": {}", self.because)?;
        }
        Ok(())
    }
}

/// The ticket that rules run on.
pub trait Ground {
    /// As it stands at the moment.
    fn facts(&self) -> &Facts;
    /// Whether a rule on time has yet to act on it, for a condition that holds at the moment.
    fn is_waited_for(&mut self, rule: &Runnable, at: Time) -> Result<bool>;
    /// Does what a rule plans; whether anything changed.
    fn act(&mut self, rule: &Runnable, plan: &Plan, cause: &Cause<'_>) -> Result<bool>;
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// The numbers of the rules that changed something, in order, each with its round from 1.
    pub acted: Vec<(i64, usize)>,
    /// The names of rules that would have gone on beyond the last round.
    pub stopped: Vec<String>,
}

/// Lets rules run on a ticket.
pub fn run(rules: &[Arc<Runnable>], first: First, now: Time, ground: &mut impl Ground) -> Result<Ran> {
    let mut ran = Ran::default();
    let mut done = BTreeSet::new();
    let event = match first {
        First::Happened(event) => event,
        First::Due(..) => Event::Time,
    };
    let mut after: Option<&str> = None;
    for round in 1..=DEPTH + 1 {
        let mut applying = Vec::new();
        for rule in rules.iter().filter(|rule| !done.contains(&rule.number)) {
            let Some(at) = listens(rule, first, round, now) else { continue };
            let facts = ground.facts();
            let applies = rule.minds(facts) && rule.program.applies(facts, at);
            if applies && (rule.event != Event::Time || ground.is_waited_for(rule, at)?) {
                applying.push((rule, at));
            }
        }
        if round > DEPTH {
            let goes_on = |(rule, _): &(&Arc<Runnable>, Time)| !rule.program.plan(ground.facts()).is_empty();
            ran.stopped = applying.into_iter().filter(goes_on).map(|(rule, _)| rule.name.clone()).collect();
            break;
        }
        let (mut seen, mut last) = (None, None);
        for (rule, at) in applying {
            let plan = rule.program.plan(ground.facts());
            let because = if plan.is_empty() {
                String::new()
            } else {
                rule.program.because(seen.get_or_insert_with(|| ground.facts().clone()), at)
            };
            if ground.act(rule, &plan, &Cause { event, after, because })? {
                done.insert(rule.number);
                ran.acted.push((rule.number, round));
                last = Some(rule.name.as_str());
            }
        }
        if last.is_none() {
            break;
        }
        after = last;
    }
    Ok(ran)
}

/// Whether a rule hears what a round is about, and as of when it judges the ticket.
fn listens(rule: &Runnable, first: First, round: usize, now: Time) -> Option<Time> {
    let hears = match (first, rule.event) {
        (First::Due(number, at), _) if round == 1 => return (rule.number == number).then_some(at),
        (First::Happened(_), Event::Time) => true,
        (First::Happened(happened), event) if event.hears(happened) => true,
        // From the second round on it is a change by a rule that is heard.
        (_, event) => round > 1 && (event == Event::Updated || event == Event::Time),
    };
    hears.then_some(now)
}
