//! Key pairs: how they are made, shown and revoked.

use gatehouse::base::Role;
use gatehouse::store::params;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

const KEYS: &str = "/api/admin/projects/1/api-keys";

async fn with_admin() -> (Instance, Caller) {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    (instance, admin)
}

#[tokio::test]
async fn both_halves_are_shown_once_and_only_their_hashes_are_kept() {
    let (instance, admin) = with_admin().await;
    let body = json!({"name": "Production Key", "allowed_ips": [], "expires_at": "2027-01-01"});
    let made = instance.send(&admin, "POST", KEYS, Some(body)).await.with(201);
    let (key, secret) = (made["api_key"].as_str().unwrap(), made["api_secret"].as_str().unwrap());
    // 256 random bits are 43 characters of base64.
    assert!(key.starts_with("sk_") && key.len() == 46, "{key}");
    assert!(secret.starts_with("ss_") && secret.len() == 46, "{secret}");
    assert_ne!(key[3..], secret[3..]);
    assert_eq!((&made["key_id"], &made["message"]), (&json!(1), &json!("Store the api_secret securely.")));
    let listed = instance.send(&admin, "GET", KEYS, None).await;
    let text = listed.text();
    assert!(!text.contains(secret) && !text.contains(key), "{text}");
    assert_eq!(
        listed.with(200),
        json!({"api_keys": [{"id": 1, "name": "Production Key", "key_prefix": &key[..11], "allowed_ips": [],
            "is_active": true, "expires_at": "2027-01-01T00:00:00Z", "last_used_at": null, "revoked_at": null,
            "created_at": "2026-05-06T12:00:00Z"}]})
    );
    let shown = instance.send(&admin, "GET", "/api/admin/projects/1", None).await;
    assert!(!shown.text().contains(secret) && !shown.text().contains(key));
    assert_eq!(shown.with(200)["project"]["api_keys"][0]["name"], json!("Production Key"));
    let hashes = instance
        .app
        .store
        .read(|conn| {
            conn.one("select key_hash, secret_hash from key_pairs", params! {}, |row| {
                Ok((row.get::<Vec<u8>>("key_hash")?, row.get::<Vec<u8>>("secret_hash")?))
            })
        })
        .await
        .unwrap()
        .unwrap();
    let hash = |text: &str| gatehouse::base::secret::token_hash(text).to_vec();
    assert_eq!(hashes, (hash(key), hash(secret)));
}

#[tokio::test]
async fn a_retry_is_not_told_the_secret_again() {
    let (instance, admin) = with_admin().await;
    let once = admin.clone().header("idempotency-key", "one");
    instance.send(&once, "POST", KEYS, Some(json!({"name": "k"}))).await.with(201);
    instance.send(&once, "POST", KEYS, Some(json!({"name": "k"}))).await.with(409);
    let listed = instance.send(&admin, "GET", KEYS, None).await.with(200);
    assert_eq!(listed["api_keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn values_that_cannot_be_are_told_by_field() {
    let (instance, admin) = with_admin().await;
    let cases = [
        ("name", json!("")),
        ("name", json!("a".repeat(256))),
        ("allowed_ips", json!(["203.0.113.7", "nowhere"])),
        ("allowed_ips", json!(["203.0.113.0/33"])),
        ("allowed_ips", json!(["fe80::1%eth0"])),
        ("allowed_ips", json!("203.0.113.7")),
        ("allowed_ips", json!(vec!["203.0.113.7"; 257])),
        ("expires_at", json!("2026-05-06")),
        ("expires_at", json!("2026-05-06T12:00:00Z")),
        ("expires_at", json!("2025-01-01T00:00:00+02:00")),
        ("expires_at", json!("tomorrow")),
        ("expires_at", json!("2026-13-01")),
    ];
    for (field, value) in cases {
        let mut body = json!({"name": "k"});
        body[field] = value.clone();
        let refused = instance.send(&admin, "POST", KEYS, Some(body)).await.with(422);
        assert!(refused["details"][field][0].is_string(), "{field} {value}: {refused}");
    }
    assert_eq!(instance.send(&admin, "GET", KEYS, None).await.with(200), json!({"api_keys": []}));
}

#[tokio::test]
async fn addresses_read_back_plainly() {
    let (instance, admin) = with_admin().await;
    let ips = json!(["10.1.2.3/8", "::ffff:192.0.2.1", "2001:DB8::/32", "192.0.2.1"]);
    instance.send(&admin, "POST", KEYS, Some(json!({"name": "k", "allowed_ips": ips}))).await.with(201);
    let listed = instance.send(&admin, "GET", KEYS, None).await.with(200);
    assert_eq!(listed["api_keys"][0]["allowed_ips"], json!(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"]));
}

#[tokio::test]
async fn revoking_is_final_and_stays_in_the_list_and_in_the_log() {
    let (instance, admin) = with_admin().await;
    instance.send(&admin, "POST", KEYS, Some(json!({"name": "k"}))).await.with(201);
    instance.later(60_000);
    for _ in 0..2 {
        let done = instance.send(&admin, "DELETE", &format!("{KEYS}/1"), None).await.with(200);
        assert_eq!(done, json!({"message": "API key revoked"}));
        instance.later(60_000);
    }
    let pair = instance.send(&admin, "GET", KEYS, None).await.with(200)["api_keys"][0].take();
    assert_eq!((&pair["is_active"], &pair["revoked_at"]), (&json!(false), &json!("2026-05-06T12:01:00Z")));
    let log = instance.send(&admin, "GET", "/api/audit", None).await.with(200);
    let noted: Vec<&Value> =
        log.as_array().unwrap().iter().filter(|entry| entry["target"] == json!("support/1")).collect();
    let actions: Vec<&Value> = noted.iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, [&json!("key_pair_revoked"), &json!("key_pair_created")]);
}

#[tokio::test]
async fn a_pair_of_another_project_is_not_there() {
    let (instance, admin) = with_admin().await;
    instance.send(&admin, "POST", KEYS, Some(json!({"name": "k"}))).await.with(201);
    instance.send(&admin, "POST", "/api/admin/projects", Some(json!({"name": "Other"}))).await.with(201);
    let foreign = instance.send(&admin, "DELETE", "/api/admin/projects/2/api-keys/1", None).await;
    let absent = instance.send(&admin, "DELETE", "/api/admin/projects/2/api-keys/99", None).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &absent.body));
    let listed = instance.send(&admin, "GET", KEYS, None).await.with(200);
    assert_eq!(listed["api_keys"][0]["is_active"], json!(true));
}
