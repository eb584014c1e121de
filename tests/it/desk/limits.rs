//! How often strangers may try, and what they are told of it.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, Reply};

async fn send(instance: &Instance, caller: &Caller, path: &str, body: &Value) -> Reply {
    instance.send(caller, "POST", path, Some(body.clone())).await
}

fn left(reply: &Reply) -> (String, u32) {
    let text = reply.headers["ratelimit"].to_str().unwrap();
    let (name, rest) = text.split_once(";r=").unwrap();
    (name.to_owned(), rest.split(';').next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn every_answer_tells_what_is_left() {
    let instance = Instance::start_with(&[]);
    instance.person("a@example.org", Role::Customer);
    let nobody = Caller::default();
    let right = json!({"email": "a@example.org", "password": "correct horse"});
    let wrong = json!({"email": "a@example.org", "password": "wrong horse"});
    let first = send(&instance, &nobody, "/api/auth/login", &right).await;
    assert_eq!(first.headers["ratelimit-policy"], "\"login\";q=10;w=60");
    assert_eq!(first.headers["ratelimit"], "\"login\";r=9;t=6");
    first.with(200);
    let second = send(&instance, &nobody, "/api/login", &wrong).await;
    assert_eq!(left(&second), ("\"login\"".into(), 8));
    second.with(401);
    for _ in 0..8 {
        send(&instance, &nobody, "/api/auth/login", &wrong).await.with(401);
    }
    let refused = send(&instance, &nobody, "/api/auth/login", &right).await;
    assert_eq!(left(&refused), ("\"login\"".into(), 0));
    assert!(refused.headers.contains_key("retry-after"));
    refused.with(429);
    let free = instance.send(&nobody, "GET", "/api/health", None).await;
    assert!(!free.headers.contains_key("ratelimit"));
}

#[tokio::test]
async fn a_victim_elsewhere_still_signs_in() {
    let instance = Instance::start_with(&["--trusted-proxies", "127.0.0.1"]);
    instance.person("a@example.org", Role::Customer);
    let from = |address: &str| Caller::default().header("x-forwarded-for", address);
    let wrong = json!({"email": "a@example.org", "password": "wrong horse"});
    for n in 0..10 {
        // One customer's network, whatever its address.
        send(&instance, &from(&format!("2001:db8::{n}")), "/api/auth/login", &wrong).await.with(401);
    }
    send(&instance, &from("2001:db8::ffff"), "/api/auth/login", &wrong).await.with(429);
    let right = json!({"email": "a@example.org", "password": "correct horse"});
    send(&instance, &from("2001:db8:0:1::1"), "/api/auth/login", &right).await.with(200);
}

#[tokio::test]
async fn an_address_that_is_not_a_proxys_cannot_pretend_to_be_another() {
    let instance = Instance::start_with(&[]);
    let wrong = json!({"email": "a@example.org", "password": "wrong horse"});
    for n in 0..10 {
        let caller = Caller::default().header("x-forwarded-for", &format!("192.0.2.{n}"));
        send(&instance, &caller, "/api/auth/login", &wrong).await.with(401);
    }
    let caller = Caller::default().header("x-forwarded-for", "192.0.2.99");
    send(&instance, &caller, "/api/auth/login", &wrong).await.with(429);
}

#[tokio::test]
async fn sign_ups_and_resets_have_limits_of_their_own() {
    let instance = Instance::start_with(&[]);
    instance.person("a@example.org", Role::Customer);
    let nobody = Caller::default();
    let sign_up = json!({"name": "A", "email": "a@example.org", "password": "correct horse",
        "password_confirmation": "correct horse"});
    let forgot = json!({"email": "a@example.org"});
    for (path, body, status) in [("/api/auth/register", &sign_up, 409), ("/api/auth/forgot-password", &forgot, 200)] {
        for _ in 0..10 {
            send(&instance, &nobody, path, body).await.with(status);
        }
        send(&instance, &nobody, path, body).await.with(429);
    }
    let right = json!({"email": "a@example.org", "password": "correct horse"});
    send(&instance, &nobody, "/api/auth/login", &right).await.with(200);
    for n in 0..10 {
        send(&instance, &nobody, "/api/auth/verify", &json!({"token": format!("t{n}")})).await.with(422);
    }
    send(&instance, &nobody, "/api/auth/verify", &json!({"token": "t"})).await.with(429);
}

#[tokio::test]
async fn one_address_that_tries_many_accounts_is_stopped() {
    let instance = Instance::start_with(&["--trusted-proxies", "127.0.0.1"]);
    let attacker = Caller::default().header("x-forwarded-for", "192.0.2.66");
    let mut refused = None;
    // Some of the allowance comes back meanwhile, so that it takes a few more than a hundred.
    for n in 0..300 {
        let forgot = json!({"email": format!("victim{n}@example.org")});
        let reply = send(&instance, &attacker, "/api/auth/forgot-password", &forgot).await;
        if reply.status.as_u16() == 429 {
            refused = Some((n, left(&reply)));
            break;
        }
    }
    let (n, told) = refused.unwrap();
    assert!(n >= 100, "stopped after {n}");
    assert_eq!(told, ("\"address\"".to_owned(), 0));
    let elsewhere = Caller::default().header("x-forwarded-for", "192.0.2.67");
    let forgot = json!({"email": "victim0@example.org"});
    send(&instance, &elsewhere, "/api/auth/forgot-password", &forgot).await.with(200);
}
