//! `/v1/health`, and how this surface says no.

use serde_json::{Value, json};

use super::Scene;
use crate::app::Caller;

#[tokio::test]
async fn health_tells_of_the_service_and_its_database() {
    let scene = Scene::new().await;
    let health = scene.instance.send(&Caller::default(), "GET", "/v1/health", None).await.with(200);
    assert_eq!(
        health,
        json!({"status": "healthy", "timestamp": "2026-05-06T12:00:00.000Z", "version": env!("CARGO_PKG_VERSION"),
            "service": "gatehouse", "database": "healthy", "database_message": "", "environment": "self_hosted",
            "note": ""})
    );
}

#[tokio::test]
async fn without_a_credential_that_holds_the_answer_has_both_shapes() {
    let scene = Scene::new().await;
    let double = |code: &str, message: &str| json!({"success": false, "message": message, "error": {"code": code, "message": message, "details": {}}});
    let unauthenticated = double("UNAUTHENTICATED", "Unauthenticated.");
    let callers = [
        Caller::default(),
        Caller::bearer("hd_unknown"),
        Caller::bearer("oa_unknown"),
        Caller::bearer("what"),
        scene.customer.clone(),
        scene.admin.clone(),
    ];
    for caller in &callers {
        let path = "/v1/tickets/TICK-1/credentials";
        let reply = scene.instance.send(caller, "POST", path, Some(json!({}))).await;
        assert_eq!(reply.with(401), unauthenticated);
    }
    for path in ["/v1/unknown", "/v1", "/v1/tickets/TICK-1/unknown"] {
        let reply = scene.instance.send(&Caller::default(), "GET", path, None).await;
        assert_eq!(reply.with(404), double("NOT_FOUND", "Not found."), "{path}");
    }
    let reply = scene.instance.send(&Caller::default(), "DELETE", "/v1/health", None).await;
    assert_eq!(reply.headers["allow"], "GET");
    let message = "This method is not allowed here.";
    assert_eq!(reply.with(405), double("METHOD_NOT_ALLOWED", message));
}

#[tokio::test]
async fn a_known_program_is_told_in_the_shape_of_document_003() {
    let scene = Scene::new().await;
    let key = scene.instance.api_key(&scene.admin, &["tickets:write"]).await;
    let code = |body: Value| body["error"]["code"].as_str().unwrap().to_owned();
    let path = "/v1/tickets/TICK-99/credentials";
    let unknown = scene.instance.send(&key, "POST", path, Some(json!({}))).await.with(404);
    assert_eq!(unknown, json!({"error": {"code": "NOT_FOUND", "message": "Not found.", "details": {}}}));
    let ticket = scene.ticket().await;
    let path = format!("/v1/tickets/TICK-{ticket}/credentials");
    let invalid = scene.instance.send(&key, "POST", &path, Some(json!({}))).await.with(422);
    assert_eq!(invalid["error"]["details"]["type"], json!(["The type field is required."]));
    assert_eq!(code(invalid), "VALIDATION_FAILED");
    let media = scene.instance.send_raw(&key, "POST", &path, Some("text/plain"), "x").await.with(415);
    assert_eq!(code(media), "UNSUPPORTED_MEDIA_TYPE");
    let broken = scene.instance.send_raw(&key, "POST", &path, Some("application/json"), "{").await.with(400);
    assert_eq!(code(broken), "BAD_REQUEST");
    let reader = scene.instance.api_key(&scene.admin, &["tickets:read"]).await;
    assert_eq!(code(scene.instance.send(&reader, "POST", &path, Some(json!({}))).await.with(403)), "FORBIDDEN");
}
