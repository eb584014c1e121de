//! What there is of document 001's surface.

mod again;
mod attachments;
mod auth;
mod canned_responses;
mod categories;
mod custom_fields;
mod devices;
mod filters;
mod key_pairs;
mod letting_go;
mod life;
mod limits;
pub mod links;
mod numbers;
mod projects;
mod search;
mod sessions;
mod sla;
mod staffed;
mod tags;
mod tickets;
mod users;

use gatehouse::base::Role;
use serde_json::json;

use crate::app::{Caller, Instance};

pub use self::links::mailed;

#[tokio::test]
async fn a_login_answers_the_token_and_who_signed_in() {
    let instance = Instance::start();
    let id = instance.person("a@example.org", Role::Agent);
    let body = json!({"email": "a@example.org", "password": "correct horse"});
    let reply = instance.send(&Caller::default(), "POST", "/api/auth/login", Some(body)).await.with(200);
    assert_eq!((&reply["token_type"], &reply["expires_in"]), (&json!("bearer"), &json!(3600)));
    assert_eq!(reply["user"], json!({"id": id, "name": "a", "email": "a@example.org", "role": "agent"}));
    let missing = instance.send(&Caller::default(), "POST", "/api/auth/login", Some(json!({}))).await.with(422);
    assert_eq!(missing["error"], json!("Validation failed."));
}

#[tokio::test]
async fn the_health_is_public() {
    let instance = Instance::start();
    let health = instance.send(&Caller::default(), "GET", "/api/health", None).await.with(200);
    assert_eq!(health["status"], json!("ok"));
}

#[tokio::test]
async fn prometheus_reads_how_many_requests_were_answered_and_how_fast() {
    let instance = Instance::start();
    let nobody = Caller::default();
    let read = async || instance.send(&nobody, "GET", "/metrics", None).await.text();
    let counted = |text: &str, series: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(series)).unwrap_or_else(|| panic!("{text}"));
        line.trim().parse::<u64>().unwrap()
    };
    // Other tests of this process are counted too.
    let refused = "gatehouse_http_requests_total{status=\"405\"}";
    instance.send(&nobody, "DELETE", "/api/login", None).await.with(405);
    let (before, all) = (read().await, "gatehouse_http_request_seconds_bucket{le=\"+Inf\"}");
    instance.send(&nobody, "DELETE", "/api/login", None).await.with(405);
    let after = read().await;
    for series in [refused, all] {
        assert!(counted(&after, series) > counted(&before, series), "{series}");
    }
    assert!(after.contains("# TYPE gatehouse_http_request_seconds histogram"), "{after}");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_apart() {
    let instance = Instance::start();
    let nobody = Caller::default();
    let missing = instance.send(&nobody, "GET", "/api/nowhere", None).await;
    assert!(missing.headers.contains_key("x-request-id"));
    assert_eq!(missing.with(404), json!({"error": "Not found."}));
    let refused = instance.send(&nobody, "DELETE", "/api/login", None).await;
    assert_eq!(refused.headers["allow"], "POST");
    refused.with(405);
    let double = instance.send(&nobody, "GET", "/v1/nowhere", None).await.with(404);
    assert_eq!(double["error"]["code"], json!("NOT_FOUND"));
}

#[tokio::test]
async fn the_one_time_link_makes_one_administrator() {
    let instance = Instance::start();
    let token = instance.app.store.write(gatehouse::access::first_admin::offer).await.unwrap().unwrap();
    let path = format!("/setup?token={}", token.expose());
    let nobody = Caller::default();
    let page = instance.send(&nobody, "GET", &path, None).await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.text().contains(token.expose()));
    let form = |email: &str, password: &str| {
        format!("token={}&email={email}&name=%3Cb%3E&password={password}", token.expose())
    };
    let media = Some("application/x-www-form-urlencoded");
    let short = instance.send_raw(&nobody, "POST", "/setup", media, form("a@example.org", "short")).await;
    assert_eq!(short.status.as_u16(), 422);
    assert!(short.text().contains("at least 8 characters") && short.text().contains("&lt;b&gt;"));
    let made = instance.send_raw(&nobody, "POST", "/setup", media, form("a@example.org", "correct+horse")).await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    let again = instance.send_raw(&nobody, "POST", "/setup", media, form("b@example.org", "correct+horse")).await;
    assert_eq!(again.status.as_u16(), 410);
    assert_eq!(instance.send(&nobody, "GET", &path, None).await.status.as_u16(), 410);
    let admin = instance.sign_in("a@example.org").await;
    instance.send(&admin, "GET", "/api/servers", None).await.with(200);
}
