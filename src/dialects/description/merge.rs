//! One operation that two surfaces document: the shape of the credential chooses which of them answers.

use serde_json::{Value, json};

use super::{Object, object};

/// Puts a surface's operation to what is known of its path.
pub fn into(item: &mut Value, method: &str, operation: Object, surface: &str, shared: &Object) {
    let Some(item) = item.as_object_mut() else { return };
    let merged = match item.remove(method).map(object) {
        Some(known) => both(known, operation, surface, shared),
        None => operation,
    };
    item.insert(method.to_owned(), Value::Object(merged));
}

/// The surface of an operation, as its first tag begins.
fn surface_of(operation: &Object) -> String {
    let tag = operation.get("tags").and_then(|tags| tags.get(0)).and_then(Value::as_str).unwrap_or_default();
    tag.split(':').next().unwrap_or_default().to_owned()
}

fn text<'o>(operation: &'o Object, key: &str) -> &'o str {
    operation.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn both(mut one: Object, mut other: Object, other_name: &str, shared: &Object) -> Object {
    let name = surface_of(&one);
    let words = |operation: &Object| {
        [text(operation, "summary"), text(operation, "description")].join("\n\n").trim().to_owned()
    };
    let description = format!(
        "The credential chooses the surface: an API key or an OAuth token gets {other_name}, a session gets {name}.\n\n\
         **{name}:** {}\n\n**{other_name}:** {}",
        words(&one),
        words(&other)
    );
    let summary = match (text(&one, "summary"), text(&other, "summary")) {
        (one, other) if one == other => one.to_owned(),
        (one, other) => format!("{} / {other}", one.trim_end_matches('.')),
    };
    let parameters = parameters(list(&mut one, "parameters"), list(&mut other, "parameters"), &name, other_name);
    let (left, right) = (take(&mut one, "requestBody"), take(&mut other, "requestBody"));
    let body = match (left.is_empty(), right.is_empty()) {
        (true, true) => None,
        (false, false) => Some(sent(left, right)),
        (is_right, _) => {
            let mut body = if is_right { right } else { left };
            body.insert("required".to_owned(), json!(false));
            Some(Value::Object(body))
        }
    };
    let mut responses = take(&mut one, "responses");
    for (status, response) in take(&mut other, "responses") {
        let merged = match responses.remove(&status) {
            Some(known) if known == response => known,
            Some(known) => answered(resolved(known, shared), resolved(response, shared), &name, other_name),
            None => response,
        };
        responses.insert(status, merged);
    }
    let join = |key: &str, mut known: Vec<Value>, more: Vec<Value>| {
        known.extend(more);
        (key.to_owned(), Value::Array(known))
    };
    let mut merged: Object = [
        join("tags", list(&mut one, "tags"), list(&mut other, "tags")),
        join("security", list(&mut one, "security"), list(&mut other, "security")),
        ("operationId".to_owned(), one.remove("operationId").unwrap_or_default()),
        ("summary".to_owned(), summary.into()),
        ("description".to_owned(), description.into()),
        ("parameters".to_owned(), Value::Array(parameters)),
        ("responses".to_owned(), Value::Object(responses)),
    ]
    .into_iter()
    .collect();
    merged.extend(body.map(|body| ("requestBody".to_owned(), body)));
    merged
}

fn list(operation: &mut Object, key: &str) -> Vec<Value> {
    match operation.remove(key) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn take(operation: &mut Object, key: &str) -> Object {
    operation.remove(key).map(object).unwrap_or_default()
}

/// Either schema.
fn either(one: Value, other: Value) -> Value {
    if one == other { one } else { json!({"anyOf": [one, other]}) }
}

/// All of them; one that only one surface knows says so, and the other ignores it.
fn parameters(one: Vec<Value>, other: Vec<Value>, name: &str, other_name: &str) -> Vec<Value> {
    let key = |parameter: &Value| (parameter.get("$ref").cloned(), parameter.get("name").cloned());
    let only = |mut parameter: Value, name: &str| {
        if let Some(members) = parameter.as_object_mut().filter(|members| !members.contains_key("$ref")) {
            let known = text(members, "description").to_owned();
            members.insert("description".to_owned(), format!("({name} only) {known}").trim().into());
        }
        parameter
    };
    let (mut merged, mut rest) = (Vec::new(), other);
    for parameter in one {
        let Some(place) = rest.iter().position(|other| key(other) == key(&parameter)) else {
            merged.push(only(parameter, name));
            continue;
        };
        let (mut parameter, mut twin) = (object(parameter), object(rest.remove(place)));
        if let (Some(schema), Some(other)) = (parameter.remove("schema"), twin.remove("schema")) {
            parameter.insert("schema".to_owned(), either(schema, other));
        }
        let texts = [text(&parameter, "description").to_owned(), text(&twin, "description").to_owned()];
        if texts[0] != texts[1] {
            let both = format!("{name}: {}; {other_name}: {}", texts[0], texts[1]);
            parameter.insert("description".to_owned(), both.into());
        }
        merged.push(Value::Object(parameter));
    }
    merged.extend(rest.into_iter().map(|parameter| only(parameter, other_name)));
    merged
}

fn content(one: &mut Object, other: &mut Object) -> Object {
    let mut content = take(one, "content");
    for (media, other) in take(other, "content") {
        let merged = match content.remove(&media).map(object) {
            None => other,
            Some(mut known) => {
                let (schema, other) = (known.remove("schema"), object(other).remove("schema"));
                known.insert("schema".to_owned(), either(schema.unwrap_or_default(), other.unwrap_or_default()));
                Value::Object(known)
            }
        };
        content.insert(media, merged);
    }
    content
}

fn sent(mut one: Object, mut other: Object) -> Value {
    let needed = |body: &Object| body.get("required").is_some_and(|required| required == true);
    let required = needed(&one) && needed(&other);
    json!({"content": content(&mut one, &mut other), "required": required})
}

/// A failure that a whole surface shares, written out.
fn resolved(response: Value, shared: &Object) -> Object {
    let target = response.get("$ref").and_then(Value::as_str).and_then(|target| target.rsplit('/').next());
    let found = target.and_then(|name| shared.get(name)).cloned();
    object(found.unwrap_or(response))
}

/// Both answers of one status.
fn answered(mut one: Object, mut other: Object, name: &str, other_name: &str) -> Value {
    let texts = [text(&one, "description").to_owned(), text(&other, "description").to_owned()];
    let description = if texts[0] == texts[1] {
        texts[0].clone()
    } else {
        format!("{name}: {} {other_name}: {}", texts[0], texts[1])
    };
    let content = content(&mut one, &mut other);
    let mut merged = one;
    merged.extend(other.into_iter().filter(|(key, _)| key == "headers"));
    merged.insert("description".to_owned(), description.into());
    if !content.is_empty() {
        merged.insert("content".to_owned(), Value::Object(content));
    }
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(surface: &str, schema: &str, body: Option<&str>) -> Object {
        let schema = json!({"$ref": schema});
        let mut operation = object(json!({
            "tags": [format!("{surface}: tickets")], "operationId": "getTickets", "summary": format!("{surface}'s list."),
            "security": [{surface: []}],
            "parameters": [{"name": "id", "in": "path", "schema": schema}, {"name": surface, "in": "query"}],
            "responses": {
                "200": {"description": "Done.", "content": {"application/json": {"schema": schema}}},
                "404": {"$ref": "#/components/responses/Problem404"},
            },
        }));
        let body =
            body.map(|name| json!({"required": true, "content": {"application/json": {"schema": {"$ref": name}}}}));
        operation.extend(body.map(|body| ("requestBody".to_owned(), body)));
        operation
    }

    fn merged(one: Object, other: Object) -> Value {
        let mut item = json!({});
        into(&mut item, "get", one, "desk", &Object::new());
        into(&mut item, "get", other, "helpdesk", &Object::new());
        item["get"].take()
    }

    #[test]
    fn both_answers_are_there_and_the_text_says_which_credential_gets_which() {
        let merged = merged(operation("desk", "Row", None), operation("helpdesk", "Ticket", None));
        let schema = &merged["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(*schema, json!({"anyOf": [{"$ref": "Row"}, {"$ref": "Ticket"}]}));
        assert_eq!(merged["responses"]["404"], json!({"$ref": "#/components/responses/Problem404"}));
        assert_eq!(merged["security"], json!([{"desk": []}, {"helpdesk": []}]));
        assert_eq!(merged["tags"], json!(["desk: tickets", "helpdesk: tickets"]));
        let text = merged["description"].as_str().unwrap();
        assert!(text.contains("an API key or an OAuth token gets helpdesk, a session gets desk"), "{text}");
        assert!(text.contains("**desk:** desk's list.") && text.contains("**helpdesk:** helpdesk's list."), "{text}");
    }

    #[test]
    fn a_parameter_of_one_surface_says_so_and_one_of_both_takes_either() {
        let merged = merged(operation("desk", "Row", None), operation("helpdesk", "Ticket", None));
        let parameters = merged["parameters"].as_array().unwrap();
        assert_eq!(parameters[0]["schema"], json!({"anyOf": [{"$ref": "Row"}, {"$ref": "Ticket"}]}));
        assert_eq!(parameters[1]["description"], "(desk only)");
        assert_eq!(parameters[2]["description"], "(helpdesk only)");
        assert_eq!(parameters.len(), 3);
    }

    #[test]
    fn a_body_of_one_surface_is_not_required_and_two_bodies_are_either() {
        let one = || operation("desk", "Row", Some("New"));
        let alone = merged(one(), operation("helpdesk", "Ticket", None));
        assert_eq!(alone["requestBody"]["required"], false);
        let both = merged(one(), operation("helpdesk", "Ticket", Some("Other")));
        assert_eq!(both["requestBody"]["required"], true);
        let schema = &both["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(*schema, json!({"anyOf": [{"$ref": "New"}, {"$ref": "Other"}]}));
    }
}
