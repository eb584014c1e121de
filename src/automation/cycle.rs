//! Rules that would undo each other for ever.
//!
//! Nothing runs away: each rule acts once per cause. But rules that answer each other in a circle are a mistake of whoever
//! wrote them, so they are named when a rule is saved. A circle is searched along "what one writes, another reacts to", and
//! believed only when running its rules alone, without any limit, comes back to where it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::facts::fold;
use super::{Action, Condition, Event, Facts, Field, Match, Operand, Operator, Plan, Runnable};
use crate::base::{Priority, Source, Status, Time};
use crate::field::Values;

/// Longest circle that is searched for, in rules.
const LONGEST: usize = 6;
/// Steps after which the search gives up.
const BUDGET: usize = 50_000;

/// The names of rules that go round for ever with the one of this number, in the order in which they answer each other.
pub fn cycle(rules: &[Arc<Runnable>], number: i64) -> Option<Vec<String>> {
    // Filing and answering happen once, and a rule on time acts once: only what hears changes can go round.
    let rules: Vec<&Runnable> =
        rules.iter().map(AsRef::as_ref).filter(|rule: &&Runnable| rule.event == Event::Updated).collect();
    let start = rules.iter().position(|rule| rule.number == number)?;
    let mut search = Search { rules: &rules, start, path: vec![start], budget: BUDGET };
    let path = search.from(start)?;
    Some(path.into_iter().map(|place| rules[place].name.clone()).collect())
}

struct Search<'r> {
    rules: &'r [&'r Runnable],
    start: usize,
    path: Vec<usize>,
    budget: usize,
}

impl Search<'_> {
    fn from(&mut self, place: usize) -> Option<Vec<usize>> {
        // Shorter circles first: whoever reads of them has less to follow.
        if self.reacts(self.start, place) && self.path.len() > 1 && self.goes_round() {
            return Some(self.path.clone());
        }
        if self.path.len() == LONGEST {
            return None;
        }
        for next in 0..self.rules.len() {
            self.budget = self.budget.checked_sub(1)?;
            if self.path.contains(&next) || !self.reacts(next, place) {
                continue;
            }
            self.path.push(next);
            let found = self.from(next);
            self.path.pop();
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether a rule could have something to do because another has acted.
    fn reacts(&self, rule: usize, other: usize) -> bool {
        let (rule, other) = (self.rules[rule], self.rules[other]);
        other.program.actions.iter().any(|action| {
            let field = action.field();
            // Giving an open ticket to somebody moves it.
            let also = (field == Field::Assignee).then_some(Field::Status);
            let touches = |wanted: Field| wanted == field || Some(wanted) == also;
            rule.program.conditions.iter().any(|condition| touches(condition.field))
                || rule.program.actions.iter().any(|own| touches(own.field()) && own != action)
        })
    }

    /// Whether the rules of the path, and they alone, come back to a state that they have left.
    fn goes_round(&self) -> bool {
        let rules: Vec<&Runnable> = self.path.iter().map(|place| self.rules[*place]).collect();
        rules.iter().any(|first| simulate(&rules, suiting(&rules, first)))
    }
}

/// Runs rules without any limit until nothing changes, or everything is as it was before.
fn simulate(rules: &[&Runnable], mut facts: Facts) -> bool {
    let mut acted: BTreeMap<i64, usize> = BTreeMap::new();
    let mut seen = vec![facts.clone()];
    for _ in 0..4 * rules.len() + 4 {
        let applying: Vec<&&Runnable> =
            rules.iter().filter(|rule| rule.program.applies(&facts, facts.updated_at)).collect();
        let mut changed = false;
        for rule in applying {
            let plan = rule.program.plan(&facts);
            if plan != Plan::default() {
                plan.apply(&mut facts);
                *acted.entry(rule.number).or_default() += 1;
                changed = true;
            }
        }
        if !changed {
            return false;
        }
        if seen.contains(&facts) {
            return acted.len() == rules.len();
        }
        seen.push(facts.clone());
    }
    false
}

/// A ticket on which the first rule acts, and that suits the others as far as no rule can change it.
fn suiting(rules: &[&Runnable], first: &Runnable) -> Facts {
    let mut facts = Facts {
        status: Status::Open,
        priority: Priority::Medium,
        category: None,
        subject: String::new(),
        description: String::new(),
        source: Source::Portal,
        tags: Vec::new(),
        customer_email: None,
        assignee: None,
        group: None,
        project: 0,
        created_at: Time(0),
        updated_at: Time(0),
        due_at: None,
        own: Values::default(),
    };
    for rule in rules.iter().copied().chain([first]) {
        let is_first = rule.number == first.number;
        let conditions = rule.program.conditions.iter();
        let wanted = match rule.program.matching {
            Match::All => usize::MAX,
            Match::Any => 1,
        };
        let written = |field: Field| {
            rules.iter().any(|rule| rule.program.actions.iter().any(|action: &Action| action.field() == field))
        };
        for condition in conditions.filter(|condition| is_first || !written(condition.field)).take(wanted) {
            if !condition.holds(&facts, facts.updated_at) {
                make_hold(condition, &mut facts);
            }
        }
    }
    facts
}

/// Changes the facts so that a condition holds, where that is easily done.
fn make_hold(condition: &Condition, facts: &mut Facts) {
    let text = |present: &mut String, folded: &str| match condition.operator {
        Operator::Is => folded.clone_into(present),
        Operator::Contains => {
            present.push(' ');
            present.push_str(folded);
        }
        _ => present.push('~'),
    };
    match (condition.field, &condition.value) {
        (Field::Status, Operand::Status(wanted)) => {
            facts.status = other(&Status::ALL, |status| (status == wanted) == (condition.operator == Operator::Is))
                .unwrap_or(facts.status);
        }
        (Field::Priority, Operand::Priority(wanted)) => {
            let fits = |priority: &Priority| match condition.operator {
                Operator::Is => priority == wanted,
                Operator::GreaterThan => priority > wanted,
                Operator::LessThan => priority < wanted,
                _ => priority != wanted,
            };
            facts.priority = other(&Priority::ALL, fits).unwrap_or(facts.priority);
        }
        (Field::Source, Operand::Source(wanted)) if condition.operator == Operator::Is => facts.source = *wanted,
        (Field::Source, _) => facts.source = Source::Email,
        (Field::Category, Operand::Text { folded, .. }) => text(facts.category.get_or_insert_default(), folded),
        (Field::Category, _) => facts.category = (condition.operator == Operator::IsNot).then(|| "~".to_owned()),
        (Field::Subject, Operand::Text { folded, .. }) => text(&mut facts.subject, folded),
        (Field::Description, Operand::Text { folded, .. }) => text(&mut facts.description, folded),
        (Field::CustomerEmail, Operand::Text { folded, .. }) => {
            text(facts.customer_email.get_or_insert_default(), folded);
        }
        (Field::Tags, Operand::Texts(all)) if condition.operator == Operator::IsNot => {
            facts.tags.retain(|tag| !all.iter().any(|other| fold(other) == fold(tag)));
        }
        (Field::Tags, Operand::Texts(all)) => facts.tags.extend(all.iter().cloned()),
        (Field::Tags, _) => facts.tags.clear(),
        (Field::Assignee, value) => facts.assignee = id(condition, value),
        (Field::Group, value) => facts.group = id(condition, value),
        (Field::Project, value) => facts.project = id(condition, value).unwrap_or_default(),
        (Field::Custom, value) => {
            let Some((_, Some(definition))) = &condition.own else { return };
            let value = match (condition.operator, value) {
                (Operator::Is | Operator::Contains, Operand::Texts(all)) => json!(all),
                (Operator::Is, value) => value.write(),
                // Whole ones suit both types of numbers.
                (Operator::GreaterThan, Operand::Number(number)) => Operand::Number(number.floor() + 1.0).write(),
                (Operator::LessThan, Operand::Number(number)) => Operand::Number(number.ceil() - 1.0).write(),
                (Operator::Contains, Operand::Text { folded, .. }) => json!(folded),
                _ => return,
            };
            facts.own.put(definition, value);
        }
        _ => {}
    }
}

fn other<T: Copy>(all: &[T], fits: impl Fn(&T) -> bool) -> Option<T> {
    all.iter().copied().find(|one| fits(one))
}

fn id(condition: &Condition, value: &Operand) -> Option<i64> {
    match (condition.operator, value) {
        (Operator::Is, Operand::Id { number, .. }) => *number,
        (Operator::IsNot, Operand::Id { number, .. }) => number.map(|number| number.saturating_add(1)),
        (Operator::IsNot, _) => Some(1),
        _ => None,
    }
}
