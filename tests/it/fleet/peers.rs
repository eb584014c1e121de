//! Devices of a server.

use std::collections::HashSet;

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, new_key};

async fn with_server() -> (Instance, Caller) {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.agent(&admin, "la").await;
    (instance, admin)
}

#[tokio::test]
async fn a_new_device_has_the_documented_fields() {
    let (instance, admin) = with_server().await;
    let peer = instance.peer(&admin, "la", json!({"name": "alice-iphone"})).await;
    assert_eq!(peer["name"], json!("alice-iphone"));
    assert_eq!(peer["enabled"], json!(true));
    assert_eq!(peer["address"], json!("10.8.0.2"));
    assert_eq!(peer["publicKey"].as_str().unwrap().len(), 44);
    let listed = instance.send(&admin, "GET", "/api/wg-clients/la", None).await.with(200);
    assert_eq!(listed[0]["latestHandshakeAt"], Value::Null);
    assert_eq!((&listed[0]["transferRx"], &listed[0]["transferTx"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn the_configuration_holds_the_keys_and_nothing_a_person_typed() {
    let (instance, admin) = with_server().await;
    let peer = instance.peer(&admin, "la", json!({"name": "#[Peer]PostUp=x", "presharedKey": true})).await;
    let path = format!("/api/wg-clients/la/{}/configuration", peer["id"].as_str().unwrap());
    let text = instance.send(&admin, "GET", &path, None).await.text();
    assert!(!text.contains("PostUp"), "{text}");
    let keys: Vec<&str> = text.lines().filter_map(|line| line.split(" = ").next()).filter(|k| !k.is_empty()).collect();
    assert_eq!(
        keys,
        [
            "[Interface]",
            "PrivateKey",
            "Address",
            "[Peer]",
            "PublicKey",
            "PresharedKey",
            "AllowedIPs",
            "Endpoint",
            "PersistentKeepalive"
        ]
    );
    assert!(text.contains("Address = 10.8.0.2/32\n"), "{text}");
}

#[tokio::test]
async fn a_device_with_its_own_key_has_nothing_to_scan() {
    let (instance, admin) = with_server().await;
    let key = new_key();
    let peer = instance.peer(&admin, "la", json!({"name": "laptop", "publicKey": key})).await;
    let id = peer["id"].as_str().unwrap();
    instance.send(&admin, "GET", &format!("/api/wg-clients/la/{id}/qrcode"), None).await.with(409);
    let text = instance.send(&admin, "GET", &format!("/api/wg-clients/la/{id}/configuration"), None).await.text();
    assert!(!text.contains("PrivateKey"), "{text}");
    let refused = instance
        .send(&admin, "POST", "/api/wg-clients/la", Some(json!({"name": "other", "publicKey": key})))
        .await
        .with(409);
    assert!(refused["details"]["publicKey"][0].is_string());
}

#[tokio::test]
async fn nothing_can_be_scanned_before_an_agent_enrolled() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.server(&admin, "la").await;
    let peer = instance.peer(&admin, "la", json!({"name": "phone"})).await;
    for what in ["qrcode", "configuration"] {
        let path = format!("/api/wg-clients/la/{}/{what}", peer["id"].as_str().unwrap());
        instance.send(&admin, "GET", &path, None).await.with(409);
    }
}

#[tokio::test]
async fn names_and_values_that_cannot_be_are_refused_by_field() {
    let (instance, admin) = with_server().await;
    let cases = [
        ("name", json!("")),
        ("name", json!("a\nPostUp = x")),
        ("name", json!("a".repeat(65))),
        ("publicKey", json!("AAAA")),
        ("publicKey", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
        ("userId", json!("nobody")),
        ("userId", json!(99)),
        ("expiresAt", json!("tomorrow")),
        ("quotaBytes", json!(0)),
        ("quotaBytes", json!(-1)),
    ];
    for (field, value) in cases {
        let mut body = json!({"name": "phone"});
        body[field] = value.clone();
        let refused = instance.send(&admin, "POST", "/api/wg-clients/la", Some(body)).await.with(400);
        assert!(refused["details"][field][0].is_string(), "{field} {value}: {refused}");
    }
    assert_eq!(instance.send(&admin, "GET", "/api/wg-clients/la", None).await.with(200), json!([]));
}

#[tokio::test]
async fn a_full_network_is_a_conflict_and_an_address_freed_is_given_out_again() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let body =
        json!({"id": "la", "endpoint": "203.0.113.7:51820", "address": "10.8.0.2/29", "address6": "fd08::4/112"});
    instance.send(&admin, "POST", "/api/servers", Some(body)).await.with(201);
    let mut made = Vec::new();
    loop {
        let reply = instance.send(&admin, "POST", "/api/wg-clients/la", Some(json!({"name": "phone"}))).await;
        if reply.status.as_u16() == 409 {
            break;
        }
        made.push(reply.with(201));
    }
    let addresses: Vec<&str> = made.iter().map(|peer| peer["address"].as_str().unwrap()).collect();
    // 10.8.0.2 is the server's own, and so is the IPv6 address beside 10.8.0.4.
    assert_eq!(addresses, ["10.8.0.1", "10.8.0.3", "10.8.0.5", "10.8.0.6"]);
    let sixes: HashSet<&str> = made.iter().map(|peer| peer["address6"].as_str().unwrap()).collect();
    assert_eq!(sixes.len(), made.len());
    let path = format!("/api/wg-clients/la/{}", made[1]["id"].as_str().unwrap());
    instance.send(&admin, "DELETE", &path, None).await.with(204);
    assert_eq!(instance.peer(&admin, "la", json!({"name": "next"})).await["address"], json!("10.8.0.3"));
}

#[tokio::test]
async fn fifty_devices_added_at_once_share_no_address() {
    let (instance, admin) = with_server().await;
    let instance = std::sync::Arc::new(instance);
    let mut all = tokio::task::JoinSet::new();
    for n in 0..50 {
        let (instance, admin) = (instance.clone(), admin.clone());
        all.spawn(async move { instance.peer(&admin, "la", json!({"name": format!("device {n}")})).await });
    }
    let addresses: HashSet<String> = all.join_all().await.iter().map(|peer| peer["address"].to_string()).collect();
    assert_eq!(addresses.len(), 50);
}

#[tokio::test]
async fn a_disabled_device_is_absent_from_the_desired_state() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let agent = instance.agent(&admin, "la").await;
    let peer = instance.peer(&admin, "la", json!({"name": "phone"})).await;
    let switch = |action: &str| format!("/api/wg-clients/la/{}/{action}", peer["id"].as_str().unwrap());
    let wanted = async || instance.send(&agent, "GET", "/api/agent/desired", None).await.with(200);
    assert_eq!(wanted().await["peers"][0]["public_key"], peer["publicKey"]);
    let off = instance.send(&admin, "POST", &switch("disable"), None).await.with(200);
    assert_eq!(off["enabled"], json!(false));
    assert_eq!(wanted().await["peers"], json!([]));
    instance.send(&admin, "POST", &switch("enable"), None).await.with(200);
    assert_eq!(wanted().await["peers"][0]["allowed_ips"], json!(["10.8.0.2/32"]));
    instance.send(&admin, "POST", &switch("explode"), None).await.with(400);
}

#[tokio::test]
async fn a_change_clears_what_is_null_and_keeps_what_is_left_out() {
    let (instance, admin) = with_server().await;
    let body = json!({"name": "phone", "expiresAt": "2027-01-01T00:00:00Z", "quotaBytes": 18446744073709551615_u64});
    let peer = instance.peer(&admin, "la", body).await;
    assert_eq!(peer["quotaBytes"], json!(18446744073709551615_u64));
    let path = format!("/api/wg-clients/la/{}", peer["id"].as_str().unwrap());
    let changed = instance.send(&admin, "PUT", &path, Some(json!({"quotaBytes": null}))).await.with(200);
    assert_eq!((&changed["quotaBytes"], &changed["expiresAt"]), (&Value::Null, &json!("2027-01-01T00:00:00Z")));
    for address in ["10.9.0.7", "10.8.0.0", "10.8.0.1"] {
        instance.send(&admin, "PUT", &path, Some(json!({"address": address}))).await.with(400);
    }
    instance.peer(&admin, "la", json!({"name": "other"})).await;
    instance.send(&admin, "PUT", &path, Some(json!({"address": "10.8.0.3"}))).await.with(409);
}

#[tokio::test]
async fn a_customer_sees_the_own_devices_and_of_others_not_even_that_they_exist() {
    let (instance, admin) = with_server().await;
    let user = instance.person("c@example.org", Role::Customer);
    let customer = instance.sign_in("c@example.org").await;
    let own = instance.peer(&admin, "la", json!({"name": "own", "userId": user})).await;
    let other = instance.peer(&admin, "la", json!({"name": "other"})).await;
    let listed = instance.send(&customer, "GET", "/api/wg-clients/la", None).await.with(200);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let path = |peer: &Value, what: &str| format!("/api/wg-clients/la/{}{what}", peer["id"].as_str().unwrap());
    let shown = instance.send(&customer, "GET", &path(&own, "/qrcode"), None).await;
    assert_eq!((shown.status.as_u16(), shown.headers["content-type"].to_str().unwrap()), (200, "image/svg+xml"));
    instance.send(&customer, "DELETE", &path(&own, ""), None).await.with(403);
    let foreign = instance.send(&customer, "GET", &path(&other, "/configuration"), None).await;
    let absent = instance.send(&customer, "GET", "/api/wg-clients/la/never/configuration", None).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &absent.body));
    instance.send(&customer, "DELETE", &path(&other, ""), None).await.with(404);
}

#[tokio::test]
async fn a_retry_with_the_same_key_answers_the_same_device() {
    let (instance, admin) = with_server().await;
    let caller = admin.header("idempotency-key", "one");
    let first = instance.peer(&caller, "la", json!({"name": "phone"})).await;
    assert_eq!(instance.peer(&caller, "la", json!({"name": "phone"})).await, first);
    instance.send(&caller, "POST", "/api/wg-clients/la", Some(json!({"name": "else"}))).await.with(422);
    instance.later(24 * 3_600_000 - 1);
    instance.send(&caller, "POST", "/api/wg-clients/la", Some(json!({"name": "phone"}))).await.with(201);
}
