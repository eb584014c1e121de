//! Reading a rule from what a caller sends: everything that is wrong is told at once.

use serde_json::Value;

use super::find::must_reach;
use super::names::{Lookup, Names};
use super::{Action, Condition, Definition, Event, Match, Program, Rule, RuleType};
use crate::base::{Actor, Check, Error, Result, check};
use crate::store::Conn;

/// Most conditions of a rule.
const MOST_CONDITIONS: usize = 50;
/// Most actions of a rule.
const MOST_ACTIONS: usize = 20;

/// A rule as it was sent; what is left out stays, or is the usual.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What people call it.
    pub name: Option<String>,
    /// For people; an inner `None` clears.
    pub description: Option<Option<String>>,
    /// What it is for.
    pub rule_type: Option<String>,
    /// When it looks.
    pub trigger: Option<String>,
    /// How the conditions add up.
    pub condition_match: Option<String>,
    /// A list of objects.
    pub conditions: Option<Value>,
    /// A list of objects.
    pub actions: Option<Value>,
    /// Whether it runs.
    pub is_active: Option<bool>,
}

/// Checks a rule that is new, or a change of one that is there.
pub fn read(draft: &Draft, names: &dyn Names, present: Option<&Rule>) -> Result<Definition> {
    let mut check = Check::default();
    let name = check.take(check::line("name", draft.name.as_deref(), 255)).flatten();
    let name = name.or_else(|| present.map(|rule| rule.name.clone()));
    let description = match &draft.description {
        Some(text) => check.take(check::block("description", text.as_deref())).flatten(),
        None => present.and_then(|rule| rule.description.clone()),
    };
    let rule_type = check.take(rule_type(draft, present));
    let event = rule_type.and_then(|rule_type| check.take(event(draft, rule_type, present)));
    let matching = check.take(matching(draft, present));
    let conditions = list(
        &mut check,
        "conditions",
        draft.conditions.as_ref(),
        present.map(|rule| rule.conditions.as_str()),
        MOST_CONDITIONS,
        |value, path, lenient| Condition::read(value, path, names, lenient),
    );
    let actions = list(
        &mut check,
        "actions",
        draft.actions.as_ref(),
        present.map(|rule| rule.actions.as_str()),
        MOST_ACTIONS,
        |value, path, lenient| Action::read(value, path, names, lenient),
    );
    let name = check.take(check::required("name", name));
    if actions.as_ref().is_some_and(Vec::is_empty) {
        check.note(Error::field(
            "actions",
            "A rule needs an action, such as {\"type\": \"add_tag\", \"value\": \"vip\"}.",
        ));
    }
    let lacks_time = |conditions: &Vec<Condition>| !conditions.iter().any(|condition| condition.field.is_time());
    if rule_type == Some(RuleType::TimeTrigger) && conditions.as_ref().is_some_and(lacks_time) {
        let wanted = "hoursSinceCreated, hoursSinceUpdated or hoursUntilDue";
        check.note(Error::field("conditions", format!("A time_trigger rule needs a condition on {wanted}.")));
    }
    let program =
        Program { matching: check.need(matching)?, conditions: check.need(conditions)?, actions: check.need(actions)? };
    let is_active = draft.is_active.unwrap_or_else(|| present.is_none_or(|rule| rule.is_active));
    Ok(Definition {
        name: check.need(name)?,
        description,
        rule_type: check.need(rule_type)?,
        event: check.need(event)?,
        program,
        is_active,
    })
}

/// [`read`] for a rule that is not kept.
pub fn rehearse(conn: &Conn<'_>, actor: &Actor, draft: &Draft, present: Option<&Rule>) -> Result<Definition> {
    must_reach(actor)?;
    read(draft, &Lookup(conn), present)
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn rule_type(draft: &Draft, present: Option<&Rule>) -> Result<RuleType> {
    let wrong = || Error::field("ruleType", "The rule type must be ticket_creation, ticket_update or time_trigger.");
    match (given(draft.rule_type.as_ref()), present) {
        (Some(text), _) => RuleType::parse(text).ok_or_else(wrong),
        (None, Some(rule)) => Ok(rule.rule_type),
        (None, None) => Err(wrong()),
    }
}

fn event(draft: &Draft, rule_type: RuleType, present: Option<&Rule>) -> Result<Event> {
    let fitting = rule_type.events();
    match given(draft.trigger.as_ref()) {
        Some(text) => Event::parse(text).filter(|event| fitting.contains(event)).ok_or_else(|| {
            let names: Vec<&str> = fitting.iter().map(|event| event.as_str()).collect();
            let message = format!("The trigger of a {} rule must be {}.", rule_type.as_str(), names.join(" or "));
            Error::field("trigger", message)
        }),
        None => {
            let kept = present.map(|rule| rule.event).filter(|event| fitting.contains(event));
            Ok(kept.or_else(|| fitting.first().copied()).unwrap_or(Event::Updated))
        }
    }
}

fn matching(draft: &Draft, present: Option<&Rule>) -> Result<Match> {
    let usual = present.map_or(Match::All, |rule| rule.matching);
    let wrong = || Error::field("conditionMatch", "The condition match must be all or any.");
    given(draft.condition_match.as_ref()).map_or(Ok(usual), |text| Match::parse(text).ok_or_else(wrong))
}

/// The elements of a list, each read where it stands; those that are kept were checked before.
fn list<T>(
    check: &mut Check,
    field: &'static str,
    given: Option<&Value>,
    kept: Option<&str>,
    most: usize,
    read: impl Fn(&Value, &str, bool) -> Result<T>,
) -> Option<Vec<T>> {
    let (value, lenient) = match (given.filter(|value| !value.is_null()), kept) {
        (Some(value), _) => (value.clone(), false),
        (None, Some(kept)) => (check.take(serde_json::from_str(kept).map_err(Error::internal))?, true),
        (None, None) => return Some(Vec::new()),
    };
    let Some(all) = value.as_array().filter(|all| all.len() <= most) else {
        check.note(Error::field(field, format!("The {field} must be a list of up to {most} objects.")));
        return None;
    };
    let read = |(place, value)| check.take(read(value, &format!("{field}.{place}"), lenient));
    let read: Vec<Option<T>> = all.iter().enumerate().map(read).collect();
    read.into_iter().collect()
}

impl Program {
    /// Reads conditions and actions that were checked when they were written.
    pub(super) fn of(rule: &Rule, names: &dyn Names) -> Result<Self> {
        read(&Draft::default(), names, Some(rule)).map(|definition| definition.program)
    }
}
