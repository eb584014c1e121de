//! What a caller may say about a policy.

use serde_json::Value;

use super::find::Policy;
use crate::base::{Actor, Check, Error, Priority, Result, check};
use crate::sla::stored;
use crate::store::{Conn, params};

/// Most minutes that a policy may allow: ten years.
const MOST_MINUTES: i64 = 5_256_000;

/// The fields as they came in: `None` was left out, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// 1 to 255 characters; cleared it is named after its priority.
    pub name: Option<Option<String>>,
    /// The number or the UUID of a project; cleared it is for every project.
    pub project: Option<Option<String>>,
    /// Either spelling.
    pub priority: Option<String>,
    /// 1 to 5,256,000.
    pub first_response_minutes: Option<i64>,
    /// 1 to 5,256,000.
    pub resolution_minutes: Option<i64>,
    /// As [`stored::read`] takes them; cleared: around the clock.
    pub business_hours: Option<Option<Value>>,
    /// Whether it stamps tickets; it does unless this says otherwise.
    pub is_active: Option<bool>,
}

/// The fields as they can be.
#[derive(Clone, Debug)]
pub struct Fields {
    /// 1 to 255 characters.
    pub name: String,
    /// The number of a project; none: every project.
    pub project: Option<i64>,
    /// The priority that it is for.
    pub priority: Priority,
    /// Minutes to the first answer.
    pub first_response_minutes: i64,
    /// Minutes to the resolution.
    pub resolution_minutes: i64,
    /// As [`stored::write`] writes them.
    pub business_hours: Option<String>,
    /// Whether it stamps tickets.
    pub is_active: bool,
}

impl Fields {
    /// Checks what was given and takes the rest from the policy as it is; every field that is wrong is told, those of the
    /// business hours as `business_hours.week.mon.0`.
    pub fn parse(conn: &Conn<'_>, actor: &Actor, given: &Given, current: Option<&Policy>) -> Result<Self> {
        let mut check = Check::default();
        let project = match &given.project {
            // A key's own project, where it has only that one.
            None => current.map_or(Ok(actor.within()), |policy| Ok(policy.project.as_ref().map(|(id, _)| *id))),
            Some(text) => project(conn, actor, text.as_deref()),
        };
        let project = check.take(project);
        let priority = match (&given.priority, current) {
            (None, Some(policy)) => Some(policy.priority),
            (text, _) => check.take(priority(text.as_deref())),
        };
        let name = match (&given.name, current) {
            (None, Some(policy)) => Some(Some(policy.name.clone())),
            (text, _) => check.take(check::line("name", text.iter().flatten().next().map(String::as_str), 255)),
        };
        let mut minutes = |field, given: Option<i64>, current: Option<i64>| match given.or(current) {
            Some(minutes) if (1..=MOST_MINUTES).contains(&minutes) => Some(minutes),
            Some(_) => {
                check.note(Error::field(field, format!("It must be from 1 to {MOST_MINUTES} minutes.")));
                None
            }
            None => check.take(check::required(field, None)),
        };
        let first_response = minutes(
            "first_response_minutes",
            given.first_response_minutes,
            current.map(|policy| policy.first_response_minutes),
        );
        let resolution =
            minutes("resolution_minutes", given.resolution_minutes, current.map(|policy| policy.resolution_minutes));
        let business_hours = match &given.business_hours {
            None => Some(current.and_then(|policy| policy.business_hours.clone())),
            Some(None) => Some(None),
            Some(Some(value)) => check.take(business_hours(value).map(Some)),
        };
        let (project, priority) = (check.need(project)?, check.need(priority)?);
        Ok(Self {
            name: check.need(name)?.unwrap_or_else(|| default_name(priority).to_owned()),
            project,
            priority,
            first_response_minutes: check.need(first_response)?,
            resolution_minutes: check.need(resolution)?,
            business_hours: check.need(business_hours)?,
            is_active: given.is_active.unwrap_or(current.is_none_or(|policy| policy.is_active)),
        })
    }
}

fn priority(text: Option<&str>) -> Result<Priority> {
    let text = check::required_line("priority", text, 32)?;
    let wrong = || Error::field("priority", "The priority must be low, medium, high or urgent (critical).");
    Priority::parse(&text).ok_or_else(wrong)
}

fn default_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "Low",
        Priority::Medium => "Medium",
        Priority::High => "High",
        Priority::Urgent => "Urgent",
    }
}

/// A project that the actor reaches. A key that is narrowed to one makes nothing for every project.
fn project(conn: &Conn<'_>, actor: &Actor, text: Option<&str>) -> Result<Option<i64>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return if actor.within().is_none() { Ok(None) } else { Err(Error::forbidden()) };
    };
    let found = conn.one(
        "select id from projects where (uuid = :uuid or id = :number) and (:within is null or id = :within)",
        params! {":uuid": text.to_lowercase(), ":number": text.parse::<i64>().unwrap_or(-1), ":within": actor.within()},
        |row| row.get("id"),
    )?;
    found.map(Some).ok_or_else(|| Error::field("project_id", "There is no such project."))
}

/// Checks business hours; the text that is stored, in which the same hours always read the same.
fn business_hours(value: &Value) -> Result<String> {
    let hours = stored::read(value).map_err(|mut error| {
        let fields = std::mem::take(&mut error.fields).into_iter();
        let inside = |field: &str| match field {
            "business_hours" => field.to_owned(),
            _ => format!("business_hours.{field}"),
        };
        error.fields = fields.map(|(field, messages)| (inside(&field).into(), messages)).collect();
        error
    })?;
    Ok(stored::write(&hours).to_string())
}
