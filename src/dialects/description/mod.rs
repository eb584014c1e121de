//! The description of the API (OpenAPI 3.1): what the handlers say of themselves, completed and put into one document.
//!
//! A handler names its parameters, its body, its answers and what is special about its failures. What holds for a whole
//! surface is added here: `complete` adds the credentials, the failures that every operation of its kind can end in, and
//! the shape of a failure; `schemas` names the schemas after their surface; `merge` joins two surfaces that document one
//! operation; `ways` are the credentials; `words` are types that stand for one of several words.

mod complete;
mod merge;
mod schemas;
mod ways;
pub(super) mod words;

use serde_json::{Map, Value, json};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

pub use self::ways::Way;
use crate::base::{Error, Result};

/// An object of the document.
type Object = Map<String, Value>;

/// What holds for all operations of a surface.
pub struct Surface {
    /// One lower-case word: the prefix of its schemas and tags.
    pub name: &'static str,
    /// Who calls it, in a sentence.
    pub about: &'static str,
    /// Name and schema of a failure's body.
    pub problem: (&'static str, RefOr<Schema>),
    /// The status for values that can't be.
    pub invalid: u16,
    /// What opens an operation that does not say so itself.
    pub ways: &'static [Way],
}

const ABOUT: &str = include_str!("about.md");

/// The whole description. Where two surfaces document an operation, both are in it.
pub fn whole(surfaces: impl IntoIterator<Item = (Surface, OpenApi)>) -> Result<Value> {
    let (mut paths, mut components, mut tags, mut groups) = (Object::new(), Object::new(), Object::new(), Vec::new());
    let (mut problems, mut responses) = (Object::new(), Object::new());
    for (surface, described) in surfaces {
        let mut described = serde_json::to_value(&described).map_err(Error::internal)?;
        let problem = serde_json::to_value(&surface.problem.1).map_err(Error::internal)?;
        problems.insert(surface.problem.0.to_owned(), schemas::open(problem));
        let prefix = schemas::capitalized(surface.name);
        components.extend(schemas::of_surface(&mut described, &prefix));
        let mut group = Vec::new();
        for (path, item) in taken(&mut described, "paths") {
            for (method, operation) in object(item) {
                let (tag, operation) = complete::operation(&surface, &path, &method, object(operation), &mut responses);
                if tags.insert(tag.clone(), json!({"name": tag, "description": surface.about})).is_none() {
                    group.push(tag);
                }
                let known = paths.entry(path.clone()).or_insert_with(|| json!({}));
                merge::into(known, &method, operation, surface.name, &responses);
            }
        }
        groups.push(json!({"name": surface.name, "tags": group}));
    }
    components.extend(problems);
    schemas::require_what_is_always_there(&mut components, &paths);
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Gatehouse",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags.into_iter().map(|(_, tag)| tag).collect::<Vec<_>>(),
        "x-tagGroups": groups,
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": responses,
            "parameters": {"IdempotencyKey": complete::idempotency_key()},
            "securitySchemes": ways::schemes(),
        },
    }))
}

/// The object at this key, taken out; empty where there is none.
fn taken(value: &mut Value, key: &str) -> Object {
    value.get_mut(key).map(Value::take).map(object).unwrap_or_default()
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}
