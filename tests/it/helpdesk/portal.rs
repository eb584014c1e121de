//! Customers sign up and in.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, Reply};
use crate::desk::links::mailed;

async fn post(instance: &Instance, path: &str, body: Value) -> Reply {
    instance.send(&Caller::default(), "POST", path, Some(body)).await
}

async fn sign_up(instance: &Instance, email: &str, password: &str) -> Reply {
    post(instance, "/api/portal/signup", json!({"name": "John Doe", "email": email, "password": password})).await
}

async fn log_in(instance: &Instance, email: &str, password: &str) -> Reply {
    post(instance, "/api/portal/login", json!({"email": email, "password": password})).await
}

#[tokio::test]
async fn a_customer_signs_up_and_in_with_the_documented_answers() {
    let instance = Instance::start();
    let made = sign_up(&instance, "john@example.com", "secret").await;
    assert!(made.headers.get("set-cookie").is_none());
    let made = made.with(201);
    let profile = json!({"id": made["id"], "username": "john", "email": "john@example.com", "name": "John Doe",
        "role": "customer", "isActive": true, "createdAt": "2026-05-06T12:00:00.000Z"});
    assert_eq!(made, profile);
    assert_eq!(made["id"].as_str().unwrap().len(), 36);
    let reply = log_in(&instance, "JOHN@example.com", "secret").await;
    let cookie = reply.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let mut session = reply.with(200);
    let token = session.as_object_mut().unwrap().remove("token").unwrap();
    assert_eq!(session, profile);
    let by_token = Caller::bearer(token.as_str().unwrap());
    instance.send(&by_token, "GET", "/v1/tickets", None).await.with(200);
    instance.send(&Caller::default().header("cookie", &cookie), "GET", "/v1/tickets", None).await.with(200);
    assert_eq!(mailed(&instance)[0].template, "verify");
}

#[tokio::test]
async fn passwords_have_six_characters_or_what_the_operator_asks_for() {
    let instance = Instance::start();
    let short = sign_up(&instance, "a@example.org", "12345").await.with(400);
    assert_eq!(short["details"]["password"], json!(["The password must be at least 6 characters long."]));
    sign_up(&instance, "a@example.org", "123456").await.with(201);
    let strict = Instance::start_with(&["--rate-limit", "off", "--min-password-length", "12"]);
    sign_up(&strict, "a@example.org", "12345678901").await.with(400);
    sign_up(&strict, "a@example.org", "123456789012").await.with(201);
}

#[tokio::test]
async fn everything_wrong_with_a_sign_up_is_told_at_once() {
    let instance = Instance::start();
    let wrong = post(&instance, "/api/portal/signup", json!({"email": "x", "password": " "})).await.with(400);
    assert_eq!(wrong["details"].as_object().unwrap().keys().collect::<Vec<_>>(), ["email", "name", "password"]);
    let missing = post(&instance, "/api/portal/login", json!({})).await.with(400);
    assert_eq!(missing["details"].as_object().unwrap().keys().collect::<Vec<_>>(), ["email", "password"]);
}

#[tokio::test]
async fn a_taken_username_gets_a_number() {
    let instance = Instance::start();
    let mut names = Vec::new();
    for host in ["a.example", "b.example", "c.example"] {
        let made = sign_up(&instance, &format!("Info@{host}"), "secret").await.with(201);
        names.push(made["username"].as_str().unwrap().to_owned());
    }
    assert_eq!(names, ["Info", "Info2", "Info3"]);
    for n in 4..40 {
        sign_up(&instance, &format!("info@{n}.example"), "secret").await.with(201);
    }
}

#[tokio::test]
async fn an_address_with_a_password_is_taken_and_what_nobody_may_set_is_ignored() {
    let instance = Instance::start();
    let body = json!({"name": "A", "email": "a@example.org", "password": "secret", "role": "admin", "isActive": false,
        "emailVerified": true, "companyId": "x"});
    let made = post(&instance, "/api/portal/signup", body).await.with(201);
    assert_eq!((&made["role"], &made["isActive"]), (&json!("customer"), &json!(true)));
    let taken = sign_up(&instance, "A@Example.org", "another").await.with(409);
    assert!(taken["details"]["email"][0].is_string());
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let path = format!("/api/users/{}", made["id"].as_str().unwrap());
    let shown = instance.send(&admin, "GET", &path, None).await.with(200);
    assert_eq!((&shown["emailVerified"], &shown["companyId"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn over_an_account_without_a_password_the_mailed_link_decides() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"username": "anne", "email": "anne@example.org", "name": "Anne"});
    instance.send(&admin, "POST", "/api/users", Some(body)).await.with(201);
    assert!(mailed(&instance).is_empty(), "customers are not invited: they sign up");
    let waiting = sign_up(&instance, "anne@example.org", "secret").await;
    assert!(waiting.headers.get("set-cookie").is_none());
    let waiting = waiting.with(201);
    assert_eq!(waiting.as_object().unwrap().keys().collect::<Vec<_>>(), ["message"]);
    log_in(&instance, "anne@example.org", "secret").await.with(401);
    let token = mailed(&instance)[0].token();
    post(&instance, "/api/auth/verify", json!({"token": token})).await.with(200);
    let session = log_in(&instance, "anne@example.org", "secret").await.with(200);
    assert_eq!((&session["username"], &session["name"]), (&json!("anne"), &json!("Anne")));
}

#[tokio::test]
async fn staff_and_wrong_passwords_and_nobody_read_alike() {
    let instance = Instance::start();
    instance.person("admin@example.org", Role::Admin);
    instance.person("agent@example.org", Role::Agent);
    instance.person("a@example.org", Role::Customer);
    let wrong = log_in(&instance, "a@example.org", "wrong horse").await;
    for (email, password) in [
        ("admin@example.org", "correct horse"),
        ("agent@example.org", "correct horse"),
        ("nobody@example.org", "correct horse"),
    ] {
        let reply = log_in(&instance, email, password).await;
        assert_eq!((reply.status.as_u16(), &reply.body), (401, &wrong.body), "{email}");
    }
    log_in(&instance, "a@example.org", "correct horse").await.with(200);
}
