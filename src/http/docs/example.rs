//! A command line that calls an operation, made from its schemas.

use serde_json::{Map, Value, json};

use super::{Listed, items, resolved};

/// Schemas within schemas are followed so far.
const DEPTH: u8 = 5;

/// `curl`, with what is needed and nothing else.
pub fn command(document: &Value, listed: &Listed<'_>) -> String {
    let (mut path, mut query) = (listed.path.to_owned(), Vec::new());
    for parameter in items(listed.said.get("parameters")) {
        let parameter = resolved(document, parameter);
        if let Some(name) = parameter.get("name").and_then(Value::as_str) {
            let value = parameter.get("schema").map(|schema| value(document, schema, DEPTH)).unwrap_or_default();
            let value = named(name, &value);
            path = path.replace(&format!("{{{name}}}"), &value);
            let is_needed = parameter.get("required") == Some(&json!(true));
            if is_needed && parameter.get("in") == Some(&json!("query")) {
                query.push(format!("{name}={value}"));
            }
        }
    }
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    let mut lines = vec![format!("curl{} \"$GATEHOUSE{path}\"", method(listed.method))];
    lines.extend(credential(listed.said).iter().map(|header| format!("-H \"{header}\"")));
    let sent = |kind: &str| listed.said.pointer(&format!("/requestBody/content/{}/schema", kind.replace('/', "~1")));
    if let Some(schema) = sent("application/json") {
        lines.push("-H 'Content-Type: application/json'".to_owned());
        lines.push(format!("-d '{}'", value(document, schema, DEPTH).to_string().replace('\'', "'\\''")));
    } else if sent("text/csv").is_some() {
        lines.push("-H 'Content-Type: text/csv'".to_owned());
        lines.push("--data-binary @FILE.csv".to_owned());
    } else if let Some(schema) = sent("application/x-www-form-urlencoded") {
        let fields = value(document, schema, DEPTH);
        let fields = fields.as_object().into_iter().flatten();
        lines.extend(fields.map(|(name, value)| format!("--data-urlencode '{name}={}'", named(name, value))));
    }
    lines.join(" \\\n  ")
}

/// A value within an address or a form: where nothing is known of it, what it is called, to be filled in.
fn named(name: &str, value: &Value) -> String {
    match value.as_str() {
        Some("…") => name.to_uppercase(),
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

fn method(method: &str) -> String {
    if method == "get" { String::new() } else { format!(" -X {}", method.to_uppercase()) }
}

fn credential(said: &Value) -> &'static [&'static str] {
    let requirements = items(said.get("security"));
    let has = |name: &str| requirements.iter().any(|one| one.get(name).is_some());
    match () {
        () if requirements.contains(&json!({})) => &[],
        () if has("session") => &["Authorization: Bearer $TOKEN"],
        () if has("apiKey") => &["Authorization: ApiKey $KEY"],
        () if has("pairKey") => &["X-Api-Key: $KEY", "X-Api-Secret: $SECRET"],
        () => &["Authorization: Bearer $TOKEN"],
    }
}

/// Something that fits a schema: of an object what is needed, or its first field.
fn value(document: &Value, schema: &Value, depth: u8) -> Value {
    let schema = resolved(document, schema);
    let of = |schema: &Value| if depth == 0 { Value::Null } else { value(document, schema, depth - 1) };
    if let Some(first) = items(schema.get("anyOf")).first() {
        return of(first);
    }
    if let Some(first) = items(schema.get("enum")).first() {
        return first.clone();
    }
    if let Some(parts) = schema.get("allOf") {
        let parts = items(Some(parts)).iter().filter_map(|part| of(part).as_object().cloned());
        return Value::Object(parts.flatten().collect());
    }
    let kind = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
        kind => kind.and_then(Value::as_str),
    };
    match kind {
        Some("integer" | "number") => schema.get("minimum").filter(|least| **least != 0).cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        Some("array") => schema.get("items").map_or_else(|| json!([]), |item| json!([of(item)])),
        Some("object") => {
            let needed: Vec<&str> = items(schema.get("required")).iter().filter_map(Value::as_str).collect();
            let all = schema.get("properties").and_then(Value::as_object);
            let mut fields = Map::new();
            for (name, field) in all.into_iter().flatten() {
                if needed.contains(&name.as_str()) || needed.is_empty() && fields.is_empty() {
                    fields.insert(name.clone(), of(field));
                }
            }
            Value::Object(fields)
        }
        _ => json!(match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => "2026-12-31T12:00:00Z",
            Some("date" | "date or date-time") => "2026-12-31",
            Some("uuid") => "01890a5d-ac96-774b-bcce-b302099a8057",
            _ => "…",
        }),
    }
}
