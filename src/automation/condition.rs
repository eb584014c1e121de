//! What a rule asks of a ticket.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::action::words;
use super::facts::fold;
use super::names::Names;
use super::operand::{self, Operand};
use super::{Facts, Field, Operator};
use crate::base::clock::HOUR;
use crate::base::{Error, Result, Time};
use crate::field::Definition;

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What it is about.
    pub field: Field,
    /// Of one of the instance's own fields: its name, and what it is while it is in use.
    pub own: Option<(String, Option<Definition>)>,
    /// How it compares.
    pub operator: Operator,
    /// What it compares with.
    pub value: Operand,
}

impl Condition {
    /// Reads one condition; `path` says where it stands. Leniently where it was checked before: what it names may be gone.
    pub fn read(value: &Value, path: &str, names: &dyn Names, lenient: bool) -> Result<Self> {
        let wrong = |part: &str, message: String| Err(Error::field(format!("{path}.{part}"), message));
        let Some(object) = value.as_object() else {
            let example = "{\"field\": \"category\", \"operator\": \"is\", \"value\": \"technical\"}";
            return Err(Error::field(path.to_owned(), format!("A condition must be an object such as {example}.")));
        };
        let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
        let Some((field, name)) = Field::parse(text("field")) else {
            let all = words(&Field::ALL.map(Field::as_str));
            return wrong("field", format!("There is no such field. The fields are {all} and customFields.NAME."));
        };
        let found = name.map(|name| names.own_field(name)).transpose()?.flatten();
        if let (Some(name), None, false) = (name, &found, lenient) {
            return wrong("field", format!("Tickets have no custom field named {name}."));
        }
        let Some(operator) = Operator::parse(text("operator")) else {
            let all = words(&Operator::ALL.map(Operator::as_str));
            return wrong("operator", format!("There is no such operator. The operators are {all}."));
        };
        if let Some(why) = operand::misfit(field, found.as_ref(), operator) {
            return wrong("operator", why);
        }
        let given = object.get("value").unwrap_or(&Value::Null);
        match operand::read(field, found.as_ref(), operator, given, names, lenient)? {
            Ok(value) => {
                let own = name.map(|name| (name.to_owned(), found));
                Ok(Self { field, own, operator, value })
            }
            Err(why) => wrong("value", why),
        }
    }

    /// As it is kept and shown.
    pub fn write(&self) -> Value {
        json!({"field": self.name(), "operator": self.operator.as_str(), "value": self.value.write()})
    }

    /// The field as surfaces spell it.
    pub fn name(&self) -> String {
        let own = self.own.as_ref().map(|(name, _)| name.as_str()).unwrap_or_default();
        format!("{}{own}", self.field.as_str())
    }

    /// The condition in words, for the trail.
    pub fn words(&self) -> String {
        let value = match self.value.write() {
            Value::String(text) => text,
            Value::Null => "empty".to_owned(),
            other => other.to_string(),
        };
        let short: String = value.chars().take(60).collect();
        format!("{} {} {short}", self.name(), self.operator.as_str().replace('_', " "))
    }

    /// Whether it holds for a ticket at a moment.
    pub fn holds(&self, facts: &Facts, at: Time) -> bool {
        let since = |from: Time| Some(at.0.saturating_sub(from.0));
        match self.field {
            Field::Status => self.same(matches!(self.value, Operand::Status(status) if status == facts.status)),
            Field::Source => self.same(matches!(self.value, Operand::Source(source) if source == facts.source)),
            Field::Priority => match self.value {
                Operand::Priority(priority) => self.ordered(facts.priority.cmp(&priority)),
                _ => false,
            },
            Field::Category => self.text(facts.category.as_deref()),
            Field::Subject => self.text(Some(&facts.subject)),
            Field::Description => self.text(Some(&facts.description)),
            Field::CustomerEmail => self.text(facts.customer_email.as_deref()),
            Field::Tags => self.texts(facts.tags.iter().map(String::as_str)),
            Field::Assignee => self.id(facts.assignee),
            Field::Group => self.id(facts.group),
            Field::Project => self.id(Some(facts.project)),
            Field::HoursSinceCreated => self.hours(since(facts.created_at)),
            Field::HoursSinceUpdated => self.hours(since(facts.updated_at)),
            Field::HoursUntilDue => self.hours(facts.due_at.map(|due| due.0.saturating_sub(at.0))),
            Field::Custom => self.own(facts),
        }
    }

    /// Of operators that only tell same from other.
    fn same(&self, is_same: bool) -> bool {
        (self.operator == Operator::IsNot) != is_same
    }

    fn ordered(&self, ordering: Ordering) -> bool {
        match self.operator {
            Operator::Is => ordering == Ordering::Equal,
            Operator::IsNot => ordering != Ordering::Equal,
            Operator::GreaterThan => ordering == Ordering::Greater,
            Operator::LessThan => ordering == Ordering::Less,
            Operator::Contains => false,
        }
    }

    /// Of texts that are folded.
    fn text(&self, present: Option<&str>) -> bool {
        match (&self.value, present.filter(|text| !text.is_empty())) {
            (Operand::Nothing, present) => self.same(present.is_none()),
            (Operand::Text { folded, .. }, Some(present)) => match self.operator {
                Operator::Contains => present.contains(folded.as_str()),
                _ => self.ordered(present.cmp(folded.as_str())),
            },
            _ => self.operator == Operator::IsNot,
        }
    }

    /// Is and contains: all of them; is not: none of them.
    fn texts<'t>(&self, present: impl Iterator<Item = &'t str>) -> bool {
        let present: Vec<String> = present.map(fold).collect();
        match &self.value {
            Operand::Nothing => self.same(present.is_empty()),
            Operand::Texts(all) => match self.operator {
                Operator::IsNot => !all.iter().any(|text| present.contains(&fold(text))),
                _ => all.iter().all(|text| present.contains(&fold(text))),
            },
            _ => false,
        }
    }

    fn id(&self, present: Option<i64>) -> bool {
        match &self.value {
            Operand::Nothing => self.same(present.is_none()),
            Operand::Id { number, .. } => self.same(number.is_some() && *number == present),
            _ => false,
        }
    }

    fn hours(&self, present: Option<i64>) -> bool {
        let (Operand::Hours { ms, .. }, Some(present)) = (&self.value, present) else { return false };
        match self.operator {
            Operator::Is => present.div_euclid(HOUR) == ms.div_euclid(HOUR),
            Operator::IsNot => present.div_euclid(HOUR) != ms.div_euclid(HOUR),
            _ => self.ordered(present.cmp(ms)),
        }
    }

    fn own(&self, facts: &Facts) -> bool {
        let definition = self.own.as_ref().and_then(|(_, definition)| definition.as_ref());
        let present = definition.and_then(|definition| facts.own.get(definition));
        match (&self.value, present) {
            (Operand::Nothing, present) => self.same(present.is_none()),
            (Operand::Number(wanted), Some(present)) => match present.as_f64() {
                Some(present) => self.ordered(present.total_cmp(wanted)),
                None => self.operator == Operator::IsNot,
            },
            (Operand::Flag(wanted), present) => {
                self.same(present.and_then(Value::as_bool).unwrap_or_default() == *wanted)
            }
            (Operand::Texts(_), present) => {
                self.texts(present.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str))
            }
            (_, present) => self.text(present.and_then(Value::as_str).map(fold).as_deref()),
        }
    }
}
