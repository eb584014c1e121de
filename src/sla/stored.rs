//! Business hours as JSON: how they are stored, and the shape in which they are asked for and shown.
//!
//! ```json
//! {"time_zone": "Europe/Berlin",
//!  "week": {"mon": [["09:00", "12:00"], ["13:00", "17:30"]], "fri": [["22:00", "06:00"]]},
//!  "holidays": [{"date": "2026-12-25", "name": "Christmas"}]}
//! ```

use serde_json::{Map, Value, json};

use super::hours::{BusinessHours, DAYS, RawHoliday, RawHours};
use crate::base::{Error, Fields, Result};

/// Reads and checks; names each field that is wrong, as [`BusinessHours::parse`] does. Days that are missing are closed.
pub fn read(value: &Value) -> Result<BusinessHours> {
    let mut fields = Fields::new();
    let mut note = |field: String, message: &str| fields.entry(field.into()).or_default().push(message.to_owned());
    let mut raw = RawHours::default();
    let Some(given) = value.as_object() else {
        return Err(Error::field("business_hours", "The business hours must be an object with time_zone and week."));
    };
    match given.get("time_zone").unwrap_or(&Value::Null) {
        Value::Null => {}
        Value::String(name) => raw.time_zone.clone_from(name),
        _ => note("time_zone".into(), "The time zone must be a string, such as Europe/Berlin."),
    }
    match given.get("week").unwrap_or(&Value::Null) {
        Value::Null => {}
        Value::Object(week) => {
            // A misspelt day would be a closed one, which nobody notices before something is late.
            if week.keys().any(|day| !DAYS.contains(&day.as_str())) {
                note("week".into(), "The days are mon, tue, wed, thu, fri, sat and sun.");
            }
            for (day, into) in DAYS.into_iter().zip(&mut raw.week) {
                match intervals(week.get(day).unwrap_or(&Value::Null)) {
                    Some(intervals) => *into = intervals,
                    None => note(
                        format!("week.{day}"),
                        "A day must be a list of intervals, such as [[\"09:00\", \"12:00\"], [\"13:00\", \"17:30\"]].",
                    ),
                }
            }
        }
        _ => note("week".into(), "The week must be an object of days, such as {\"mon\": [[\"09:00\", \"17:30\"]]}."),
    }
    match given.get("holidays").unwrap_or(&Value::Null) {
        Value::Null => {}
        Value::Array(all) => {
            for (n, one) in all.iter().enumerate() {
                match holiday(one) {
                    Some(holiday) => raw.holidays.push(holiday),
                    None => note(
                        format!("holidays.{n}"),
                        "A holiday must be an object with a date and perhaps a name, such as {\"date\": \"2026-12-25\"}.",
                    ),
                }
            }
        }
        _ => note("holidays".into(), "The holidays must be a list of objects with a date and perhaps a name."),
    }
    if fields.is_empty() { BusinessHours::parse(&raw) } else { Err(Error::invalid(fields)) }
}

/// The reverse of [`read`]; closed days are left out.
pub fn write(hours: &BusinessHours) -> Value {
    let raw = hours.to_raw();
    let open = DAYS.into_iter().zip(raw.week).filter(|(_, intervals)| !intervals.is_empty());
    let week: Map<String, Value> = open.map(|(day, intervals)| (day.to_owned(), json!(intervals))).collect();
    let holiday = |holiday: RawHoliday| match holiday.name {
        Some(name) => json!({"date": holiday.date, "name": name}),
        None => json!({"date": holiday.date}),
    };
    let holidays: Vec<Value> = raw.holidays.into_iter().map(holiday).collect();
    json!({"time_zone": raw.time_zone, "week": week, "holidays": holidays})
}

fn intervals(day: &Value) -> Option<Vec<(String, String)>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match day {
        Value::Null => Some(Vec::new()),
        Value::Array(all) => all
            .iter()
            .map(|one| match one.as_array().map(Vec::as_slice) {
                Some([from, to]) => Some((text(from)?, text(to)?)),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

fn holiday(one: &Value) -> Option<RawHoliday> {
    let date = one.get("date")?.as_str()?.to_owned();
    let name = match one.get("name").unwrap_or(&Value::Null) {
        Value::Null => None,
        name => Some(name.as_str()?.to_owned()),
    };
    Some(RawHoliday { date, name })
}
