//! Enrolment and the desired state.

use std::sync::Arc;

use gatehouse::base::Role;
use serde_json::json;

use crate::app::{Caller, Instance, new_key};

#[tokio::test]
async fn a_token_enrols_one_agent_even_when_fifty_try_at_once() {
    let instance = Arc::new(Instance::start());
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let token = instance.server(&admin, "la").await;
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (instance, token) = (instance.clone(), token.clone());
        all.spawn(async move {
            let body = json!({"enrollment_token": token, "public_key": new_key()});
            instance.send(&Caller::default(), "POST", "/api/agent/enroll", Some(body)).await.status.as_u16()
        });
    }
    let mut statuses = all.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![401; 49]].concat());
}

#[tokio::test]
async fn a_bad_key_leaves_the_token_unspent() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let token = instance.server(&admin, "la").await;
    let enroll = async |key: &str| {
        let body = json!({"enrollment_token": token, "public_key": key});
        instance.send(&Caller::default(), "POST", "/api/agent/enroll", Some(body)).await
    };
    let refused = enroll("AAAA").await.with(400);
    assert!(refused["details"]["public_key"][0].is_string());
    let key = new_key();
    let enrolled = enroll(&key).await.with(200);
    assert_eq!(enrolled["server_id"], json!("la"));
    assert!(enrolled["token"].as_str().unwrap().starts_with("ag_"));
    assert_eq!(enrolled["desired"]["interface"]["listen_port"], json!(51820));
    let shown = instance.send(&admin, "GET", "/api/servers/la", None).await.with(200);
    assert_eq!(shown["public_key"], json!(key));
}

#[tokio::test]
async fn an_expired_token_is_gone_and_a_newer_one_voids_it() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let first = instance.server(&admin, "la").await;
    let enroll = async |token: &str| {
        let body = json!({"enrollment_token": token, "public_key": new_key()});
        instance.send(&Caller::default(), "POST", "/api/agent/enroll", Some(body)).await
    };
    instance.later(15 * 60_000);
    enroll(&first).await.with(410);
    let renewed = instance.send(&admin, "POST", "/api/servers/la/enrollment", None).await.with(201);
    enroll(&first).await.with(401);
    enroll(renewed["enrollment_token"].as_str().unwrap()).await.with(200);
}

#[tokio::test]
async fn the_old_agents_token_dies_when_a_new_enrolment_is_used() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let old = instance.agent(&admin, "la").await;
    let renewed = instance.send(&admin, "POST", "/api/servers/la/enrollment", None).await.with(201);
    instance.send(&old, "GET", "/api/agent/desired", None).await.with(200);
    let body = json!({"enrollment_token": renewed["enrollment_token"], "public_key": new_key()});
    instance.send(&Caller::default(), "POST", "/api/agent/enroll", Some(body)).await.with(200);
    instance.send(&old, "GET", "/api/agent/desired", None).await.with(401);
}

#[tokio::test]
async fn a_first_poll_says_whose_token_it_is_and_which_key_devices_know() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let (token, key) = (instance.server(&admin, "la").await, new_key());
    let body = json!({"enrollment_token": token, "public_key": key});
    let enrolled = instance.send(&Caller::default(), "POST", "/api/agent/enroll", Some(body)).await.with(200);
    let agent = Caller::bearer(enrolled["token"].as_str().unwrap());
    let first = instance.send(&agent, "GET", "/api/agent/desired", None).await;
    assert_eq!(first.headers["gatehouse-server"], "la");
    assert_eq!(first.headers["gatehouse-server-key"], key);
    assert_eq!(first.with(200), enrolled["desired"]);
}

#[tokio::test]
async fn a_poll_answers_as_soon_as_something_changes() {
    let instance = Arc::new(Instance::start());
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let agent = instance.agent(&admin, "la").await;
    let seen = instance.send(&agent, "GET", "/api/agent/desired", None).await.with(200);
    let path = format!("/api/agent/desired?revision={}", seen["revision"]);
    let poll = {
        let (instance, agent) = (instance.clone(), agent.clone());
        tokio::spawn(async move { instance.send(&agent, "GET", &path, None).await.with(200) })
    };
    tokio::task::yield_now().await;
    let peer = instance.peer(&admin, "la", json!({"name": "phone"})).await;
    let next = poll.await.unwrap();
    assert!(next["revision"].as_u64() > seen["revision"].as_u64());
    assert_eq!(next["peers"][0]["id"], peer["id"]);
}

#[tokio::test]
async fn a_restored_control_plane_steps_past_what_its_agent_has_seen() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let agent = instance.agent(&admin, "la").await;
    let desired = instance.send(&agent, "GET", "/api/agent/desired?revision=41", None).await.with(200);
    assert_eq!(desired["revision"], json!(42));
    for bad in ["x", "-1", "1.5"] {
        instance.send(&agent, "GET", &format!("/api/agent/desired?revision={bad}"), None).await.with(400);
    }
}

#[tokio::test]
async fn an_expired_device_is_absent_from_the_desired_state() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let agent = instance.agent(&admin, "la").await;
    instance.peer(&admin, "la", json!({"name": "phone", "expiresAt": "2026-05-06T13:00:00Z"})).await;
    let desired = instance.send(&agent, "GET", "/api/agent/desired", None).await.with(200);
    assert_eq!(desired["peers"][0]["expires_at"], json!("2026-05-06T13:00:00Z"));
    instance.later(3_600_000);
    let desired = instance.send(&agent, "GET", "/api/agent/desired", None).await.with(200);
    assert_eq!(desired["peers"], json!([]));
}
