//! The eight types of fields, and which values each takes.

use chrono::NaiveDate;
use serde_json::Value;

use super::Definition;
use crate::base::check::LONGEST_BODY;
use crate::text::list;

/// Longest single line, in characters.
const LONGEST_LINE: usize = 1_000;

/// A type of field. Its values are JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line, a string.
    Text,
    /// Many lines, a string.
    Textarea,
    /// A whole number of 64 bits.
    Number,
    /// Any number.
    Decimal,
    /// One of the options, a string.
    Dropdown,
    /// Some of the options, a list of strings, each once.
    Multiselect,
    /// `2026-12-31`, a string.
    Date,
    /// True or false.
    Checkbox,
}

impl Kind {
    /// All eight, in the order of the document.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Textarea,
        Self::Number,
        Self::Decimal,
        Self::Dropdown,
        Self::Multiselect,
        Self::Date,
        Self::Checkbox,
    ];

    /// As SQL and the surfaces spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Textarea => "textarea",
            Self::Number => "number",
            Self::Decimal => "decimal",
            Self::Dropdown => "dropdown",
            Self::Multiselect => "multiselect",
            Self::Date => "date",
            Self::Checkbox => "checkbox",
        }
    }

    /// The reverse of [`Kind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether a value is chosen from options.
    pub fn chooses(self) -> bool {
        matches!(self, Self::Dropdown | Self::Multiselect)
    }

    /// Whether a kept value is of this type; options that have gone since do not matter.
    pub(super) fn holds(self, value: &Value) -> bool {
        match self {
            Self::Text | Self::Textarea | Self::Dropdown => value.is_string(),
            Self::Number => value.is_i64(),
            Self::Decimal => value.is_number(),
            Self::Multiselect => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            Self::Date => value.as_str().is_some_and(|text| date(text).is_some()),
            Self::Checkbox => value.is_boolean(),
        }
    }
}

/// A value that fits the definition, `None` where it is empty: null, a blank string or an empty list. Else what would be
/// right, for people.
pub(super) fn check(definition: &Definition, value: &Value) -> Result<Option<Value>, String> {
    if is_empty(value) {
        return Ok(None);
    }
    let fitting = match definition.kind {
        Kind::Text => value.as_str().map(str::trim).filter(|text| is_line(text)).map(Value::from),
        Kind::Textarea => value.as_str().filter(|text| is_block(text)).map(Value::from),
        Kind::Number => integer(value).map(Value::from),
        Kind::Decimal => value.is_number().then(|| value.clone()),
        Kind::Dropdown => option(definition, value).map(Value::from),
        Kind::Multiselect => return options(definition, value).map(Some).ok_or_else(|| expected(definition)),
        Kind::Date => value.as_str().and_then(|text| date(text.trim())).map(|date| date.to_string().into()),
        Kind::Checkbox => value.is_boolean().then(|| value.clone()),
    };
    fitting.map(Some).ok_or_else(|| expected(definition))
}

/// Reads the text that a table holds for a value, the reverse of [`write`]: choices are separated by semicolons, and quoted
/// where they hold one.
pub(super) fn read(definition: &Definition, text: &str) -> Result<Option<Value>, String> {
    let (whole, text) = (text, text.trim());
    let value = match definition.kind {
        _ if text.is_empty() => return Ok(None),
        Kind::Textarea => Value::from(whole),
        Kind::Text | Kind::Dropdown | Kind::Date => Value::from(text),
        Kind::Number => text.parse::<i64>().map_or(Value::Bool(true), Value::from),
        Kind::Decimal => text.parse::<serde_json::Number>().map_or(Value::Bool(true), Value::Number),
        Kind::Multiselect => list::split(text, &[';']).into(),
        Kind::Checkbox => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => Value::Bool(true),
            "false" | "no" | "0" | "off" => Value::Bool(false),
            _ => Value::from(text),
        },
    };
    check(definition, &value)
}

/// A value as one text, for tables and trails.
pub(super) fn write(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(choices) => {
            let choices: Vec<String> = choices.iter().map(write).collect();
            list::joined(choices.iter().map(String::as_str), "; ")
        }
        other => other.to_string(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn is_line(text: &str) -> bool {
    text.chars().count() <= LONGEST_LINE && !text.chars().any(char::is_control)
}

fn is_block(text: &str) -> bool {
    text.len() <= LONGEST_BODY && !text.contains('\0')
}

/// 5 and 5.0 are the same number.
fn integer(value: &Value) -> Option<i64> {
    let whole = |number: f64| (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64);
    value.as_i64().or_else(|| value.as_f64().filter(|_| value.is_f64()).and_then(whole))
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| date.to_string() == text)
}

fn option<'v>(definition: &Definition, value: &'v Value) -> Option<&'v str> {
    value.as_str().filter(|text| definition.options.iter().any(|option| option == text))
}

fn options(definition: &Definition, value: &Value) -> Option<Value> {
    let mut chosen: Vec<&str> = Vec::new();
    for item in value.as_array()? {
        let text = option(definition, item)?;
        if !chosen.contains(&text) {
            chosen.push(text);
        }
    }
    Some(Value::from(chosen))
}

fn expected(definition: &Definition) -> String {
    match definition.kind {
        Kind::Text => format!("It must be a single line of at most {LONGEST_LINE} characters."),
        Kind::Textarea => "It must be a text of at most 64 KiB.".to_owned(),
        Kind::Number => "It must be a whole number.".to_owned(),
        Kind::Decimal => "It must be a number.".to_owned(),
        Kind::Dropdown => format!("It must be one of {}.", listed(&definition.options)),
        Kind::Multiselect => format!("It must be a list of some of {}.", listed(&definition.options)),
        Kind::Date => "It must be a date such as 2026-12-31.".to_owned(),
        Kind::Checkbox => "It must be true or false.".to_owned(),
    }
}

/// The first few, for a message.
fn listed(options: &[String]) -> String {
    let more = if options.len() > 20 { ", …" } else { "" };
    options.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(", ") + more
}
