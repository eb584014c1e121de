//! What one operation takes and answers.

use serde_json::Value;

use super::{Listed, escape, example, inline, items, members, prose, resolved, schema};

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The operation's part of the page.
pub fn section(document: &Value, listed: &Listed<'_>, anchor: &str) -> String {
    let said = listed.said;
    let heading = format!("{} <code>{}</code>", listed.badge(), escape(listed.path));
    let parts = [
        format!("<p class=\"summary\">{}</p>{}", inline(text(said, "summary")), prose(text(said, "description"))),
        format!("<p class=\"ways\">{}</p>", ways(said)),
        parameters(document, said),
        body(said),
        answers(document, said),
        format!("<pre><code>{}</code></pre>", escape(&example::command(document, listed))),
    ];
    format!("<section id=\"{anchor}\"><h4><a href=\"#{anchor}\">{heading}</a></h4>{}</section>", parts.concat())
}

/// Which credentials open it, and what a program needs.
fn ways(said: &Value) -> String {
    let requirements = items(said.get("security"));
    if requirements.iter().any(|one| one.as_object().is_some_and(serde_json::Map::is_empty)) {
        return "Needs no credential.".to_owned();
    }
    let mut scopes: Vec<&str> = Vec::new();
    let mut names = Vec::new();
    for requirement in requirements {
        let both: Vec<String> =
            members(Some(requirement)).map(|(name, _)| format!("<code>{}</code>", escape(name))).collect();
        let name = both.join(" with ");
        if !names.contains(&name) {
            names.push(name);
        }
        for scope in members(Some(requirement)).flat_map(|(_, scopes)| items(Some(scopes))).filter_map(Value::as_str) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
    }
    let scopes: Vec<String> = scopes.into_iter().map(|scope| format!("<code>{}</code>", escape(scope))).collect();
    let needs = if scopes.is_empty() { String::new() } else { format!("; a key needs {}", scopes.join(", ")) };
    format!("<a href=\"#credentials\">Credential</a>: {}{needs}.", names.join(" or "))
}

fn parameters(document: &Value, said: &Value) -> String {
    let rows: String = items(said.get("parameters"))
        .iter()
        .map(|parameter| {
            let parameter = resolved(document, parameter);
            let needed = parameter.get("required").is_some_and(|required| required == true);
            let kind = parameter.get("schema").map(schema::kind).unwrap_or_default();
            format!(
                "<tr><th scope=\"row\"><code>{}</code>{}</th><td>{}</td><td>{kind}</td><td>{}</td></tr>",
                escape(text(parameter, "name")),
                if needed { " <em>needed</em>" } else { "" },
                escape(text(parameter, "in")),
                inline(text(parameter, "description"))
            )
        })
        .collect();
    if rows.is_empty() { rows } else { format!("<h5>Parameters</h5><table>{rows}</table>") }
}

fn body(said: &Value) -> String {
    let kinds: String = members(said.pointer("/requestBody/content"))
        .map(|(media, body)| {
            let kind = body.get("schema").map(schema::kind).unwrap_or_default();
            format!("<p><code>{}</code>: {kind}</p>", escape(media))
        })
        .collect();
    if kinds.is_empty() { kinds } else { format!("<h5>Body</h5>{kinds}") }
}

/// The failures that operations share.
pub fn failures(document: &Value) -> String {
    let row = |(name, response): (&str, &Value)| {
        let kind = response.pointer("/content/application~1json/schema").map(schema::kind).unwrap_or_default();
        let status = name.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        format!(
            "<tr id=\"failure-{}\"><th scope=\"row\">{}</th><td>{kind}</td><td>{}</td></tr>",
            escape(name),
            escape(status),
            inline(text(response, "description"))
        )
    };
    let rows: String = members(document.pointer("/components/responses")).map(row).collect();
    format!("<h2 id=\"failures\">Failures</h2><table>{rows}</table>")
}

fn answers(document: &Value, said: &Value) -> String {
    let row = |(status, response): (&str, &Value)| {
        let response = resolved(document, response);
        let kinds: Vec<String> = members(response.get("content"))
            .map(|(media, body)| {
                let kind = body.get("schema").map(schema::kind).unwrap_or_default();
                if media == "application/json" { kind } else { format!("<code>{}</code>", escape(media)) }
            })
            .collect();
        let (status, text) = (escape(status), inline(text(response, "description")));
        format!("<tr><th scope=\"row\">{status}</th><td>{}</td><td>{text}</td></tr>", kinds.join(", "))
    };
    let (shared, own): (Vec<_>, Vec<_>) =
        members(said.get("responses")).partition(|(_, response)| response.get("$ref").is_some());
    let own: String = own.into_iter().map(row).collect();
    let shared = shared.into_iter().map(|(status, response)| {
        let name = response.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
        format!("<a href=\"#failure-{}\">{}</a>", escape(name.unwrap_or_default()), escape(status))
    });
    let shared: Vec<String> = shared.collect();
    format!("<h5>Answers</h5><table>{own}</table><p class=\"ways\">Failures: {}</p>", shared.join(", "))
}
