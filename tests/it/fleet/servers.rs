//! Registering and changing servers.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

fn los_angeles() -> Value {
    json!({"id": "los-angeles", "name": "Los Angeles", "endpoint": "203.0.113.7:51820", "address": "10.8.0.1/24"})
}

#[tokio::test]
async fn a_registered_server_comes_with_a_token_and_a_command_to_install_it() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let caller = admin.clone().header("host", "vpn.example.org");
    let made = instance.send(&caller, "POST", "/api/servers", Some(los_angeles())).await.with(201);
    let token = made["enrollment_token"].as_str().unwrap();
    let command = format!(
        "curl -fsSL 'http://vpn.example.org/install.sh' | sh -s -- agent --url 'http://vpn.example.org' --enroll {token}"
    );
    assert_eq!(made["install_command"], json!(command));
    let shown = instance.send(&admin, "GET", "/api/servers/los-angeles", None).await.with(200);
    assert_eq!(
        shown,
        json!({"id": "los-angeles", "name": "Los Angeles", "endpoint": "203.0.113.7:51820", "address": "10.8.0.1/24",
            "address6": null, "dns": [], "allowed_ips": ["0.0.0.0/0"], "mtu": null, "keepalive": 25,
            "is_public": false, "public_key": null, "revision": 1, "created_at": "2026-05-06T12:00:00Z", "agent_version": null, "agent_outdated": false})
    );
}

#[tokio::test]
async fn a_forged_host_never_reaches_the_command() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let made = instance
        .send(&admin.header("host", "x';rm -rf /;'"), "POST", "/api/servers", Some(los_angeles()))
        .await
        .with(201);
    assert!(!made["install_command"].as_str().unwrap().contains("rm -rf"));
}

#[tokio::test]
async fn each_field_that_cannot_be_is_named() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let cases = [
        ("id", json!("Los Angeles")),
        ("id", json!("-la")),
        ("id", json!("")),
        ("id", json!("a".repeat(64))),
        ("name", json!("two\nlines")),
        ("endpoint", json!("203.0.113.7")),
        ("endpoint", json!("203.0.113.7:0")),
        ("endpoint", json!("203.0.113.7\nPostUp=x:51820")),
        ("endpoint", json!("a b:51820")),
        ("address", json!("10.8.0.1")),
        ("address", json!("10.8.0.0/24")),
        ("address", json!("10.8.0.255/24")),
        ("address", json!("10.8.0.1/32")),
        ("address6", json!("10.8.0.1/24")),
        ("address6", json!("fd08::/64")),
        ("dns", json!(["resolver\nPostUp = x"])),
        ("allowed_ips", json!(["everything"])),
        ("mtu", json!(100)),
        ("keepalive", json!(65536)),
        ("keepalive", json!(-1)),
    ];
    for (field, value) in cases {
        let mut body = los_angeles();
        body[field] = value.clone();
        let refused = instance.send(&admin, "POST", "/api/servers", Some(body)).await.with(400);
        assert!(refused["details"][field][0].is_string(), "{field} {value}: {refused}");
    }
    assert_eq!(instance.send(&admin, "GET", "/api/servers", None).await.with(200), json!([]));
}

#[tokio::test]
async fn a_taken_id_is_a_conflict() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.server(&admin, "los-angeles").await;
    let refused = instance.send(&admin, "POST", "/api/servers", Some(los_angeles())).await.with(409);
    assert!(refused["details"]["id"][0].is_string());
}

#[tokio::test]
async fn a_change_keeps_what_it_leaves_out_and_raises_the_revision() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.server(&admin, "los-angeles").await;
    let body = json!({"endpoint": "198.51.100.1:51821"});
    let changed = instance.send(&admin, "PUT", "/api/servers/los-angeles", Some(body)).await.with(200);
    assert_eq!((&changed["endpoint"], &changed["address"]), (&json!("198.51.100.1:51821"), &json!("10.8.0.1/24")));
    assert_eq!(changed["revision"], json!(2));
}

#[tokio::test]
async fn what_was_never_chosen_goes_along_and_what_was_can_be_given_up() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let mut body = los_angeles();
    body.as_object_mut().unwrap().retain(|name, _| name != "address6" && name != "allowed_ips");
    instance.send(&admin, "POST", "/api/servers", Some(body)).await.with(201);
    let put = async |body: Value| instance.send(&admin, "PUT", "/api/servers/los-angeles", Some(body)).await.with(200);
    let shown = put(json!({"mtu": 1400, "address6": "fd08::1/64"})).await;
    assert_eq!((&shown["mtu"], &shown["allowed_ips"]), (&json!(1400), &json!(["0.0.0.0/0", "::/0"])));
    assert_eq!(put(json!({"name": "LA"})).await["mtu"], json!(1400));
    assert_eq!(put(json!({"mtu": null, "allowed_ips": ["10.8.0.0/24"]})).await["mtu"], json!(null));
    assert_eq!(put(json!({"address6": "fd09::1/64"})).await["allowed_ips"], json!(["10.8.0.0/24"]));
}

#[tokio::test]
async fn a_network_that_a_device_would_fall_out_of_is_refused() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.server(&admin, "los-angeles").await;
    let put = async |body| instance.send(&admin, "PUT", "/api/servers/los-angeles", Some(body)).await;
    put(json!({"address6": "fd08::1/64"})).await.with(200);
    instance.peer(&admin, "los-angeles", json!({"name": "phone"})).await;
    for (field, address) in [
        ("address", "10.9.0.1/24"),
        ("address", "10.8.0.2/24"),
        ("address6", "fd09::1/64"),
        ("address6", "fd08::2/64"),
        ("address6", ""),
    ] {
        let refused = put(json!({field: address})).await.with(400);
        assert!(refused["details"][field][0].as_str().unwrap().starts_with("1 of 1 peers"), "{refused}");
    }
}

#[tokio::test]
async fn a_removed_server_takes_its_devices_and_its_agents_token_with_it() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let agent = instance.agent(&admin, "los-angeles").await;
    instance.peer(&admin, "los-angeles", json!({"name": "phone"})).await;
    instance.send(&agent, "GET", "/api/agent/desired", None).await.with(200);
    instance.send(&admin, "DELETE", "/api/servers/los-angeles", None).await.with(204);
    instance.send(&agent, "GET", "/api/agent/desired", None).await.with(401);
    instance.send(&admin, "GET", "/api/wg-clients/los-angeles", None).await.with(404);
}

#[tokio::test]
async fn a_retry_with_the_same_key_has_one_effect_and_never_shows_a_secret_again() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await.header("idempotency-key", "one");
    instance.send(&admin, "POST", "/api/servers", Some(los_angeles())).await.with(201);
    instance.send(&admin, "POST", "/api/servers", Some(los_angeles())).await.with(409);
    let mut other = los_angeles();
    other["id"] = json!("tokyo");
    instance.send(&admin, "POST", "/api/servers", Some(other)).await.with(422);
    let nobody = Caller::default();
    instance.send(&nobody, "GET", "/api/servers", None).await.with(401);
}

#[tokio::test]
async fn an_agent_that_is_older_than_the_control_plane_is_told_of() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let agent = instance.agent(&admin, "la").await;
    let said = async |version: Option<&str>| {
        let body = json!({"server_id": "la", "transfer_rx": 0, "transfer_tx": 0, "agent_version": version});
        instance.send(&agent, "POST", "/api/report", Some(body)).await.with(200);
        let shown = instance.send(&admin, "GET", "/api/servers/la", None).await.with(200);
        let found = gatehouse::doctor::examine(instance.directory.path(), None, &instance.app.clock, true);
        let doctor = found.into_iter().find(|finding| finding.check == "agents").unwrap();
        (shown["agent_version"].clone(), shown["agent_outdated"].clone(), doctor.what)
    };
    let own = env!("CARGO_PKG_VERSION");
    let (version, outdated, _) = said(Some(own)).await;
    assert_eq!((version, outdated), (json!(own), json!(false)));
    let (version, outdated, doctor) = said(Some("0.0.9")).await;
    assert_eq!((version, outdated), (json!("0.0.9"), json!(true)));
    assert!(doctor.contains("la 0.0.9"), "{doctor}");
    let (version, outdated, _) = said(None).await;
    assert_eq!((version, outdated), (json!(null), json!(false)));
}
