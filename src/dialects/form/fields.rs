//! The fields of a form, which knows nothing but text, as the JSON that they stand for.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::base::{Error, Kind, Result};

/// How the fields of a form are read; what is not named is text.
pub struct Shape {
    /// Whole numbers.
    pub numbers: &'static [&'static str],
    /// Lists of whole numbers: `tags[]`, `tags[0]`, or a JSON list.
    pub lists: &'static [&'static str],
    /// JSON objects, or `metadata[key]`.
    pub objects: &'static [&'static str],
}

impl Shape {
    /// Nothing but text.
    pub const TEXT: Self = Self { numbers: &[], lists: &[], objects: &[] };
}

/// The name of a field, and what stands in brackets behind it: `tags[]`, `metadata[browser]`.
pub fn split(name: &str) -> (&str, Option<&str>) {
    let bracketed = name.strip_suffix(']').and_then(|rest| rest.split_once('['));
    bracketed.map_or((name, None), |(base, key)| (base, Some(key)))
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Number(i64),
    List(Vec<Value>),
    Object(BTreeMap<String, String>),
    Json(Box<RawValue>),
}

impl Value {
    /// A whole number; what is none stays text, and is an error of its field later on.
    fn number(text: &str) -> Self {
        text.trim().parse().map_or_else(|_| Self::Text(text.to_owned()), Self::Number)
    }
}

/// Fields that were read.
#[derive(Default)]
pub struct Fields {
    values: BTreeMap<String, Value>,
    /// Bytes of all of them.
    pub size: usize,
}

impl Fields {
    /// All of them as a JSON object.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(&self.values).map_err(Error::internal)
    }

    /// Adds a field; one that is there already and is no list is malformed.
    pub fn add(&mut self, shape: &Shape, base: &str, key: Option<&str>, text: String) -> Result<()> {
        let (is_blank, is_json) = (text.trim().is_empty(), key.is_none() && text.trim_start().starts_with(['[', '{']));
        let json = |text: String| serde_json::from_str(&text).map_or(Value::Text(text), Value::Json);
        let value = match key {
            _ if shape.lists.contains(&base) && !is_json => return self.push(base, &text),
            Some(key) if shape.objects.contains(&base) => return self.insert(base, key, text),
            None if shape.lists.contains(&base) => json(text),
            None if is_blank && (shape.objects.contains(&base) || shape.numbers.contains(&base)) => return Ok(()),
            None if shape.objects.contains(&base) => json(text),
            None if shape.numbers.contains(&base) => Value::number(&text),
            _ => Value::Text(text),
        };
        let name = key.map_or_else(|| base.to_owned(), |key| format!("{base}[{key}]"));
        self.values.insert(name, value).map_or(Ok(()), |_| Err(twice(base)))
    }

    /// Adds to a list, which a blank only makes.
    fn push(&mut self, name: &str, text: &str) -> Result<()> {
        match self.values.entry(name.to_owned()).or_insert_with(|| Value::List(Vec::new())) {
            Value::List(_) if text.trim().is_empty() => {}
            Value::List(values) => values.push(Value::number(text)),
            _ => return Err(twice(name)),
        }
        Ok(())
    }

    fn insert(&mut self, name: &str, key: &str, text: String) -> Result<()> {
        match self.values.entry(name.to_owned()).or_insert_with(|| Value::Object(BTreeMap::new())) {
            Value::Object(values) => values.insert(key.to_owned(), text).map_or(Ok(()), |_| Err(twice(name))),
            _ => Err(twice(name)),
        }
    }
}

fn twice(field: &str) -> Error {
    let name: String = field.chars().filter(|c| !c.is_control()).take(64).collect();
    Error::new(Kind::Malformed, format!("The field {name} is there twice."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { numbers: &["id"], lists: &["tags"], objects: &["meta"] };

    fn read(fields: &[(&str, &str)]) -> Result<String> {
        let mut read = Fields::default();
        for (name, text) in fields {
            let (base, key) = split(name);
            read.add(&SHAPE, base, key, (*text).to_owned())?;
        }
        read.to_json().map(|json| String::from_utf8(json).unwrap())
    }

    #[test]
    fn fields_read_as_the_json_that_they_stand_for() {
        for (fields, json) in [
            (&[("subject", "7"), ("id", "7")][..], r#"{"id":7,"subject":"7"}"#),
            (&[("id", ""), ("tags[]", "")], r#"{"tags":[]}"#),
            (&[("id", "x")], r#"{"id":"x"}"#),
            (&[("tags[]", "1"), ("tags[]", "2")], r#"{"tags":[1,2]}"#),
            (&[("tags[0]", "1"), ("tags[1]", "x")], r#"{"tags":[1,"x"]}"#),
            (&[("tags", "1"), ("tags", "2")], r#"{"tags":[1,2]}"#),
            (&[("tags", "[1, 2]")], r#"{"tags":[1, 2]}"#),
            (&[("meta", r#"{"n": 1e400}"#)], r#"{"meta":{"n": 1e400}}"#),
            (&[("meta", "{")], r#"{"meta":"{"}"#),
            (&[("meta[url]", "/a"), ("meta[browser]", "\"")], r#"{"meta":{"browser":"\"","url":"/a"}}"#),
            (&[("__proto__", "x"), ("a[b]", "c")], r#"{"__proto__":"x","a[b]":"c"}"#),
        ] {
            assert_eq!(read(fields).unwrap(), json, "{fields:?}");
        }
        for twice in [
            &[("subject", "a"), ("subject", "b")][..],
            &[("id", "1"), ("id", "1")],
            &[("tags", "[1]"), ("tags[]", "2")],
            &[("meta", "{}"), ("meta[a]", "b")],
            &[("meta[a]", "b"), ("meta[a]", "b")],
        ] {
            assert_eq!(read(twice).unwrap_err().kind, Kind::Malformed, "{twice:?}");
        }
    }
}
