//! Registering applications.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::{CALLBACK, Scene, access};
use crate::app::Caller;

#[tokio::test]
async fn a_confidential_application_is_shown_its_secret_once() {
    let scene = Scene::new().await;
    let body = json!({"name": "Agency", "redirect_uris": [CALLBACK], "scopes": ["kb:read"], "confidential": true});
    let made = scene.instance.send(&scene.admin, "POST", "/api/oauth-clients", Some(body)).await.with(201);
    assert!(made["client_secret"].as_str().unwrap().len() >= 43);
    assert_eq!(
        (&made["name"], &made["scopes"], &made["redirect_uris"], &made["confidential"]),
        (&json!("Agency"), &json!(["kb:read"]), &json!([CALLBACK]), &json!(true))
    );
    let listed = scene.instance.send(&scene.admin, "GET", "/api/oauth-clients", None).await.with(200);
    assert_eq!(listed[1]["client_id"], made["client_id"]);
    assert!(listed.as_array().unwrap().iter().all(|client| client.get("client_secret").is_none()));
    let body = json!({"name": "Phone", "redirect_uris": ["com.example.app:/cb"], "confidential": false});
    let made = scene.instance.send(&scene.admin, "POST", "/api/oauth-clients", Some(body)).await.with(201);
    assert_eq!(made.get("client_secret"), None);
    let six = json!(["tickets:read", "tickets:write", "users:read", "users:write", "kb:read", "kb:write"]);
    assert_eq!(made["scopes"], six);
}

#[tokio::test]
async fn everything_wrong_with_a_new_application_is_told_at_once() {
    let scene = Scene::new().await;
    let wrong = async |body: Value| {
        let reply = scene.instance.send(&scene.admin, "POST", "/api/oauth-clients", Some(body)).await.with(400);
        reply["details"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    let body = json!({"redirect_uris": ["http://app.example.org/cb"], "scopes": ["tickets:fly"]});
    assert_eq!(wrong(body).await, ["name", "redirect_uris", "scopes"]);
    assert_eq!(wrong(json!({"name": "a", "confidential": false})).await, ["redirect_uris"]);
    assert_eq!(wrong(json!({"name": "a", "scopes": []})).await, ["scopes"]);
    let many: Vec<String> = (0..21).map(|n| format!("{CALLBACK}/{n}")).collect();
    assert_eq!(wrong(json!({"name": "a", "redirect_uris": many})).await, ["redirect_uris"]);
}

#[tokio::test]
async fn admins_alone_register_them_and_only_in_person() {
    let scene = Scene::new().await;
    let agent = scene.instance.signed_in("agent@example.org", Role::Agent).await;
    let all = ["settings:read", "settings:write"];
    let key = scene.instance.api_key(&scene.admin, &all).await;
    for (caller, status) in [(&agent, 403), (&scene.customer, 403), (&key, 401), (&Caller::default(), 401)] {
        scene.instance.send(caller, "GET", "/api/oauth-clients", None).await.with(status);
        scene.instance.send(caller, "POST", "/api/oauth-clients", Some(json!({}))).await.with(status);
        let path = format!("/api/oauth-clients/{}", scene.client.id);
        scene.instance.send(caller, "DELETE", &path, None).await.with(status);
    }
}

#[tokio::test]
async fn an_application_that_is_forgotten_is_let_in_no_more() {
    let scene = Scene::new().await;
    let tokens = scene.granted(&scene.customer).await;
    assert_eq!(scene.opens(access(&tokens)).await, 200);
    let path = format!("/api/oauth-clients/{}", scene.client.id);
    scene.instance.send(&scene.admin, "DELETE", &path, None).await.with(204);
    scene.instance.send(&scene.admin, "DELETE", &path, None).await.with(404);
    assert_eq!(scene.opens(access(&tokens)).await, 401);
    let refused = scene.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.with(401);
    assert_eq!(refused["error"], json!("invalid_client"));
    assert_eq!(scene.ask(&scene.customer, &[]).await.status, 400);
}
