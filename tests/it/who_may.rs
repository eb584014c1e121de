//! Who may do what: every operation that is served, for every kind of caller. An operation without a row fails.

use std::collections::BTreeSet;

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

/// Method, path, and the status for: anonymous, customer, agent, admin, super admin, VPN server's agent.
///
/// `{peer}` is another person's device, `{own}` the customer's own; `{user}` a customer and `{root}` a super admin, both
/// none of the callers. A body is sent where there is one below.
const TABLE: &[(&str, &str, [u16; 6])] = &[
    ("GET", "/api/health", [200, 200, 200, 200, 200, 200]),
    ("POST", "/api/login", [400, 400, 400, 400, 400, 400]),
    ("POST", "/api/auth/login", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/register", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/verify", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/forgot-password", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/reset-password", [422, 422, 422, 422, 422, 422]),
    ("POST", "/api/auth/resend-verification", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/auth/me", [401, 200, 200, 200, 200, 401]),
    ("PUT", "/api/auth/profile", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/auth/sessions", [401, 200, 200, 200, 200, 401]),
    ("DELETE", "/api/auth/sessions/{session}", [401, 404, 404, 404, 404, 401]),
    ("POST", "/api/auth/refresh", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/auth/logout", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/admin/users", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/admin/users", [401, 403, 403, 422, 422, 401]),
    ("GET", "/api/admin/users/{root}", [401, 403, 403, 200, 200, 401]),
    ("PUT", "/api/admin/users/{user}", [401, 403, 403, 200, 200, 401]),
    ("PUT", "/api/admin/users/{root}", [401, 403, 403, 403, 200, 401]),
    ("POST", "/api/admin/users/{user}/link", [401, 403, 403, 422, 422, 401]),
    ("POST", "/api/admin/users/{root}/link", [401, 403, 403, 403, 422, 401]),
    ("GET", "/api/admin/users/{user}/sessions", [401, 403, 403, 200, 200, 401]),
    ("DELETE", "/api/admin/users/{user}/sessions", [401, 403, 403, 200, 200, 401]),
    ("DELETE", "/api/admin/users/{root}/sessions", [401, 403, 403, 403, 200, 401]),
    ("DELETE", "/api/admin/users/{root}", [401, 403, 403, 403, 200, 401]),
    ("DELETE", "/api/admin/users/{user}", [401, 403, 403, 200, 404, 401]),
    ("GET", "/api/servers", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/servers", [401, 403, 403, 400, 400, 401]),
    ("GET", "/api/servers/{server}", [401, 403, 403, 200, 200, 401]),
    ("PUT", "/api/servers/{server}", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/servers/{server}/enrollment", [401, 403, 403, 201, 201, 401]),
    ("GET", "/api/wg-clients/{server}", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/wg-clients/{server}", [401, 403, 403, 400, 400, 401]),
    ("POST", "/api/wg-clients/{server}/{peer}/{action}", [401, 404, 404, 200, 200, 401]),
    ("POST", "/api/wg-clients/{server}/{own}/{action}", [401, 403, 404, 200, 200, 401]),
    ("PUT", "/api/wg-clients/{server}/{peer}", [401, 404, 404, 200, 200, 401]),
    ("PUT", "/api/wg-clients/{server}/{own}", [401, 403, 404, 200, 200, 401]),
    ("GET", "/api/wg-clients/{server}/{peer}/configuration", [401, 404, 404, 200, 200, 401]),
    ("GET", "/api/wg-clients/{server}/{own}/configuration", [401, 200, 404, 200, 200, 401]),
    ("GET", "/api/wg-clients/{server}/{peer}/qrcode", [401, 404, 404, 200, 200, 401]),
    ("GET", "/api/wg-clients/{server}/{own}/qrcode", [401, 200, 404, 200, 200, 401]),
    ("GET", "/api/statuses", [401, 200, 200, 200, 200, 401]),
    ("GET", "/api/history", [401, 200, 200, 200, 200, 401]),
    ("POST", "/api/report", [401, 401, 401, 401, 401, 400]),
    ("GET", "/api/audit", [401, 403, 403, 200, 200, 401]),
    ("GET", "/api/audit/export", [401, 403, 403, 200, 200, 401]),
    ("POST", "/api/agent/enroll", [400, 400, 400, 400, 400, 400]),
    ("GET", "/api/agent/desired", [401, 401, 401, 401, 401, 200]),
    ("DELETE", "/api/wg-clients/{server}/{own}", [401, 403, 404, 204, 404, 401]),
    ("DELETE", "/api/wg-clients/{server}/{peer}", [401, 404, 404, 204, 404, 401]),
    ("DELETE", "/api/servers/{server}", [401, 403, 403, 204, 404, 401]),
];

#[tokio::test]
async fn every_operation_answers_every_caller_as_the_table_says() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let customer = instance.person("customer@example.org", Role::Customer);
    let callers = [
        Caller::default(),
        instance.sign_in("customer@example.org").await,
        instance.signed_in("agent@example.org", Role::Agent).await,
        admin.clone(),
        instance.signed_in("root@example.org", Role::SuperAdmin).await,
        instance.agent(&admin, "la").await,
    ];
    let own = instance.peer(&admin, "la", json!({"name": "own", "userId": customer})).await;
    let other = instance.peer(&admin, "la", json!({"name": "other"})).await;
    let user = instance.person("somebody@example.org", Role::Customer).to_string();
    let root = instance.person("other-root@example.org", Role::SuperAdmin).to_string();
    let emails = ["customer@example.org", "agent@example.org", "admin@example.org", "root@example.org"];
    let id = |peer: &Value| peer["id"].as_str().unwrap().to_owned();
    let mut wrong = Vec::new();
    for (method, template, expected) in TABLE {
        let path = template
            .replace("{server}", "la")
            .replace("{own}", &id(&own))
            .replace("{peer}", &id(&other))
            .replace("{user}", &user)
            .replace("{root}", &root)
            .replace("{action}", "enable");
        let body = matches!(*method, "POST" | "PUT").then(|| json!({}));
        for (index, (caller, expected)) in callers.iter().zip(expected).enumerate() {
            let ends = ["/api/auth/refresh", "/api/auth/logout"].contains(template);
            let email = index.checked_sub(1).and_then(|index| emails.get(index)).filter(|_| ends);
            let caller = match email {
                Some(email) => &instance.sign_in(email).await,
                None => caller,
            };
            let reply = instance.send(caller, method, &path, body.clone()).await;
            if reply.status.as_u16() != *expected {
                wrong.push(format!("{method} {template}: {} instead of {expected}", reply.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_operation_has_a_row() {
    let instance = Instance::start();
    let document = instance.send(&Caller::default(), "GET", "/api/openapi.json", None).await.with(200);
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            served.insert((method.to_uppercase(), path.clone()));
        }
    }
    let rows: BTreeSet<(String, String)> = TABLE
        .iter()
        .map(|(method, path, _)| (method.to_string(), path.replace("{own}", "{peer}").replace("{root}", "{user}")))
        .collect();
    assert_eq!(served, rows);
}
