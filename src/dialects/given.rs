//! What requests hold besides a body of one shape: fields that may be null, query strings, numbers in words.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::base::{Error, Kind, Result, Time, check};
use crate::person::Email;

/// For a field that may be left out (`None`), null (`Some(None)`) or a value; with `#[serde(default)]` beside it.
pub fn given<'de, T, D>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Deserialize::deserialize(deserializer).map(Some)
}

/// Reads a query string; what is given twice or cannot be decoded is an error.
pub fn query<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Result<T> {
    serde_urlencoded::from_str(text.unwrap_or_default())
        .map_err(|_| Error::new(Kind::Invalid, "The query could not be read. Give each parameter once."))
}

/// The pairs of a form or query, in order; what is no UTF-8 is malformed.
pub fn pairs(bytes: &[u8]) -> Result<Vec<(String, String)>> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(bytes).into_owned().collect();
    let is_broken = |text: &String| text.contains(char::REPLACEMENT_CHARACTER);
    if pairs.iter().any(|(name, value)| is_broken(name) || is_broken(value)) {
        return Err(Error::new(Kind::Malformed, "The form is not UTF-8."));
    }
    Ok(pairs)
}

/// A whole number of a query; blank is missing, what lies outside the range an error of its field.
pub fn number(field: &'static str, text: Option<&str>, range: RangeInclusive<i64>) -> Result<Option<i64>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || {
        let (low, high) = (range.start(), range.end());
        let text = match *high {
            i64::MAX => format!("The {field} must be a whole number of at least {low}."),
            _ => format!("The {field} must be a whole number from {low} to {high}."),
        };
        Error::field(field, text)
    };
    let number: i64 = text.parse().map_err(|_| wrong())?;
    if range.contains(&number) { Ok(Some(number)) } else { Err(wrong()) }
}

/// Yes or no in a query, in any of the usual spellings; blank is missing.
pub fn yes(field: &'static str, text: Option<&str>) -> Result<Option<bool>> {
    match text.map(str::to_ascii_lowercase).as_deref() {
        None | Some("") => Ok(None),
        Some("true" | "1" | "yes" | "on") => Ok(Some(true)),
        Some("false" | "0" | "no" | "off") => Ok(Some(false)),
        Some(_) => Err(Error::field(field, format!("The {field} must be true or false."))),
    }
}

/// A date, which is its first moment in UTC, or a time; blank is missing.
pub fn moment(field: &'static str, text: Option<&str>) -> Result<Option<Time>> {
    let Some(text) = check::line(field, text, 64)? else { return Ok(None) };
    let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").is_ok().then(|| format!("{text}T00:00:00Z"));
    let time = Time::parse(date.as_deref().unwrap_or(&text));
    time.map(Some).ok_or_else(|| {
        Error::field(field, "It must be a date such as 2026-12-31, or a time such as 2026-12-31T12:00:00Z.")
    })
}

/// A UUID in a path, in lower case; what is malformed is not there.
pub fn uuid(text: &str) -> Result<String> {
    let uuid = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    uuid.map(|uuid| uuid.to_string()).ok_or_else(Error::not_found)
}

/// A number in a path: what is malformed is not there.
pub fn id(text: &str) -> Result<i64> {
    text.parse().ok().filter(|id| *id > 0).ok_or_else(Error::not_found)
}

/// A ticket's metadata: an object of at most 64 KiB, kept as it was sent.
pub fn metadata(given: Option<&RawValue>) -> Result<Option<String>> {
    let Some(text) = given.map(RawValue::get).filter(|text| *text != "null") else { return Ok(None) };
    if !text.starts_with('{') || text.len() > check::LONGEST_BODY {
        return Err(Error::field("metadata", "The metadata must be an object of at most 64 KiB."));
    }
    Ok(Some(text.to_owned()))
}

/// Whom a ticket is for: an address, wrong ones named by this field. Blank is missing.
pub fn customer_email(text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let wrong = |_| Error::field("customer_email", "The customer email must be a valid email address.");
    Email::parse(text).map(|email| Some(email.as_str().to_owned())).map_err(wrong)
}
