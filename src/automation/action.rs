//! What a rule does, and what of it would make a difference.

use serde_json::{Value, json};

use super::facts::fold;
use super::names::{Names, Noun};
use super::{Facts, Field, Named, Needs};
use crate::base::{Error, Priority, Result, Status, check};

/// Most tags that a ticket has.
const MOST_TAGS: usize = 50;
/// Longest tag or category, in characters.
const LONGEST: usize = 64;

/// One thing that a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `set_status`.
    Status(Status),
    /// `set_priority`.
    Priority(Priority),
    /// `set_category`, by its slug; none clears it.
    Category(Option<String>),
    /// `assign_to`; none gives it back to nobody.
    Assign(Assignee),
    /// `add_tag`.
    Tag(String),
}

/// Who a rule gives a ticket to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// Nobody.
    Nobody,
    /// An agent or admin.
    Somebody(Named),
    /// Somebody who is gone.
    Gone(String),
}

/// What actions would make of a ticket: only what differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Where it would stand.
    pub status: Option<Status>,
    /// Whether it would stand there only because somebody would have it.
    pub status_follows: bool,
    /// How much it would press.
    pub priority: Option<Priority>,
    /// Its category's slug.
    pub category: Option<Option<String>>,
    /// Who would have it.
    pub assignee: Option<Option<i64>>,
    /// The tags that would be added.
    pub tags: Vec<String>,
}

impl Plan {
    /// What actions would make of a ticket; of two that contradict each other the later counts.
    pub fn of(actions: &[Action], facts: &Facts) -> Self {
        let mut plan = Self::default();
        for action in actions {
            match action {
                Action::Status(status) => plan.status = Some(*status),
                Action::Priority(priority) => plan.priority = Some(*priority),
                Action::Category(category) => plan.category = Some(category.clone()),
                Action::Assign(Assignee::Nobody) => plan.assignee = Some(None),
                Action::Assign(Assignee::Somebody(named)) => plan.assignee = Some(Some(named.number)),
                Action::Assign(Assignee::Gone(_)) => {}
                Action::Tag(tag) => {
                    let has = |tags: &[String]| tags.iter().any(|other| fold(other) == fold(tag));
                    if !has(&facts.tags) && !has(&plan.tags) && facts.tags.len() + plan.tags.len() < MOST_TAGS {
                        plan.tags.push(tag.clone());
                    }
                }
            }
        }
        plan.assignee = plan.assignee.filter(|assignee| *assignee != facts.assignee);
        // Giving an open ticket to somebody moves it, as it does when a person gives it.
        if matches!(plan.assignee, Some(Some(_))) && plan.status.is_none() && facts.status == Status::Open {
            (plan.status, plan.status_follows) = (Some(Status::InProgress), true);
        }
        plan.status = plan.status.filter(|status| *status != facts.status);
        plan.priority = plan.priority.filter(|priority| *priority != facts.priority);
        plan.category = plan.category.filter(|category| *category != facts.category);
        plan
    }

    /// Whether nothing would differ.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Makes of the facts what is planned.
    pub fn apply(&self, facts: &mut Facts) {
        facts.status = self.status.unwrap_or(facts.status);
        facts.priority = self.priority.unwrap_or(facts.priority);
        if let Some(category) = &self.category {
            facts.category.clone_from(category);
        }
        if let Some(assignee) = self.assignee {
            facts.assignee = assignee;
        }
        facts.tags.extend(self.tags.iter().cloned());
    }
}

impl Action {
    /// The types of actions, as every surface spells them.
    pub const TYPES: [&'static str; 5] = ["set_status", "set_priority", "set_category", "assign_to", "add_tag"];

    /// Reads one action; `path` says where it stands.
    pub fn read(value: &Value, path: &str, names: &dyn Names, lenient: bool) -> Result<Self> {
        let wrong = |part: &str, message: String| Err(Error::field(format!("{path}.{part}"), message));
        let Some(object) = value.as_object() else {
            let example = "An action must be an object such as {\"type\": \"set_priority\", \"value\": \"urgent\"}.";
            return Err(Error::field(path.to_owned(), example));
        };
        let given = object.get("value").unwrap_or(&Value::Null);
        let text = given.as_str().map(str::trim).filter(|text| !text.is_empty());
        match object.get("type").and_then(Value::as_str) {
            Some("set_status") => match text.and_then(Status::parse) {
                Some(status) => Ok(Self::Status(status)),
                None => {
                    wrong("value", format!("The status must be one of {}.", words(&Status::ALL.map(Status::as_str))))
                }
            },
            Some("set_priority") => match text.and_then(Priority::parse) {
                Some(priority) => Ok(Self::Priority(priority)),
                None => {
                    let all = words(&Priority::ALL.map(Priority::as_str));
                    wrong("value", format!("The priority must be one of {all}."))
                }
            },
            Some("set_category") => match text {
                None if is_blank(given) => Ok(Self::Category(None)),
                Some(text) if text.chars().count() <= LONGEST && !check::slug(text).is_empty() => {
                    Ok(Self::Category(Some(check::slug(text))))
                }
                _ => {
                    wrong("value", "The category must be a slug of up to 64 characters, such as technical.".to_owned())
                }
            },
            Some("assign_to") => match id(given) {
                _ if is_blank(given) => Ok(Self::Assign(Assignee::Nobody)),
                None => wrong("value", "It must be the id of an agent or admin, or null for nobody.".to_owned()),
                Some(id) => match names.find(Noun::Staff, &id)? {
                    Some(named) => Ok(Self::Assign(Assignee::Somebody(named))),
                    None if lenient => Ok(Self::Assign(Assignee::Gone(id))),
                    None => wrong("value", "There is no active agent or admin with this id.".to_owned()),
                },
            },
            Some("add_tag") => match text {
                Some(text) if text.chars().count() <= LONGEST && !text.chars().any(char::is_control) => {
                    Ok(Self::Tag(text.to_owned()))
                }
                _ => wrong("value", "The tag must be a word of up to 64 characters.".to_owned()),
            },
            _ => wrong("type", format!("There is no such action. The types are {}.", words(&Self::TYPES))),
        }
    }

    /// As it is kept and shown.
    pub fn write(&self) -> Value {
        let (kind, value) = match self {
            Self::Status(status) => ("set_status", json!(status.as_str())),
            Self::Priority(priority) => ("set_priority", json!(priority.as_str())),
            Self::Category(category) => ("set_category", json!(category)),
            Self::Assign(Assignee::Nobody) => ("assign_to", Value::Null),
            Self::Assign(Assignee::Somebody(named)) => ("assign_to", json!(named.uuid)),
            Self::Assign(Assignee::Gone(id)) => ("assign_to", json!(id)),
            Self::Tag(tag) => ("add_tag", json!(tag)),
        };
        json!({"type": kind, "value": value})
    }

    /// The field that it writes.
    pub fn field(&self) -> Field {
        match self {
            Self::Status(_) => Field::Status,
            Self::Priority(_) => Field::Priority,
            Self::Category(_) => Field::Category,
            Self::Assign(_) => Field::Assignee,
            Self::Tag(_) => Field::Tags,
        }
    }

    /// What must be known to say whether it would make a difference.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        needs.add(self.field());
        needs
    }
}

/// Null, or nothing but blanks.
pub(super) fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// An id, as a string or a number.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text.len() <= 64),
        Value::Number(number) => number.as_i64().map(|number| number.to_string()),
        _ => None,
    }
}

/// A list of words, for people.
pub(super) fn words(all: &[&str]) -> String {
    all.join(", ")
}
