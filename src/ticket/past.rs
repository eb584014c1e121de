//! What a ticket was like at each moment of its past, from its trail.

use std::collections::HashMap;

use super::Due;
use crate::automation::{Facts, fold};
use crate::base::{Priority, Result, Status, Time};
use crate::store::{Conn, params};

/// One value that a row of the trail is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Status(Status),
    Priority(Priority),
    Category(Option<String>),
    Subject(String),
    Assignee(Option<i64>),
    Group(Option<i64>),
    Due(Option<Time>),
    Tags(Vec<String>),
}

/// One row of the trail: what became of which value, and what rules heard of it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub at: Time,
    pub rule: Option<i64>,
    pub is_creation: bool,
    pub is_reply: bool,
    /// Whether it is a change that rules hear.
    pub is_change: bool,
    /// Whether it is the ticket's end in another, which no rule hears.
    pub is_merging: bool,
    pub became: Option<Value>,
}

/// Whose names the trail tells: it names people, groups and categories as they were called.
pub(super) struct Called {
    staff: HashMap<String, i64>,
    groups: HashMap<String, i64>,
    categories: HashMap<String, String>,
    slugs: HashMap<i64, String>,
}

/// Stands for somebody whom nothing is called like any more.
const NOBODY_KNOWN: i64 = -1;

impl Called {
    pub(super) fn load(conn: &Conn<'_>) -> Result<Self> {
        let numbers = |sql| -> Result<HashMap<String, i64>> {
            Ok(conn.all(sql, params! {}, |row| Ok((row.get("name")?, row.get("id")?)))?.into_iter().collect())
        };
        let categories: Vec<(i64, String, String)> =
            conn.all("select id, name, slug from categories order by id desc", params! {}, |row| {
                Ok((row.get("id")?, row.get("name")?, row.get("slug")?))
            })?;
        Ok(Self {
            staff: numbers("select id, name from users where role <> 'customer' order by deleted_at is null, id desc")?,
            groups: numbers("select id, name from agent_groups order by id desc")?,
            categories: categories.iter().map(|(_, name, slug)| (name.clone(), slug.clone())).collect(),
            slugs: categories.into_iter().map(|(id, _, slug)| (id, slug)).collect(),
        })
    }

    /// A category's slug, by its number.
    pub(super) fn slug(&self, category: Option<i64>) -> Option<String> {
        category.and_then(|id| self.slugs.get(&id).cloned())
    }

    /// What a value was before a row of the trail; `None` where the row says nothing of it.
    fn before(&self, action: &str, from: Option<&str>) -> Option<Value> {
        let number = |all: &HashMap<String, i64>| from.map(|name| all.get(name).copied().unwrap_or(NOBODY_KNOWN));
        Some(match action {
            "status_changed" => Value::Status(Status::parse(from?)?),
            "priority_changed" => Value::Priority(Priority::parse(from?)?),
            "category_changed" => {
                Value::Category(from.map(|name| self.categories.get(name).cloned().unwrap_or_else(|| name.to_owned())))
            }
            "subject_changed" => Value::Subject(fold(from?)),
            "assigned" | "unassigned" => Value::Assignee(number(&self.staff)),
            "group_changed" => Value::Group(number(&self.groups)),
            "due_date_changed" => Value::Due(from.and_then(|text| Due::parse("due_date", text).ok()).map(Due::at)),
            "tags_changed" => {
                let names = from.unwrap_or_default().split(", ").filter(|name| !name.is_empty());
                Value::Tags(names.map(str::to_owned).collect())
            }
            _ => return None,
        })
    }
}

impl Value {
    /// Makes the facts say this; answers what they said before.
    pub(super) fn put(&self, facts: &mut Facts) -> Self {
        match self {
            Self::Status(status) => Self::Status(std::mem::replace(&mut facts.status, *status)),
            Self::Priority(priority) => Self::Priority(std::mem::replace(&mut facts.priority, *priority)),
            Self::Category(category) => Self::Category(std::mem::replace(&mut facts.category, category.clone())),
            Self::Subject(subject) => Self::Subject(std::mem::replace(&mut facts.subject, subject.clone())),
            Self::Assignee(assignee) => Self::Assignee(std::mem::replace(&mut facts.assignee, *assignee)),
            Self::Group(group) => Self::Group(std::mem::replace(&mut facts.group, *group)),
            Self::Due(due) => Self::Due(std::mem::replace(&mut facts.due_at, *due)),
            Self::Tags(tags) => Self::Tags(std::mem::replace(&mut facts.tags, tags.clone())),
        }
    }
}

/// The trail of a ticket, oldest first; the facts go back to what they were when it was filed.
pub(super) fn rewind(conn: &Conn<'_>, called: &Called, ticket: i64, facts: &mut Facts) -> Result<Vec<Step>> {
    let mut steps = conn.all(
        "select action, from_value, rule_id, created_at from activities where ticket_id = :ticket order by id desc",
        params! {":ticket": ticket},
        |row| {
            let c = row.columns();
            let (action, from): (String, Option<String>) = (c.take()?, c.take()?);
            let is_reply = action == "replied";
            let step = Step {
                rule: c.take()?,
                at: Time(c.take()?),
                is_creation: action == "created",
                is_reply,
                is_change: is_reply
                    || action.ends_with("_changed")
                    || action.ends_with("assigned")
                    || (action == "merged" && from.is_some())
                    || action == "unmerged",
                is_merging: action == "merged" && from.is_none(),
                became: None,
            };
            Ok((step, called.before(&action, from.as_deref())))
        },
    )?;
    for (step, before) in &mut steps {
        // What it became is what the facts say, until they are put back to before.
        step.became = before.take().map(|before| before.put(facts));
    }
    Ok(steps.into_iter().rev().map(|(step, _)| step).collect())
}
