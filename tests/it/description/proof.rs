//! Holds every exchange of every test against the description: so the whole suite proves it.

use std::sync::OnceLock;

use axum::extract::Query;
use axum::http::{HeaderMap, Uri};
use gatehouse::dialects::credential::Credential;
use serde_json::{Value, json};

use super::schema::Judge;
use crate::app::Reply;

/// What is served beside the API.
const OWN: [&str; 6] = ["/setup", "/install.sh", "/install/gatehouse", "/metrics", "/api/openapi.json", "/api/docs"];

/// Beginnings of paths whose operations have no schemas yet.
const PENDING: &[&str] = &[];

/// Whether the operations of a path have no schemas yet.
pub fn is_pending(path: &str) -> bool {
    PENDING.iter().any(|beginning| path.starts_with(beginning))
}

/// The description, and where to look a path up.
pub struct Described {
    pub document: Value,
    table: matchit::Router<String>,
}

/// What this program describes.
pub fn described() -> &'static Described {
    static DESCRIBED: OnceLock<Described> = OnceLock::new();
    DESCRIBED.get_or_init(|| Described::new(gatehouse::dialects::describe().unwrap()))
}

/// A request, as far as the description speaks of it.
pub struct Sent<'s> {
    pub method: &'s str,
    pub path: &'s str,
    pub headers: &'s HeaderMap,
    /// Where it was JSON.
    pub body: Option<Value>,
}

impl Described {
    fn new(document: Value) -> Self {
        let mut table = matchit::Router::new();
        for path in document["paths"].as_object().unwrap().keys() {
            table.insert(path, path.clone()).unwrap();
        }
        Self { document, table }
    }

    /// Panics where an exchange is not as described.
    pub fn prove(&self, sent: &Sent<'_>, reply: &Reply) {
        let wrong = self.wrong(sent, reply);
        let text = String::from_utf8_lossy(&reply.body);
        let start: String = text.chars().take(800).collect();
        let (method, path, status) = (sent.method, sent.path, reply.status);
        assert!(wrong.is_empty(), "{method} {path} answered {status}, which is not as described: {wrong:#?}\n{start}");
    }

    fn wrong(&self, sent: &Sent<'_>, reply: &Reply) -> Vec<String> {
        let uri: Uri = sent.path.parse().unwrap();
        let status = reply.status.as_u16();
        let Ok(found) = self.table.at(uri.path()) else {
            let for_programs = ["/api/", "/v1/", "/oauth/", "/.well-known/"];
            let is_page = !for_programs.iter().any(|place| uri.path().starts_with(place));
            let is_own = status == 404 || is_page || OWN.contains(&uri.path());
            return if is_own { Vec::new() } else { vec!["the path is not described".to_owned()] };
        };
        let method = if sent.method == "HEAD" { "get".to_owned() } else { sent.method.to_lowercase() };
        let item = &self.document["paths"][found.value];
        let Some(operation) = item.get(&method) else {
            return if status == 405 { Vec::new() } else { vec!["the method is not described".to_owned()] };
        };
        if is_pending(found.value) {
            return Vec::new();
        }
        let mut wrong = self.answer(operation, reply, sent.method == "HEAD");
        if reply.status.is_success() {
            wrong.extend(self.body(operation, sent.body.as_ref()));
            wrong.extend(self.query(operation, &uri));
            wrong.extend(credential(operation, sent.headers));
        }
        wrong
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value.get("$ref").and_then(Value::as_str).map(|target| target.trim_start_matches('#'));
        target.map_or(value, |target| self.document.pointer(target).unwrap())
    }

    fn answer(&self, operation: &Value, reply: &Reply, is_head: bool) -> Vec<String> {
        let Some(response) = operation["responses"].get(reply.status.as_str()) else {
            return vec!["this status is not described".to_owned()];
        };
        let content = self.resolved(response).get("content").and_then(Value::as_object);
        if reply.body.is_empty() {
            // A file may be empty, JSON is not.
            let is_wrong = content.is_some_and(|content| content.contains_key("application/json")) && !is_head;
            return if is_wrong { vec!["a body is described and there is none".to_owned()] } else { Vec::new() };
        }
        let media = |text: &str| text.split(';').next().unwrap_or_default().trim().to_owned();
        let own = media(reply.headers.get("content-type").map_or("", |value| value.to_str().unwrap()));
        let found = content.into_iter().flatten().find(|(kind, _)| media(kind) == own);
        match found {
            None => vec![format!("no body of type {own} is described")],
            Some((_, body)) if own == "application/json" => match body.get("schema") {
                Some(schema) => Judge { document: &self.document, closed: true }.wrong(schema, &reply.json()),
                None => vec!["the body has no schema".to_owned()],
            },
            Some(_) => Vec::new(),
        }
    }

    /// A body that was taken must be one that is described. Blank is missing.
    fn body(&self, operation: &Value, sent: Option<&Value>) -> Vec<String> {
        let Some(sent) = sent else { return Vec::new() };
        let schema = operation.pointer("/requestBody/content/application~1json/schema");
        let Some(schema) = schema else {
            let is_empty = sent.as_object().is_some_and(|members| members.is_empty());
            return if is_empty { Vec::new() } else { vec!["a body was taken and none is described".to_owned()] };
        };
        let mut sent = sent.clone();
        if let Some(members) = sent.as_object_mut() {
            members.retain(|_, value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
        }
        let wrong = Judge { document: &self.document, closed: false }.wrong(schema, &sent);
        wrong.into_iter().map(|text| format!("what was sent and taken: {text}")).collect()
    }

    fn query(&self, operation: &Value, uri: &Uri) -> Vec<String> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).unwrap();
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let judge = Judge { document: &self.document, closed: true };
        let mut wrong = Vec::new();
        for (name, text) in pairs.into_iter().filter(|(_, text)| !text.is_empty()) {
            let is_it =
                |one: &&Value| self.resolved(one)["name"] == name.as_str() && self.resolved(one)["in"] == "query";
            let Some(parameter) = parameters.into_iter().flatten().find(is_it) else {
                wrong.push(format!("the parameter {name} was taken and is not described"));
                continue;
            };
            let flag = ["1", "0", "yes", "no", "on", "off"].contains(&text.as_str()).then_some(json!(true));
            let number = text.parse::<i64>().ok().map(Value::from);
            let literal = serde_json::from_str(&text).ok();
            let readings = [Some(json!(text)), number, flag, literal];
            let schema = &self.resolved(parameter)["schema"];
            if !readings.iter().flatten().any(|reading| judge.wrong(schema, reading).is_empty()) {
                wrong.push(format!("the parameter {name} was taken and is not as described: {text}"));
            }
        }
        wrong
    }
}

/// Whoever was let in must have come by a way that is described.
fn credential(operation: &Value, headers: &HeaderMap) -> Vec<String> {
    let ways = operation["security"].as_array().unwrap();
    if ways.contains(&json!({})) {
        return Vec::new();
    }
    let way = match Credential::of(headers) {
        Credential::None | Credential::Unreadable => return vec!["it took no credential".to_owned()],
        Credential::Session(_) => "session",
        Credential::Cookie(_) => "cookie",
        Credential::ApiKey(_) => "apiKey",
        Credential::OAuth(_) => "oauth",
        Credential::Agent(_) => "agent",
        Credential::KeyPair(..) => "pairKey",
    };
    let is_described = ways.iter().any(|one| one.get(way).is_some());
    if is_described { Vec::new() } else { vec![format!("it took a credential of the kind {way}")] }
}
