//! A small judge of JSON Schema: the keywords that the description uses, and no others.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Judges values by schemas of one document.
pub struct Judge<'d> {
    pub document: &'d Value,
    /// Whether a member that no schema describes is wrong.
    pub closed: bool,
}

/// The members of an object that some schema describes.
#[derive(Default)]
struct Seen {
    names: BTreeSet<String>,
    all: bool,
}

impl Judge<'_> {
    /// What is wrong with a value, in words; empty when nothing is.
    pub fn wrong(&self, schema: &Value, value: &Value) -> Vec<String> {
        self.visit(schema, value, "")
    }

    fn visit(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let mut seen = Seen::default();
        let mut wrong = self.apply(schema, value, at, &mut seen);
        if let Value::Object(members) = value
            && self.closed
            && !seen.all
            && wrong.is_empty()
        {
            let extra = members.keys().filter(|name| !seen.names.contains(*name));
            wrong.extend(extra.map(|name| format!("{at}/{name} is not described")));
        }
        wrong
    }

    fn apply(&self, schema: &Value, value: &Value, at: &str, seen: &mut Seen) -> Vec<String> {
        let Value::Object(schema) = schema else {
            seen.all = true;
            return if schema == &Value::Bool(false) { vec![format!("{at} must not be there")] } else { Vec::new() };
        };
        let mut wrong = Vec::new();
        let shaping = ["$ref", "allOf", "anyOf", "oneOf", "properties", "additionalProperties"];
        if !shaping.iter().any(|keyword| schema.contains_key(*keyword)) {
            seen.all = true;
        }
        for (keyword, rule) in schema {
            wrong.extend(self.keyword(schema, keyword, rule, value, at, seen));
        }
        wrong
    }

    fn keyword(
        &self,
        schema: &Map<String, Value>,
        keyword: &str,
        rule: &Value,
        value: &Value,
        at: &str,
        seen: &mut Seen,
    ) -> Vec<String> {
        let is =
            |holds: bool, what: &str| if holds { Vec::new() } else { vec![format!("{at} {what} {rule}: {value}")] };
        let bound = |holds: fn(f64, f64) -> bool| {
            is(value.as_f64().is_none_or(|number| holds(number, rule.as_f64().unwrap())), keyword)
        };
        let length = |length: Option<usize>, holds: fn(u64, u64) -> bool| {
            is(length.is_none_or(|length| holds(length as u64, rule.as_u64().unwrap())), keyword)
        };
        let letters = value.as_str().map(|text| text.chars().count());
        let items = value.as_array().map(Vec::len);
        match keyword {
            "$ref" => {
                let target = rule.as_str().and_then(|target| target.strip_prefix('#'));
                let found = target.and_then(|target| self.document.pointer(target));
                found.map_or_else(|| vec![format!("{rule} leads nowhere")], |found| self.apply(found, value, at, seen))
            }
            "allOf" => rule.as_array().unwrap().iter().flat_map(|part| self.apply(part, value, at, seen)).collect(),
            "anyOf" => self.any_of(rule.as_array().unwrap(), value, at, seen),
            "type" => {
                let kinds = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                is(kinds.iter().any(|kind| is_of_type(value, kind.as_str().unwrap())), "must be of type")
            }
            "enum" => is(rule.as_array().unwrap().contains(value), "must be one of"),
            "const" => is(rule == value, "must be"),
            "required" => {
                let Value::Object(members) = value else { return Vec::new() };
                let missing =
                    rule.as_array().unwrap().iter().filter(|name| !members.contains_key(name.as_str().unwrap()));
                missing.map(|name| format!("{at}/{} is missing", name.as_str().unwrap())).collect()
            }
            "properties" => {
                let Value::Object(members) = value else { return Vec::new() };
                let known = rule.as_object().unwrap();
                seen.names.extend(known.keys().cloned());
                let here = known.iter().filter_map(|(name, schema)| Some((name, schema, members.get(name)?)));
                here.flat_map(|(name, schema, value)| self.visit(schema, value, &format!("{at}/{name}"))).collect()
            }
            "additionalProperties" => {
                seen.all |= rule != &Value::Bool(false);
                let Value::Object(members) = value else { return Vec::new() };
                let known = |name: &str| schema.get("properties").is_some_and(|known| known.get(name).is_some());
                let others = members.iter().filter(|(name, _)| !known(name));
                others.flat_map(|(name, value)| self.visit(rule, value, &format!("{at}/{name}"))).collect()
            }
            "propertyNames" => {
                let names = value.as_object().into_iter().flat_map(Map::keys);
                names.flat_map(|name| self.visit(rule, &Value::from(name.as_str()), &format!("{at}/{name}"))).collect()
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                items.flat_map(|(index, item)| self.visit(rule, item, &format!("{at}/{index}"))).collect()
            }
            "minimum" => bound(|number, rule| number >= rule),
            "maximum" => bound(|number, rule| number <= rule),
            "minLength" => length(letters, |length, rule| length >= rule),
            "maxLength" => length(letters, |length, rule| length <= rule),
            "minItems" => length(items, |length, rule| length >= rule),
            "maxItems" => length(items, |length, rule| length <= rule),
            "format" => is(value.as_str().is_none_or(|text| has_format(text, rule.as_str().unwrap())), "must be a"),
            "description" | "default" | "example" | "examples" | "title" | "deprecated" => Vec::new(),
            _ => vec![format!("{at}: this judge does not know the keyword {keyword}")],
        }
    }

    /// Everything that holds counts: alternatives may overlap.
    fn any_of(&self, parts: &[Value], value: &Value, at: &str, seen: &mut Seen) -> Vec<String> {
        let mut failures = Vec::new();
        let mut holds = false;
        for part in parts {
            let mut own = Seen::default();
            let wrong = self.apply(part, value, at, &mut own);
            if wrong.is_empty() {
                holds = true;
                seen.all |= own.all;
                seen.names.extend(own.names);
            } else {
                failures.push(wrong.join(", "));
            }
        }
        if holds { Vec::new() } else { vec![format!("{at} is none of its alternatives ({})", failures.join("; or "))] }
    }
}

fn is_of_type(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("there is no type {other}"),
    }
}

fn has_format(text: &str, format: &str) -> bool {
    match format {
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "date" => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        "uuid" => uuid::Uuid::try_parse(text).is_ok() && text.len() == 36,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(schema: Value, value: Value) -> Vec<String> {
        let document = json!({"components": {"schemas": {"Named": {"type": "object", "required": ["id"],
            "properties": {"id": {"type": "integer"}, "name": {"type": ["string", "null"]}}}}}});
        Judge { document: &document, closed: true }.wrong(&schema, &value)
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let named = || json!({"$ref": "#/components/schemas/Named"});
        let cases = [
            (named(), json!({"id": 1, "name": null}), ""),
            (named(), json!({"name": "x"}), "/id is missing"),
            (named(), json!({"id": "1"}), "/id must be of type"),
            (named(), json!({"id": 1, "secret": 2}), "/secret is not described"),
            (
                json!({"type": "array", "items": named()}),
                json!([{"id": 1}, {"id": 1, "x": 1}]),
                "/1/x is not described",
            ),
            (
                json!({"allOf": [named(), {"type": "object", "properties": {"x": {"type": "integer"}}}]}),
                json!({"id": 1, "x": 1}),
                "",
            ),
            (json!({"anyOf": [named(), {"type": "string"}]}), json!(3), "none of its alternatives"),
            (json!({"anyOf": [named(), {"type": "null"}]}), json!(null), ""),
            (
                json!({"type": "object", "additionalProperties": {"type": "integer"}}),
                json!({"a": "b"}),
                "/a must be of type",
            ),
            (json!({"type": "string", "format": "date-time"}), json!("2026-05-06"), "must be a"),
            (json!({"type": "string", "enum": ["a"]}), json!("b"), "must be one of"),
            (json!({"type": "integer", "minimum": 1}), json!(0), "minimum"),
            (json!({"contains": {}}), json!([]), "does not know the keyword contains"),
        ];
        for (schema, value, expected) in cases {
            let wrong = wrong(schema, value.clone()).join(", ");
            assert!(wrong.contains(expected) && wrong.is_empty() == expected.is_empty(), "{value}: {wrong}");
        }
    }
}
