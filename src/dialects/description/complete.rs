//! Adds to an operation what holds for every operation of its kind: its name, its credentials, how it can fail.

use serde_json::{Value, json};

use super::schemas::capitalized;
use super::{Object, Surface, object, taken, ways};

/// What a status means where the handler says nothing more of it.
fn meaning(status: u16) -> &'static str {
    match status {
        200 => "Done.",
        201 => "Made.",
        202 => "Taken, and still to be done.",
        204 => "Done; there is nothing to show.",
        304 => "As the caller knows it.",
        400 => "Malformed, or a value that can't be.",
        401 => "No credential, or one that is wrong, expired, revoked, or of a kind that this operation does not take.",
        403 => "Seen, but not allowed.",
        404 => "There is no such thing, or not for this caller.",
        409 => "It clashes with what is there, or with a request of the same Idempotency-Key.",
        410 => "It has expired.",
        413 => "Too large.",
        415 => "Not a content type that this operation takes.",
        422 => "A value that can't be, or an Idempotency-Key that came with another body.",
        429 => "Too often.",
        503 => "Not now: busy, or the database cannot be read or written.",
        507 => "The disk is full.",
        _ => "As the status says.",
    }
}

/// The header that every POST takes.
pub fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "A word that is new with each new request: a retry under it has no second effect (24 hours).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    })
}

/// Completes an operation; answers its tag beside it.
pub fn operation(
    surface: &Surface,
    path: &str,
    method: &str,
    mut operation: Object,
    shared: &mut Object,
) -> (String, Object) {
    let tag = format!("{}: {}", surface.name, noun(path));
    operation.insert("tags".to_owned(), json!([tag]));
    operation.insert("operationId".to_owned(), name(path, method).into());
    let (summary, description) = said(&operation);
    operation.insert("summary".to_owned(), summary.into());
    if !description.is_empty() {
        operation.insert("description".to_owned(), description.into());
    }
    let security = ways::written_out(operation.get("security"), surface.ways);
    let statuses = statuses(surface, path, method, &operation, &security);
    operation.insert("security".to_owned(), security);
    if method == "post" {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(json!({"$ref": "#/components/parameters/IdempotencyKey"}));
        }
    }
    let goes_on = operation.get("parameters").and_then(Value::as_array).is_some_and(|all| all.iter().any(is_of_page));
    let mut operation = Value::Object(operation);
    let mut responses = taken(&mut operation, "responses");
    for status in statuses {
        responses.entry(status.to_string()).or_insert_with(|| json!({"description": ""}));
    }
    let responses = responses.into_iter().map(|(status, response)| {
        let code = status.parse().unwrap_or_default();
        let response = if code < 400 {
            succeeded(code, object(response), goes_on)
        } else {
            failed(surface, code, object(response), shared)
        };
        (status, response)
    });
    let responses = responses.collect::<Object>();
    let mut operation = object(operation);
    operation.insert("responses".to_owned(), Value::Object(responses));
    (tag, operation)
}

/// A handler's own words: the first sentence, and what follows it.
fn said(operation: &Object) -> (String, String) {
    let text = |key: &str| operation.get(key).and_then(Value::as_str).unwrap_or_default().trim().replace('\n', " ");
    let (summary, description) = (text("summary"), operation.get("description").and_then(Value::as_str));
    let (first, rest) = match summary.split_once(". ") {
        Some((first, rest)) => (format!("{first}."), rest.to_owned()),
        None => (summary, String::new()),
    };
    let parts = [rest.as_str(), description.unwrap_or_default().trim()];
    (first, parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n"))
}

/// The noun of a path: its first word that is not of the surface as a whole.
fn noun(path: &str) -> &str {
    path.split('/').find(|part| !part.is_empty() && !["api", "v1", "admin", "external"].contains(part)).unwrap_or("all")
}

/// A name that no other operation has: `putTicketsById`.
fn name(path: &str, method: &str) -> String {
    let words = path.split('/').filter(|part| !part.is_empty() && *part != "api").map(|part| {
        let variable = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        let words = variable.unwrap_or(part).split(['-', '_', '.']).map(capitalized).collect::<String>();
        if variable.is_some() { format!("By{words}") } else { words }
    });
    format!("{method}{}", words.collect::<String>())
}

fn is_of_page(parameter: &Value) -> bool {
    parameter.get("name").is_some_and(|name| name == "page" || name == "cursor")
}

/// How every operation of this kind can fail.
fn statuses(surface: &Surface, path: &str, method: &str, operation: &Object, security: &Value) -> Vec<u16> {
    let has = |way: &str| security.as_array().is_some_and(|all| all.iter().any(|one| one.get(way).is_some()));
    let is_query = |parameter: &Value| parameter.get("in").is_some_and(|place| place == "query");
    let asks = operation.get("parameters").and_then(Value::as_array).is_some_and(|all| all.iter().any(is_query));
    let (takes_body, changes) = (operation.contains_key("requestBody"), method != "get");
    let is_open = security.as_array().is_some_and(|all| all.contains(&json!({})));
    let rules = [
        (!is_open, 401),
        (changes && has("cookie") || has("apiKey"), 403),
        (path.contains('{'), 404),
        (asks || takes_body || method == "post", surface.invalid),
        (takes_body, 400),
        (takes_body, 413),
        (takes_body, 415),
        (method == "post", 409),
        (method == "post", 422),
        (true, 503),
        (changes, 507),
    ];
    rules.into_iter().filter_map(|(holds, status)| holds.then_some(status)).collect()
}

fn described(response: &mut Object, status: u16) {
    let description = response.entry("description").or_insert_with(|| json!(""));
    if description.as_str().is_none_or(str::is_empty) {
        *description = meaning(status).into();
    }
}

fn succeeded(status: u16, mut response: Object, goes_on: bool) -> Value {
    described(&mut response, status);
    if goes_on && status == 200 {
        let link = json!({"description": "The next part of the list, with `rel=\"next\"`; absent at the end.",
            "schema": {"type": "string"}});
        response.insert("headers".to_owned(), json!({"Link": link}));
    }
    Value::Object(response)
}

/// A failure with its body. Where the handler says nothing of it, the whole surface shares one.
fn failed(surface: &Surface, status: u16, mut response: Object, shared: &mut Object) -> Value {
    let is_plain = response.get("description").and_then(Value::as_str).is_none_or(str::is_empty)
        && !response.contains_key("content");
    described(&mut response, status);
    response.entry("content").or_insert_with(
        || json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{}", surface.problem.0)}}}),
    );
    if matches!(status, 429 | 503) {
        let wait = json!({"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}});
        response.insert("headers".to_owned(), json!({"Retry-After": wait}));
    }
    if !is_plain {
        return Value::Object(response);
    }
    let name = format!("{}{status}", surface.problem.0);
    shared.insert(name.clone(), Value::Object(response));
    json!({"$ref": format!("#/components/responses/{name}")})
}
