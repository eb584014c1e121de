//! Signing in.

use gatehouse::base::Role;
use gatehouse::store::{self, params};
use serde_json::json;

use crate::app::{Caller, Instance};

#[tokio::test]
async fn unknown_address_and_wrong_password_read_alike() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Admin);
    let attempt = |email: &str| json!({"email": email, "password": "wrong horse"});
    let known = instance.send(&Caller::default(), "POST", "/api/login", Some(attempt("a@example.org"))).await;
    let unknown = instance.send(&Caller::default(), "POST", "/api/login", Some(attempt("b@example.org"))).await;
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    assert_eq!(known.with(401), json!({"error": "Invalid credentials"}));
}

#[tokio::test]
async fn an_address_signs_in_in_any_case() {
    let instance = Instance::start();
    instance.person("Ann@Example.org", Role::Admin);
    instance.sign_in("ann@EXAMPLE.ORG").await;
}

#[tokio::test]
async fn a_session_dies_with_the_next_request_after_a_deactivation() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.send(&admin, "GET", "/api/servers", None).await.with(200);
    store::write_once(&instance.directory, &instance.app.clock, |tx| {
        tx.execute("update users set is_active = 0", params![])
    })
    .unwrap();
    instance.send(&admin, "GET", "/api/servers", None).await.with(401);
    let body = json!({"email": "a@example.org", "password": "correct horse"});
    let reply = instance.send(&Caller::default(), "POST", "/api/login", Some(body)).await;
    assert_eq!(reply.with(403), json!({"error": "Account is inactive"}));
}

#[tokio::test]
async fn a_session_lasts_24_hours_to_the_second() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.later(24 * 3_600_000 - 1_000);
    instance.send(&admin, "GET", "/api/servers", None).await.with(200);
    instance.later(1_000);
    instance.send(&admin, "GET", "/api/servers", None).await.with(401);
}

#[tokio::test]
async fn tokens_that_we_did_not_sign_are_refused() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let token = admin.authorization.clone().unwrap();
    let claims = token.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"} and {"alg":"HS512","typ":"JWT"}.
    for header in ["eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9"] {
        for signature in ["", token.split('.').nth(2).unwrap()] {
            let forged = Caller::bearer(&format!("{header}.{claims}.{signature}"));
            instance.send(&forged, "GET", "/api/servers", None).await.with(401);
        }
    }
    for text in ["a.b.c", "..", "ag_x", "hd_x"] {
        instance.send(&Caller::bearer(text), "GET", "/api/servers", None).await.with(401);
    }
}

#[tokio::test]
async fn two_credentials_at_once_are_none() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.send(&admin.header("x-api-key", "hd_x"), "GET", "/api/servers", None).await.with(401);
}

#[tokio::test]
async fn the_eleventh_login_of_a_minute_waits_and_a_victim_elsewhere_does_not() {
    let instance = Instance::start_with(&[]);
    instance.person("a@example.org", Role::Admin);
    let wrong = json!({"email": "a@example.org", "password": "wrong horse"});
    for _ in 0..10 {
        instance.send(&Caller::default(), "POST", "/api/login", Some(wrong.clone())).await.with(401);
    }
    let reply = instance.send(&Caller::default(), "POST", "/api/login", Some(wrong)).await;
    assert!(reply.headers.contains_key("retry-after"));
    reply.with(429);
    instance.person("b@example.org", Role::Admin);
    instance.sign_in("b@example.org").await;
}

#[tokio::test]
async fn a_cookie_from_another_site_changes_nothing() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Admin);
    let body = json!({"email": "a@example.org", "password": "correct horse"});
    let reply = instance.send(&Caller::default(), "POST", "/api/login", Some(body)).await;
    let cookie = reply.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let browser =
        Caller::default().header("cookie", cookie.split(';').next().unwrap()).header("host", "vpn.example.org");
    instance.send(&browser, "GET", "/api/servers", None).await.with(200);
    let server = json!({"id": "la", "endpoint": "203.0.113.7:51820", "address": "10.8.0.1/24"});
    for origin in ["https://evil.example", "null", "https://vpn.example.org.evil.example"] {
        let foreign = browser.clone().header("origin", origin);
        instance.send(&foreign, "POST", "/api/servers", Some(server.clone())).await.with(403);
    }
    let own = browser.header("origin", "https://vpn.example.org");
    instance.send(&own, "POST", "/api/servers", Some(server)).await.with(201);
}

#[tokio::test]
async fn bad_bodies_are_told_what_is_wrong() {
    let instance = Instance::start();
    let nobody = Caller::default();
    let send = |media: Option<&'static str>, body: &'static [u8]| {
        instance.send_raw(&nobody, "POST", "/api/login", media, body)
    };
    send(None, b"{}").await.with(415);
    send(Some("text/plain"), b"{}").await.with(415);
    send(Some("application/json"), b"{").await.with(400);
    send(Some("application/json"), b"\xff").await.with(400);
    send(Some("application/json"), b"{} {}").await.with(400);
    let missing = send(Some("application/json"), b"{}").await.with(400);
    assert_eq!(missing["details"]["email"], json!(["The email is required."]));
    assert_eq!(missing["details"]["password"], json!(["The password is required."]));
    let typed = send(Some("application/json"), br#"{"email": 1}"#).await.with(400);
    assert_eq!(typed["details"]["email"], json!(["It must be a string, not a number."]));
    let large = vec![b' '; (1 << 20) + 1];
    instance.send_raw(&nobody, "POST", "/api/login", Some("application/json"), large).await.with(413);
}
