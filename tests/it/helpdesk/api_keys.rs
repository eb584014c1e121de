//! What lets integrators in.

use gatehouse::base::Role;
use gatehouse::base::clock::{DAY, MINUTE};
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

async fn make(instance: &Instance, caller: &Caller, body: Value) -> Value {
    instance.send(caller, "POST", "/api/api-keys", Some(body)).await.with(201)
}

fn key(made: &Value) -> Caller {
    Caller::bearer(made["key"].as_str().unwrap())
}

#[tokio::test]
async fn a_key_is_shown_once_and_opens_the_surface_in_three_ways() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = make(&instance, &admin, json!({"name": "ci", "scopes": ["settings:read"]})).await;
    let text = made["key"].as_str().unwrap();
    assert!(text.starts_with("hd_") && text.len() >= 46);
    assert_eq!(made["keyPrefix"], json!(&text[..10]));
    let scheme = Caller { authorization: Some(format!("ApiKey {text}")), headers: Vec::new() };
    for caller in [scheme, Caller::bearer(text), Caller::default().header("x-api-key", text)] {
        let listed = instance.send(&caller, "GET", "/api/api-keys", None).await.with(200);
        assert_eq!(listed.as_array().unwrap().len(), 1);
        assert_eq!((&listed[0]["name"], listed[0].get("key")), (&json!("ci"), None));
    }
}

#[tokio::test]
async fn a_key_without_scopes_gets_the_six_documented_ones() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = make(&instance, &admin, json!({"name": "ci"})).await;
    let six = json!(["tickets:read", "tickets:write", "users:read", "users:write", "kb:read", "kb:write"]);
    assert_eq!(made["scopes"], six);
    let verified = instance.send(&key(&made), "POST", "/api/api-keys/verify", None).await.with(200);
    assert_eq!(verified, json!({"valid": true, "id": made["id"], "name": "ci", "scopes": six, "expiresAt": null}));
}

#[tokio::test]
async fn no_key_makes_a_stronger_one() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let weak = make(&instance, &admin, json!({"name": "weak", "scopes": ["settings:write", "kb:read"]})).await;
    let asked = json!({"name": "strong", "scopes": ["tickets:read"]});
    instance.send(&key(&weak), "POST", "/api/api-keys", Some(asked)).await.with(403);
    make(&instance, &key(&weak), json!({"name": "weaker", "scopes": ["kb:read"]})).await;
    let narrow = json!({"name": "narrow", "scopes": ["settings:write"], "projectId": "1"});
    let narrow = make(&instance, &admin, narrow).await;
    let wide = json!({"name": "wide", "scopes": ["settings:write"]});
    instance.send(&key(&narrow), "POST", "/api/api-keys", Some(wide)).await.with(403);
}

#[tokio::test]
async fn no_key_makes_one_that_outlives_it() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let brief = json!({"name": "brief", "scopes": ["settings:write"], "expiresAt": "2026-06-01"});
    let brief = key(&make(&instance, &admin, brief).await);
    let asked = |expires: Value| json!({"name": "other", "scopes": ["settings:write"], "expiresAt": expires});
    for longer in [Value::Null, json!("2026-06-01T00:00:01Z")] {
        instance.send(&brief, "POST", "/api/api-keys", Some(asked(longer))).await.with(403);
    }
    make(&instance, &brief, asked(json!("2026-06-01"))).await;
}

#[tokio::test]
async fn a_key_ends_when_it_is_revoked_or_expires_or_its_owner_goes() {
    let instance = Instance::start();
    let owner = instance.person("owner@example.org", Role::Admin);
    let admin = instance.sign_in("owner@example.org").await;
    let root = instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let verify = async |made: &Value| instance.send(&key(made), "POST", "/api/api-keys/verify", None).await.status;
    let revoked = make(&instance, &admin, json!({"name": "a"})).await;
    let expiring = make(&instance, &admin, json!({"name": "b", "expiresAt": "2026-05-06T12:30:00Z"})).await;
    let left = make(&instance, &admin, json!({"name": "c"})).await;
    assert_eq!(verify(&revoked).await, 200);
    let path = format!("/api/api-keys/{}", revoked["id"].as_str().unwrap());
    instance.send(&admin, "DELETE", &path, None).await.with(204);
    assert_eq!(verify(&revoked).await, 401);
    instance.send(&admin, "DELETE", &path, None).await.with(404);
    assert_eq!(verify(&expiring).await, 200);
    instance.later(30 * MINUTE);
    assert_eq!(verify(&expiring).await, 401);
    let path = format!("/api/admin/users/{owner}");
    instance.send(&root, "PUT", &path, Some(json!({"is_active": false}))).await.with(200);
    assert_eq!(verify(&left).await, 401);
}

#[tokio::test]
async fn a_key_does_what_its_owner_may_do_at_this_moment() {
    let instance = Instance::start();
    let owner = instance.person("owner@example.org", Role::Admin);
    let admin = instance.sign_in("owner@example.org").await;
    let root = instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let made = make(&instance, &admin, json!({"name": "a", "scopes": ["settings:read"]})).await;
    instance.send(&key(&made), "GET", "/api/api-keys", None).await.with(200);
    instance.send(&root, "PUT", &format!("/api/admin/users/{owner}"), Some(json!({"role": "agent"}))).await.with(200);
    instance.send(&key(&made), "GET", "/api/api-keys", None).await.with(403);
}

#[tokio::test]
async fn everything_wrong_with_a_new_key_is_told_at_once() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"scopes": ["tickets:fly"], "expiresAt": "2020-01-01", "rateLimit": 0});
    let wrong = instance.send(&admin, "POST", "/api/api-keys", Some(body)).await.with(400);
    let fields: Vec<&String> = wrong["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["expiresAt", "name", "rateLimit", "scopes"]);
    let body = json!({"name": "a", "projectId": "99"});
    let wrong = instance.send(&admin, "POST", "/api/api-keys", Some(body)).await.with(400);
    assert!(wrong["details"]["projectId"].is_array());
}

#[tokio::test]
async fn the_list_goes_on_behind_its_link() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for name in ["a", "b", "c"] {
        make(&instance, &admin, json!({"name": name})).await;
    }
    let first = instance.send(&admin, "GET", "/api/api-keys?limit=2", None).await;
    let link = first.headers["link"].to_str().unwrap().to_owned();
    assert_eq!(first.with(200).as_array().unwrap().len(), 2);
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let second = instance.send(&admin, "GET", next, None).await;
    assert!(second.headers.get("link").is_none());
    assert_eq!(second.with(200)[0]["name"], json!("c"));
    instance.send(&admin, "GET", "/api/api-keys?limit=1001", None).await.with(400);
}

#[tokio::test]
async fn its_last_use_is_noted_to_the_minute() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = make(&instance, &admin, json!({"name": "a", "scopes": ["settings:read"]})).await;
    assert_eq!(made["lastUsedAt"], Value::Null);
    instance.send(&key(&made), "POST", "/api/api-keys/verify", None).await.with(200);
    // A write behind it has been answered, so the note before it is there.
    make(&instance, &admin, json!({"name": "b", "expiresAt": "2026-06-06T12:00:00Z"})).await;
    let listed = instance.send(&admin, "GET", "/api/api-keys", None).await.with(200);
    assert_eq!(listed[0]["lastUsedAt"], json!("2026-05-06T12:00:00.000Z"));
    instance.later(DAY / 48);
    instance.send(&key(&made), "GET", "/api/api-keys", None).await.with(200);
    make(&instance, &instance.sign_in("admin@example.org").await, json!({"name": "c"})).await;
    let listed = instance.send(&key(&made), "GET", "/api/api-keys", None).await.with(200);
    assert_eq!(listed[0]["lastUsedAt"], json!("2026-05-06T12:30:00.000Z"));
}

#[tokio::test]
async fn fleet_scopes_open_the_fleet_to_keys_that_see_every_project() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    instance.server(&admin, "la").await;
    let reader = instance.api_key(&admin, &["fleet:read"]).await;
    let writer = instance.api_key(&admin, &["fleet:write"]).await;
    let phone = json!({"name": "phone"});
    for path in ["/api/servers", "/api/wg-clients/la", "/api/statuses", "/api/history", "/api/audit"] {
        instance.send(&reader, "GET", path, None).await.with(200);
        instance.send(&writer, "GET", path, None).await.with(403);
    }
    instance.send(&reader, "POST", "/api/wg-clients/la", Some(phone.clone())).await.with(403);
    let made = instance.send(&writer, "POST", "/api/wg-clients/la", Some(phone)).await.with(201);
    let configuration = format!("/api/wg-clients/la/{}/configuration", made["id"].as_str().unwrap());
    instance.send(&reader, "GET", &configuration, None).await.with(403);
    let narrow = json!({"name": "narrow", "projectId": "1", "scopes": ["fleet:read", "fleet:write"]});
    let narrow = key(&make(&instance, &admin, narrow).await);
    let refused = instance.send(&narrow, "GET", "/api/servers", None).await.with(403);
    assert!(refused["error"].as_str().unwrap().contains("one project"), "{refused}");
    instance.send(&narrow, "POST", "/api/servers", Some(json!({}))).await.with(403);
}
