//! Coming in by a key pair.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, Reply};

const PING: &str = "/api/external/ping";
const MINUTE: i64 = 60_000;

async fn with_admin() -> (Instance, Caller) {
    // So that a test can say where it calls from.
    let instance = Instance::start_with(&["--rate-limit", "off", "--trusted-proxies", "127.0.0.1/32"]);
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.send(&admin, "POST", "/api/admin/projects", Some(json!({"name": "NaijaHomes"}))).await.with(201);
    (instance, admin)
}

async fn pair(instance: &Instance, admin: &Caller, body: Value) -> (String, String) {
    let made = instance.send(admin, "POST", "/api/admin/projects/2/api-keys", Some(body)).await.with(201);
    (made["api_key"].as_str().unwrap().to_owned(), made["api_secret"].as_str().unwrap().to_owned())
}

fn with(key: &str, secret: &str) -> Caller {
    Caller::default().header("x-api-key", key).header("x-api-secret", secret)
}

async fn ping(instance: &Instance, caller: &Caller) -> Reply {
    instance.send(caller, "GET", PING, None).await
}

#[tokio::test]
async fn a_ping_says_whose_key_it_is() {
    let (instance, admin) = with_admin().await;
    let (key, secret) = pair(&instance, &admin, json!({"name": "k"})).await;
    assert_eq!(
        ping(&instance, &with(&key, &secret)).await.with(200),
        json!({"status": "ok", "project": {"id": 2, "name": "NaijaHomes", "slug": "naijahomes"},
            "timestamp": "2026-05-06T12:00:00Z"})
    );
}

#[tokio::test]
async fn whatever_is_wrong_with_a_pair_reads_alike_from_any_address() {
    let (instance, admin) = with_admin().await;
    let (key, secret) = pair(&instance, &admin, json!({"name": "k", "allowed_ips": ["192.0.2.1"]})).await;
    let (other, _) = pair(&instance, &admin, json!({"name": "o"})).await;
    let (revoked, of_revoked) = pair(&instance, &admin, json!({"name": "r"})).await;
    instance.send(&admin, "DELETE", "/api/admin/projects/2/api-keys/3", None).await.with(200);
    let wrong = [
        Caller::default(),
        Caller::default().header("x-api-key", &key),
        Caller::default().header("x-api-secret", &secret),
        with(&key, ""),
        with(&other, &secret),
        with(&secret, &key),
        with(&key, &key),
        with(&format!("{key}x"), &secret),
        with(&revoked, &of_revoked),
        with("sk_", "ss_"),
        Caller::bearer(&key),
        admin.clone(),
        Caller { authorization: admin.authorization.clone(), ..with(&key, &secret) },
    ];
    for caller in wrong {
        let refused = ping(&instance, &caller).await;
        assert_eq!(refused.with(401), json!({"error": "Unauthenticated."}));
    }
}

#[tokio::test]
async fn a_pair_ends_in_the_moment_it_expires() {
    let (instance, admin) = with_admin().await;
    let body = json!({"name": "k", "expires_at": "2026-05-06T14:01:00+02:00"});
    let (key, secret) = pair(&instance, &admin, body).await;
    instance.later(MINUTE - 1);
    ping(&instance, &with(&key, &secret)).await.with(200);
    instance.later(1);
    ping(&instance, &with(&key, &secret)).await.with(401);
}

#[tokio::test]
async fn a_pair_is_good_from_its_addresses_only() {
    let (instance, admin) = with_admin().await;
    let ips = json!(["203.0.113.8/30", "2001:db8::/127"]);
    let (key, secret) = pair(&instance, &admin, json!({"name": "k", "allowed_ips": ips})).await;
    let from = async |address: &str| {
        let caller = with(&key, &secret).header("x-forwarded-for", address);
        ping(&instance, &caller).await.status.as_u16()
    };
    for (address, expected) in [
        ("203.0.113.7", 403),
        ("203.0.113.8", 200),
        ("203.0.113.11", 200),
        ("203.0.113.12", 403),
        ("::ffff:203.0.113.9", 200),
        ("::ffff:203.0.113.12", 403),
        ("2001:db8::1", 200),
        ("2001:db8::2", 403),
        // Somebody outside who claims to speak for somebody inside.
        ("203.0.113.8, 198.51.100.1", 403),
    ] {
        assert_eq!(from(address).await, expected, "{address}");
    }
    let direct = ping(&instance, &with(&key, &secret)).await.with(403);
    assert_eq!(direct["error"], json!("This key pair may not be used from this address."));
}

#[tokio::test]
async fn a_forged_forward_header_counts_for_nothing() {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    let body = json!({"name": "k", "allowed_ips": ["203.0.113.8"]});
    let made = instance.send(&admin, "POST", "/api/admin/projects/1/api-keys", Some(body)).await.with(201);
    let caller = with(made["api_key"].as_str().unwrap(), made["api_secret"].as_str().unwrap());
    ping(&instance, &caller.header("x-forwarded-for", "203.0.113.8")).await.with(403);
}

#[tokio::test]
async fn the_pairs_of_an_inactive_project_still_come_in() {
    let (instance, admin) = with_admin().await;
    let (key, secret) = pair(&instance, &admin, json!({"name": "k"})).await;
    instance.send(&admin, "PUT", "/api/admin/projects/2", Some(json!({"is_active": false}))).await.with(200);
    ping(&instance, &with(&key, &secret)).await.with(200);
    ping(&instance, &with(&key, "ss_wrong")).await.with(401);
}

#[tokio::test]
async fn the_last_use_is_written_at_most_once_a_minute() {
    let (instance, admin) = with_admin().await;
    let (key, secret) = pair(&instance, &admin, json!({"name": "k"})).await;
    let caller = with(&key, &secret);
    let used = async || {
        // Behind what the ping left in the writer's queue.
        instance.app.store.write(|_| Ok(())).await.unwrap();
        let listed = instance.send(&admin, "GET", "/api/admin/projects/2/api-keys", None).await.with(200);
        listed["api_keys"][0]["last_used_at"].clone()
    };
    assert_eq!(used().await, Value::Null);
    ping(&instance, &with(&key, "ss_wrong")).await.with(401);
    assert_eq!(used().await, Value::Null);
    for (later, expected) in [
        (0, "2026-05-06T12:00:00Z"),
        (MINUTE - 1, "2026-05-06T12:00:00Z"),
        (1, "2026-05-06T12:01:00Z"),
        (3 * MINUTE, "2026-05-06T12:04:00Z"),
    ] {
        instance.later(later);
        ping(&instance, &caller).await.with(200);
        assert_eq!(used().await, json!(expected));
    }
}
