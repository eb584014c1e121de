//! Types and objects in words.

use serde_json::Value;

use super::{escape, inline, items, members};

/// A schema with a name: what it holds.
pub fn section(name: &str, said: &Value) -> String {
    let about = said.get("description").and_then(Value::as_str).unwrap_or_default();
    let what = if said.get("properties").is_some() { fields(said) } else { format!("<p>{}</p>", kind(said)) };
    let name = escape(name);
    format!(
        "<section id=\"schema-{name}\"><h4><a href=\"#schema-{name}\">{name}</a></h4><p>{}</p>{what}</section>",
        inline(about)
    )
}

fn fields(said: &Value) -> String {
    let needed = items(said.get("required"));
    let rows: String = members(said.get("properties"))
        .map(|(name, field)| {
            let about = field.get("description").and_then(Value::as_str).unwrap_or_default();
            let is_needed = needed.iter().any(|one| one == name);
            format!(
                "<tr><th scope=\"row\"><code>{}</code>{}</th><td>{}</td><td>{}</td></tr>",
                escape(name),
                if is_needed { "" } else { " <em>may be left out</em>" },
                kind(field),
                inline(about)
            )
        })
        .collect();
    format!("<table>{rows}</table>")
}

/// A type in a few words.
pub fn kind(said: &Value) -> String {
    if let Some(target) = said.get("$ref").and_then(Value::as_str) {
        let name = escape(target.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    let joined = |key: &str, word: &str| {
        let parts: Vec<String> = items(said.get(key)).iter().map(kind).collect();
        if parts.is_empty() { None } else { Some(parts.join(word)) }
    };
    if let Some(parts) = joined("anyOf", " or ").or_else(|| joined("allOf", " and ")) {
        return parts;
    }
    let words: Vec<String> =
        items(said.get("enum")).iter().map(|word| format!("<code>{}</code>", escape(&plain(word)))).collect();
    if !words.is_empty() {
        return words.join(", ");
    }
    let types: Vec<&str> = match said.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => vec!["anything"],
    };
    let named: Vec<String> = types.into_iter().map(|one| named(one, said)).collect();
    format!("{}{}", named.join(" or "), bounds(said))
}

fn named(one: &str, said: &Value) -> String {
    let format = said.get("format").and_then(Value::as_str);
    match (one, format) {
        ("array", _) => format!("list of {}", said.get("items").map_or_else(|| "anything".to_owned(), kind)),
        ("object", _) if said.get("properties").is_some() => fields(said),
        ("object", _) => match said.get("additionalProperties").filter(|member| member.is_object()) {
            Some(member) => format!("object of {}", kind(member)),
            None => "object".to_owned(),
        },
        ("string", Some(format)) => escape(format),
        (one, _) => escape(one),
    }
}

fn bounds(said: &Value) -> String {
    let words = [
        ("minimum", "≥"),
        ("maximum", "≤"),
        ("minLength", "characters ≥"),
        ("maxLength", "characters ≤"),
        ("minItems", "items ≥"),
        ("maxItems", "items ≤"),
    ];
    let bound = |(key, sign): (&str, &str)| said.get(key).map(|bound| format!(", {sign} {}", escape(&plain(bound))));
    words.into_iter().filter_map(bound).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
