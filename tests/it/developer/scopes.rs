//! Which scope opens which operation: each scope alone, by a key and by an application, against each operation that takes
//! programs.

use std::collections::BTreeSet;

use gatehouse::base::Scope;
use serde_json::json;

use super::{Scene, access};
use crate::app::Caller;
use crate::description::operations;
use crate::description::proof::described;
use crate::who_may::shape;

/// Method, path, and the scope it takes; paths name objects that are not there, and bodies are empty.
const TABLE: &[(&str, &str, Scope)] = &[
    ("GET", "/v1/tickets", Scope::TicketsRead),
    ("POST", "/v1/tickets", Scope::TicketsWrite),
    ("GET", "/v1/tickets/TICK-99", Scope::TicketsRead),
    ("PUT", "/v1/tickets/TICK-99", Scope::TicketsWrite),
    ("PATCH", "/v1/tickets/TICK-99", Scope::TicketsWrite),
    ("GET", "/v1/tickets/TICK-99/comments", Scope::TicketsRead),
    ("POST", "/v1/tickets/TICK-99/comments", Scope::TicketsWrite),
    ("PUT", "/v1/tickets/TICK-99/comments/COMM-1", Scope::TicketsWrite),
    ("PATCH", "/v1/tickets/TICK-99/comments/COMM-1", Scope::TicketsWrite),
    ("POST", "/v1/tickets/TICK-99/credentials", Scope::TicketsWrite),
];

#[tokio::test]
async fn an_operation_opens_to_its_scope_and_to_no_other() {
    let scene = Scene::new().await;
    let all: Vec<&str> = Scope::ALL.into_iter().map(Scope::as_str).collect();
    let client = scene.register(json!({"scopes": all})).await;
    let mut wrong = Vec::new();
    for scope in Scope::ALL {
        let own = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
        let tokens = scene.token(&client, &own).await.with(200);
        let callers = [scene.instance.api_key(&scene.admin, &[scope.as_str()]).await, Caller::bearer(access(&tokens))];
        for (method, path, needed) in TABLE {
            for caller in &callers {
                let body = matches!(*method, "POST" | "PUT" | "PATCH").then(|| json!({}));
                let reply = scene.instance.send(caller, method, path, body).await;
                let is_open = reply.status != 403;
                if reply.status == 401 || is_open != (scope == *needed) {
                    wrong.push(format!("{method} {path} with {}: {}", scope.as_str(), reply.status));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_description_names_the_scope_of_every_operation_that_needs_one() {
    let ours = operations(&described().document).filter(|(operation, _)| operation.contains(" /v1/"));
    let mut named = BTreeSet::new();
    for (operation, about) in ours {
        let (method, path) = operation.split_once(' ').unwrap();
        let scopes = about["security"].as_array().unwrap().iter().filter_map(|one| one["oauth"].as_array()).flatten();
        named.extend(scopes.map(|scope| (method.to_uppercase(), shape(path), scope.as_str().unwrap().to_owned())));
    }
    let template = |path: &str| path.replace("TICK-99", "{ticket}").replace("COMM-1", "{comment}");
    let rows = TABLE
        .iter()
        .map(|(method, path, scope)| (method.to_string(), shape(&template(path)), scope.as_str().to_owned()));
    assert_eq!(named, rows.collect::<BTreeSet<_>>());
}
