//! The schemas of the document: named after their surface, and told apart by whether they are sent or answered.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Object, object, taken};

const SCHEMAS: &str = "#/components/schemas/";

/// `desk` as `Desk`.
pub fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Takes a surface's schemas out, under names that no other surface has, and points everything at them.
pub fn of_surface(described: &mut Value, prefix: &str) -> Object {
    let mut components = described.get_mut("components").map(Value::take).unwrap_or_default();
    let schemas = taken(&mut components, "schemas");
    rename(described, prefix);
    let mut renamed = Object::new();
    for (name, mut schema) in schemas {
        rename(&mut schema, prefix);
        renamed.insert(own_name(&name, prefix), open(schema));
    }
    let named = renamed.iter().filter(|(_, schema)| schema.get("properties").is_some());
    let named: Vec<(String, Value)> = named.map(|(name, schema)| (name.clone(), schema.clone())).collect();
    renamed.values_mut().flat_map(members).for_each(|member| refer(member, &named));
    renamed
}

fn members(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::Object(members) => members.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => Vec::new(),
    }
}

/// Refers to what has a name: the derived schema of a generic type holds its arguments written out.
fn refer(value: &mut Value, named: &[(String, Value)]) {
    if let Some((name, _)) = named.iter().find(|(_, schema)| schema == value) {
        *value = json!({"$ref": format!("{SCHEMAS}{name}")});
        return;
    }
    members(value).into_iter().for_each(|member| refer(member, named));
}

/// `Paginated_Row` of desk is `DeskPaginatedRow`.
fn own_name(name: &str, prefix: &str) -> String {
    let parts = name.split(['_', '.']).map(capitalized);
    format!("{prefix}{}", parts.collect::<String>())
}

fn rename(value: &mut Value, prefix: &str) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref")
                && let Some(name) = target.strip_prefix(SCHEMAS)
            {
                *target = format!("{SCHEMAS}{}", own_name(name, prefix));
            }
            members.values_mut().for_each(|member| rename(member, prefix));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, prefix)),
        _ => {}
    }
}

/// A schema as it is published: alternatives may overlap, since objects may hold what is not described; and a string whose
/// name says that it is a time has the format of one.
pub fn open(schema: Value) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| {
                let value = match (key.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        let timed = properties.into_iter().map(|(name, schema)| {
                            let schema = timed(&name, open(schema));
                            (name, schema)
                        });
                        Value::Object(timed.collect())
                    }
                    (_, value) => open(value),
                };
                (if key == "oneOf" { "anyOf".to_owned() } else { key }, value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(open).collect()),
        other => other,
    }
}

fn timed(name: &str, mut schema: Value) -> Value {
    let is_time = name.ends_with("_at") || name.ends_with("At") || name == "timestamp";
    let is_text = |kind: &Value| match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "string"),
        kind => kind == "string",
    };
    if let Some(members) = schema.as_object_mut()
        && is_time
        && members.get("type").is_some_and(is_text)
    {
        members.entry("format").or_insert_with(|| json!("date-time"));
    }
    schema
}

/// In an answer, a field that may be null is always there; one that may be left out is never null. In what callers send,
/// null and left out are both taken.
pub fn require_what_is_always_there(components: &mut Object, paths: &Object) {
    let sent = sent(components, paths);
    components.iter_mut().filter(|(name, _)| !sent.contains(*name)).for_each(|(_, schema)| require(schema));
}

fn require(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    let properties = members.get("properties").cloned().map(object).unwrap_or_default();
    let nullable =
        properties.into_iter().filter(|(_, property)| is_nullable(property)).map(|(name, _)| Value::from(name));
    let nullable: Vec<Value> = nullable.collect();
    if !nullable.is_empty()
        && let Value::Array(required) = members.entry("required").or_insert_with(|| json!([]))
    {
        let new: Vec<Value> = nullable.into_iter().filter(|name| !required.contains(name)).collect();
        required.extend(new);
    }
    members.values_mut().for_each(|member| match member {
        Value::Array(items) => items.iter_mut().for_each(require),
        member => require(member),
    });
}

fn is_nullable(schema: &Value) -> bool {
    let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
    let by_type = schema.get("type").and_then(Value::as_array).is_some_and(|kinds| kinds.contains(&json!("null")));
    by_type || schema.get("anyOf").and_then(Value::as_array).is_some_and(|schemas| schemas.iter().any(is_null))
}

/// The names of every schema that a request can hold.
fn sent(components: &Object, paths: &Object) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let operations = paths.values().filter_map(Value::as_object).flat_map(|item| item.values());
    let mut waiting: Vec<&Value> = operations.filter_map(|operation| operation.get("requestBody")).collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(members) => {
                let target =
                    members.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix(SCHEMAS));
                if let Some(name) = target
                    && found.insert(name.to_owned())
                {
                    waiting.extend(components.get(name));
                }
                waiting.extend(members.values());
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    found
}
