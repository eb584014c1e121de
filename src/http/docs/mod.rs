//! `/api/docs`: the description as a page that needs no script and no other host.
//!
//! `operation` writes what one operation takes and answers, `schema` types and objects, `example` a command line.

mod example;
mod operation;
mod schema;

use serde_json::Value;

use crate::dialects::html::escape;

/// How the page looks.
pub const STYLE: &[u8] = include_bytes!("../../../assets/docs.css");

/// Operations in the order of the page: surface, noun, path.
struct Group<'d> {
    surface: &'d str,
    tag: &'d str,
    operations: Vec<Listed<'d>>,
}

/// An operation, and where it is.
#[derive(Clone, Copy)]
struct Listed<'d> {
    path: &'d str,
    method: &'d str,
    said: &'d Value,
}

/// The whole page.
pub fn page(document: &Value) -> String {
    let groups = groups(document);
    let mut navigation = String::new();
    let mut body = String::new();
    let mut surface = "";
    for group in &groups {
        if group.surface != surface {
            surface = group.surface;
            let about = text(document, group.tag);
            navigation.push_str(&format!("<h2><a href=\"#{0}\">{0}</a></h2>", escape(surface)));
            body.push_str(&format!("<h2 id=\"{0}\">{0}</h2><p>{1}</p>", escape(surface), escape(about)));
        }
        let noun = group.tag.split(": ").nth(1).unwrap_or(group.tag);
        let anchor = escape(&group.tag.replace(": ", "-"));
        navigation.push_str(&format!("<details><summary>{}</summary><ul>", escape(noun)));
        body.push_str(&format!("<h3 id=\"{anchor}\">{}</h3>", escape(noun)));
        for listed in &group.operations {
            navigation.push_str(&format!(
                "<li><a href=\"#{}\">{} {}</a></li>",
                listed.anchor(group.surface),
                listed.badge(),
                escape(listed.path)
            ));
            body.push_str(&operation::section(document, listed, &listed.anchor(group.surface)));
        }
        navigation.push_str("</ul></details>");
    }
    navigation.push_str("<h2><a href=\"#schemas\">schemas</a></h2>");
    body.push_str("<h2 id=\"schemas\">Schemas</h2>");
    for (name, said) in members(document.pointer("/components/schemas")) {
        body.push_str(&schema::section(name, said));
    }
    let version = document.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let about = document.pointer("/info/description").and_then(Value::as_str).unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Gatehouse API</title>\
         <link rel=\"stylesheet\" href=\"/api/docs?style\"></head><body>\
         <nav aria-label=\"Operations\"><p><a href=\"#top\">Gatehouse API</a></p>{navigation}</nav>\
         <main id=\"top\"><h1>Gatehouse API <small>{}</small></h1>{}\
         <p>For programs: <a href=\"/api/openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>{}{}{body}</main></body></html>",
        escape(version),
        prose(about),
        credentials(document),
        operation::failures(document)
    )
}

impl Listed<'_> {
    /// An operation of two surfaces stands in both, under two anchors.
    fn anchor(&self, surface: &str) -> String {
        let name = self.said.get("operationId").and_then(Value::as_str).unwrap_or_default();
        escape(&format!("{surface}-{name}"))
    }

    fn badge(&self) -> String {
        format!("<b class=\"{}\">{}</b>", escape(self.method), escape(&self.method.to_uppercase()))
    }
}

fn groups(document: &Value) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    for surface in items(document.get("x-tagGroups")) {
        for tag in items(surface.get("tags")).iter().filter_map(Value::as_str) {
            let surface = surface.get("name").and_then(Value::as_str).unwrap_or_default();
            let mut operations = Vec::new();
            for (path, item) in members(document.get("paths")) {
                let has_tag = |said: &Value| items(said.get("tags")).iter().any(|own| own == tag);
                let here = members(Some(item)).filter(|(_, said)| has_tag(said));
                operations.extend(here.map(|(method, said)| Listed { path, method, said }));
            }
            groups.push(Group { surface, tag, operations });
        }
    }
    groups
}

/// What is said of a tag.
fn text<'d>(document: &'d Value, tag: &str) -> &'d str {
    let tag = items(document.get("tags")).iter().find(|one| one.get("name").is_some_and(|name| name == tag));
    tag.and_then(|tag| tag.get("description")).and_then(Value::as_str).unwrap_or_default()
}

fn credentials(document: &Value) -> String {
    let rows = members(document.pointer("/components/securitySchemes")).map(|(name, scheme)| {
        let text = scheme.get("description").and_then(Value::as_str).unwrap_or_default();
        format!("<tr><th scope=\"row\"><code>{}</code></th><td>{}</td></tr>", escape(name), inline(text))
    });
    format!("<h2 id=\"credentials\">Credentials</h2><table>{}</table>", rows.collect::<String>())
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// What a reference leads to, or the value itself.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let target = value.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
    target.and_then(|target| document.pointer(target)).unwrap_or(value)
}

/// Paragraphs.
fn prose(text: &str) -> String {
    let paragraphs = text.split("\n\n").filter(|text| !text.trim().is_empty());
    paragraphs.map(|text| format!("<p>{}</p>", inline(text))).collect()
}

/// Code and strong words within a paragraph; everything else is text.
fn inline(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            html.push_str(&format!("<code>{}</code>", escape(part)));
            continue;
        }
        for (index, part) in part.split("**").enumerate() {
            let part = escape(part);
            html.push_str(&if index % 2 == 1 { format!("<strong>{part}</strong>") } else { part });
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(inline("a `<b>` **c** <d>"), "a <code>&lt;b&gt;</code> <strong>c</strong> &lt;d&gt;");
        assert_eq!(prose("a\nb\n\nc"), "<p>a\nb</p><p>c</p>");
    }
}
