//! The webhooks themselves.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::Site;
use crate::app::Instance;

#[tokio::test]
async fn a_secret_is_shown_once_and_sealed_at_rest() {
    let site = Site::start().await;
    let secret = site.webhook["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"));
    for shown in [site.get("/api/webhooks").await, site.get(&site.path("")).await] {
        assert!(!shown.to_string().contains("whsec_"), "{shown}");
    }
    let file = std::fs::read(site.instance.directory.database()).unwrap();
    let log = std::fs::read(site.instance.directory.database().with_extension("db-wal")).unwrap_or_default();
    let bytes = secret.strip_prefix("whsec_").unwrap().as_bytes();
    let raw = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, bytes).unwrap();
    for needle in [bytes, &raw] {
        assert!(![&file, &log].iter().any(|held| held.windows(needle.len()).any(|window| window == needle)));
    }
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    let site = Site::start_with(json!({"events": ["ticket.created"], "project_id": 1})).await;
    let change = async |body: Value| {
        let reply = site.instance.send(&site.admin, "PATCH", &site.path(""), Some(body)).await.with(200);
        reply["webhook"].clone()
    };
    let renamed = change(json!({"name": "other"})).await;
    assert_eq!((&renamed["name"], &renamed["events"]), (&json!("other"), &json!(["ticket.created"])));
    let wide = change(json!({"project_id": null, "events": [], "is_active": false})).await;
    assert_eq!((&wide["project_id"], &wide["events"], &wide["is_active"]), (&Value::Null, &json!([]), &json!(false)));
    site.instance.send(&site.admin, "POST", &site.path("/ping"), None).await.with(409);
    site.instance.send(&site.admin, "DELETE", &site.path(""), None).await.with(200);
    site.instance.send(&site.admin, "GET", &site.path(""), None).await.with(404);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"url": "ftp://example.org", "events": ["ticket.exploded"]});
    let refused = instance.send(&admin, "POST", "/api/webhooks", Some(body)).await.with(422);
    let fields: Vec<&String> = refused["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["events", "name", "url"]);
}

#[tokio::test]
async fn every_change_is_in_the_audit_log() {
    let site = Site::start().await;
    site.post(&site.path("/rotate"), json!({})).await;
    site.post(&site.path("/ping"), json!({})).await;
    site.instance.send(&site.admin, "DELETE", &site.path(""), None).await.with(200);
    let audit = site.get("/api/audit?limit=4").await;
    let actions: Vec<&Value> = audit.as_array().unwrap().iter().map(|row| &row["action"]).collect();
    assert_eq!(actions, ["webhook_deleted", "webhook_pinged", "webhook_secret_rotated", "webhook_created"]);
}
