//! How often programs may call.

use gatehouse::base::clock::{HOUR, MINUTE};
use gatehouse::jobs;
use serde_json::{Value, json};

use super::{Scene, access};
use crate::app::{Caller, Reply};

async fn key(scene: &Scene, limit: Value) -> Caller {
    let body = json!({"name": "k", "scopes": ["tickets:read"], "rateLimit": limit});
    let made = scene.instance.send(&scene.admin, "POST", "/api/api-keys", Some(body)).await.with(201);
    Caller::bearer(made["key"].as_str().unwrap())
}

async fn call(scene: &Scene, caller: &Caller) -> Reply {
    scene.instance.send(caller, "GET", "/v1/tickets", None).await
}

#[tokio::test]
async fn a_key_has_its_own_figure_for_each_hour() {
    let scene = Scene::with(&[]).await;
    let key = key(&scene, json!(2)).await;
    let first = call(&scene, &key).await;
    assert_eq!(first.headers["ratelimit-policy"], "\"hour\";q=2;w=3600");
    assert_eq!(first.headers["ratelimit"], "\"hour\";r=1;t=3600");
    first.with(200);
    call(&scene, &key).await.with(200);
    scene.instance.later(15 * MINUTE);
    let refused = call(&scene, &key).await;
    assert_eq!(refused.headers["retry-after"], "2700");
    assert_eq!(refused.headers["ratelimit"], "\"hour\";r=0;t=2700");
    let message = "API rate limit exceeded";
    let details = json!({"retry_after": 2_700, "limit": 2, "remaining": 0});
    assert_eq!(
        refused.with(429),
        json!({"error": {"code": "RATE_LIMIT_EXCEEDED", "message": message, "details": details}})
    );
    scene.instance.later(45 * MINUTE);
    call(&scene, &key).await.with(200);
}

#[tokio::test]
async fn without_its_own_figure_a_key_has_a_thousand_and_so_has_an_application() {
    let scene = Scene::with(&[]).await;
    let reply = call(&scene, &key(&scene, Value::Null).await).await;
    assert_eq!(reply.headers["ratelimit"], "\"hour\";r=999;t=3600");
    let tokens = scene.granted(&scene.customer).await;
    let reply = call(&scene, &Caller::bearer(access(&tokens))).await;
    assert_eq!(reply.headers["ratelimit"], "\"hour\";r=999;t=3600");
    let next = scene.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.with(200);
    let reply = call(&scene, &Caller::bearer(access(&next))).await;
    assert_eq!(reply.headers["ratelimit"], "\"hour\";r=998;t=3600", "a fresh token is no fresh hour");
}

#[tokio::test]
async fn refused_requests_count_for_nobody_else_and_sessions_have_no_hour() {
    let scene = Scene::with(&[]).await;
    let (full, other) = (key(&scene, json!(1)).await, key(&scene, json!(1)).await);
    call(&scene, &full).await.with(200);
    call(&scene, &full).await.with(429);
    call(&scene, &other).await.with(200);
    let reply = call(&scene, &scene.customer).await;
    assert!(!reply.headers.contains_key("ratelimit"));
    // The helpdesk has no such limit.
    let verified = scene.instance.send(&full, "POST", "/api/api-keys/verify", None).await;
    verified.with(200);
}

#[tokio::test]
async fn an_hour_goes_on_after_a_restart() {
    let scene = Scene::with(&[]).await;
    let key = key(&scene, json!(2)).await;
    call(&scene, &key).await.with(200);
    call(&scene, &key).await.with(200);
    jobs::keep_hours(&scene.instance.app).await.unwrap();
    let scene = Scene { instance: scene.instance.restarted(&[]).await, ..scene };
    call(&scene, &key).await.with(429);
    scene.instance.later(HOUR);
    call(&scene, &key).await.with(200);
}

#[tokio::test]
async fn tokens_are_asked_for_ten_times_a_minute_by_address_and_client() {
    let scene = Scene::with(&[]).await;
    let own = [("grant_type", "client_credentials")];
    for _ in 0..10 {
        scene.token(&scene.client, &own).await.with(200);
    }
    let refused = scene.token(&scene.client, &own).await;
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.with(429)["error"], json!("temporarily_unavailable"));
    let other = scene.register(json!({})).await;
    scene.token(&other, &own).await.with(200);
    let pairs = [("client_id", scene.client.id.as_str()), ("token", "x")];
    assert_eq!(scene.form(&Caller::default(), "/oauth/revoke", &pairs).await.status, 429);
}
