//! A rule: as it is kept, as it is defined, and as it runs.

use super::{Action, Condition, Event, Facts, Match, Moment, Needs, Plan, RuleType};
use crate::base::Time;

/// What a rule asks and does.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// How the conditions add up.
    pub matching: Match,
    /// None: every ticket will do.
    pub conditions: Vec<Condition>,
    /// In order.
    pub actions: Vec<Action>,
}

/// A whole rule, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// What people call it.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What it is for.
    pub rule_type: RuleType,
    /// When it looks.
    pub event: Event,
    /// What it asks and does.
    pub program: Program,
    /// Whether it runs at all.
    pub is_active: bool,
}

/// A rule as it is kept.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The number that other tables refer to; rules run in its order.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// What people call it.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What it is for.
    pub rule_type: RuleType,
    /// When it looks.
    pub event: Event,
    /// How the conditions add up.
    pub matching: Match,
    /// A JSON list.
    pub conditions: String,
    /// A JSON list.
    pub actions: String,
    /// Whether it runs at all.
    pub is_active: bool,
    /// Rises when what it waits for becomes something else.
    pub version: i64,
    /// When this version was last switched on.
    pub armed_at: Time,
    /// Tickets that it really changed.
    pub executions: i64,
    /// When it last did.
    pub last_executed_at: Option<Time>,
    /// Why it could not, the last time that it could not, and when that was.
    pub last_failure: Option<(String, Time)>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// When it was switched off because it failed again and again.
    pub switched_off_at: Option<Time>,
}

/// A rule that is ready to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Runnable {
    /// Its number.
    pub number: i64,
    /// What people call it.
    pub name: String,
    /// When it looks.
    pub event: Event,
    /// Of what it waits for.
    pub version: i64,
    /// When this version was last switched on.
    pub armed_at: Time,
    /// What it asks and does.
    pub program: Program,
}

impl Program {
    /// Whether it applies to a ticket at a moment.
    pub fn applies(&self, facts: &Facts, at: Time) -> bool {
        let mut holding = self.conditions.iter().map(|condition| condition.holds(facts, at));
        match self.matching {
            Match::All => holding.all(|holds| holds),
            Match::Any => self.conditions.is_empty() || holding.any(|holds| holds),
        }
    }

    /// What it would make of a ticket.
    pub fn plan(&self, facts: &Facts) -> Plan {
        Plan::of(&self.actions, facts)
    }

    /// Which conditions hold, in words; what made it act.
    pub fn because(&self, facts: &Facts, at: Time) -> String {
        let holding = self.conditions.iter().filter(|condition| condition.holds(facts, at));
        holding.map(Condition::words).collect::<Vec<_>>().join(", ")
    }

    /// Whether no past can bring it to apply, because a condition fails on what a trail never changes.
    pub fn never_applies(&self, facts: &Facts) -> bool {
        let fails = |condition: &Condition| condition.field.is_lasting() && !condition.holds(facts, facts.updated_at);
        self.matching == Match::All && self.conditions.iter().any(fails)
    }

    /// Conditions on time with their places among the conditions.
    pub fn moments(&self) -> impl Iterator<Item = (usize, Moment)> {
        self.conditions.iter().enumerate().filter_map(|(place, condition)| Some((place, Moment::of(condition)?)))
    }

    /// What must be looked up before it can run.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        self.conditions.iter().for_each(|condition| needs.add(condition.field));
        self.actions.iter().fold(needs, |needs, action| needs.and(action.needs()))
    }

    /// Whether it says itself which statuses it is for.
    pub fn asks_for_status(&self) -> bool {
        self.conditions.iter().any(|condition| condition.field == super::Field::Status)
    }
}

impl Runnable {
    /// Whether it has a say at all over a ticket that is closed: rules on time pass it over unless they ask for a status.
    pub fn minds(&self, facts: &Facts) -> bool {
        self.event != Event::Time || facts.status != crate::base::Status::Closed || self.program.asks_for_status()
    }
}
