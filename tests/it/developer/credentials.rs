//! Credentials that customers share with whoever has their ticket.

use gatehouse::base::Role;
use gatehouse::base::clock::{DAY, HOUR};
use serde_json::{Value, json};

use super::{Scene, access};
use crate::app::{Caller, Reply};

struct Vault {
    scene: Scene,
    key: Caller,
    agent: Caller,
    agent_id: i64,
    ticket: i64,
}

async fn vault() -> Vault {
    let scene = Scene::new().await;
    let key = scene.instance.api_key(&scene.admin, &["tickets:write", "tickets:read"]).await;
    let agent_id = scene.instance.person("agent@example.org", Role::Agent);
    scene.instance.assign_to_project(agent_id, 1);
    let agent = scene.instance.sign_in("agent@example.org").await;
    let ticket = scene.ticket().await;
    Vault { scene, key, agent, agent_id, ticket }
}

impl Vault {
    fn path(&self) -> String {
        format!("/v1/tickets/TICK-{}/credentials", self.ticket)
    }

    async fn share(&self, body: Value) -> Reply {
        self.scene.instance.send(&self.key, "POST", &self.path(), Some(body)).await
    }

    async fn shared(&self) -> Value {
        self.share(json!({"type": "ssh", "credentials": {"user": "root", "password": "hunter2"}})).await.with(201)
    }

    async fn assign(&self, to: Option<i64>) {
        let path = format!("/api/tickets/{}/assign", self.ticket);
        self.scene.instance.send(&self.scene.admin, "POST", &path, Some(json!({"user_id": to}))).await.with(200);
    }

    async fn get(&self, caller: &Caller, id: Option<&Value>) -> Reply {
        let path = match id {
            Some(id) => format!("{}/{}", self.path(), id.as_str().unwrap()),
            None => self.path(),
        };
        self.scene.instance.send(caller, "GET", &path, None).await
    }
}

#[tokio::test]
async fn what_is_shared_is_shown_to_the_assignee_alone() {
    let vault = vault().await;
    let values = json!({"url": "https://client.example/wp-admin", "username": "admin", "password": "hunter2"});
    let body = json!({"type": "wordpress_admin", "credentials": values, "notes": "Until Friday",
        "expires_at": "2026-05-08T00:00:00Z"});
    let shared = vault.share(body).await.with(201);
    assert_eq!(
        shared,
        json!({"id": "CRED-1", "ticket_id": format!("TICK-{}", vault.ticket), "type": "wordpress_admin",
            "expires_at": "2026-05-08T00:00:00.000Z", "created_at": "2026-05-06T12:00:00.000Z"})
    );
    vault.assign(Some(vault.agent_id)).await;
    let listed = vault.get(&vault.agent, None).await.with(200);
    assert_eq!(listed, json!({"credentials": [shared]}));
    let revealed = vault.get(&vault.agent, Some(&shared["id"])).await;
    assert_eq!(revealed.headers["cache-control"], "no-store");
    let mut expected = shared.clone();
    expected["credentials"] = values;
    expected["notes"] = json!("Until Friday");
    assert_eq!(revealed.with(200), expected);
}

#[tokio::test]
async fn nobody_but_the_present_assignee_reads_them() {
    let vault = vault().await;
    let id = &vault.shared().await["id"].clone();
    let tokens = vault.scene.granted(&vault.scene.admin).await;
    let outsider = vault.scene.instance.signed_in("outsider@example.org", Role::Agent).await;
    let stranger = vault.scene.instance.signed_in("stranger@example.org", Role::Customer).await;
    vault.assign(Some(vault.agent_id)).await;
    let token = Caller::bearer(access(&tokens));
    for (caller, status) in [
        (&vault.scene.admin, 403),
        (&outsider, 404),
        (&stranger, 404),
        (&vault.scene.customer, 404),
        (&vault.key, 401),
        (&token, 401),
        (&Caller::default(), 401),
        (&vault.agent, 200),
    ] {
        vault.get(caller, None).await.with(status);
        vault.get(caller, Some(id)).await.with(status);
    }
    for other in ["CRED-2", "CRED-01", "1", "CRED-x"] {
        vault.get(&vault.agent, Some(&json!(other))).await.with(404);
    }
    vault.assign(None).await;
    vault.get(&vault.agent, Some(id)).await.with(403);
    vault.get(&vault.agent, Some(&json!("CRED-2"))).await.with(403);
}

#[tokio::test]
async fn a_credential_is_not_found_beside_another_ticket() {
    let mut vault = vault().await;
    let id = vault.shared().await["id"].clone();
    vault.ticket = vault.scene.ticket().await;
    vault.assign(Some(vault.agent_id)).await;
    vault.get(&vault.agent, Some(&id)).await.with(404);
}

#[tokio::test]
async fn each_reading_is_in_the_audit_log_and_in_the_trail() {
    let vault = vault().await;
    let id = vault.shared().await["id"].clone();
    vault.assign(Some(vault.agent_id)).await;
    for _ in 0..2 {
        vault.get(&vault.agent, Some(&id)).await.with(200);
    }
    vault.get(&vault.scene.admin, Some(&id)).await.with(403);
    let audit = vault.scene.instance.send(&vault.scene.admin, "GET", "/api/audit", None).await.with(200);
    let reads: Vec<&Value> =
        audit.as_array().unwrap().iter().filter(|row| row["action"] == "credential_revealed").collect();
    assert_eq!(reads.len(), 2);
    assert!(reads.iter().all(|row| row["actor"] == "agent@example.org"));
    let path = format!("/api/tickets/{}", vault.ticket);
    let trail = async |caller: &Caller| {
        let shown = vault.scene.instance.send(caller, "GET", &path, None).await.text();
        assert!(!shown.contains("hunter2"));
        shown.matches("credential_revealed").count()
    };
    assert_eq!((trail(&vault.agent).await, trail(&vault.scene.customer).await), (2, 0));
}

#[tokio::test]
async fn a_credential_goes_after_a_day_or_when_it_says() {
    let vault = vault().await;
    let usual = vault.shared().await;
    assert_eq!(usual["expires_at"], json!("2026-05-07T12:00:00.000Z"));
    let body = json!({"type": "t", "credentials": {"a": 1}, "expires_at": "2026-05-06T13:00:00Z"});
    let brief = vault.share(body).await.with(201);
    vault.assign(Some(vault.agent_id)).await;
    vault.scene.instance.later(HOUR - 1);
    vault.get(&vault.agent, Some(&brief["id"])).await.with(200);
    vault.scene.instance.later(1);
    let gone = vault.get(&vault.agent, Some(&brief["id"])).await.with(410);
    assert_eq!(gone["error"]["code"], json!("EXPIRED"));
    assert_eq!(vault.get(&vault.agent, None).await.with(200)["credentials"][0]["id"], usual["id"]);
    vault.scene.instance.later(DAY);
    let agent = vault.scene.instance.sign_in("agent@example.org").await;
    vault.get(&agent, Some(&usual["id"])).await.with(410);
    assert_eq!(vault.get(&agent, None).await.with(200), json!({"credentials": []}));
}

#[tokio::test]
async fn everything_wrong_with_a_credential_is_told_at_once_and_nothing_of_it_is_repeated() {
    let vault = vault().await;
    let wrong = async |body: Value| {
        let reply = vault.share(body).await;
        assert!(!reply.text().contains("hunter2"));
        let details = reply.with(422)["error"]["details"].clone();
        details.as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(wrong(json!({"expires_at": "2026-05-06T12:00:00Z"})).await, ["credentials", "expires_at", "type"]);
    let late = json!({"type": "t", "credentials": {"a": "hunter2"}, "expires_at": "2026-06-05T12:00:00.001Z"});
    assert_eq!(wrong(late).await, ["expires_at"]);
    for credentials in [json!({}), json!("hunter2"), json!(["hunter2"]), json!({"a": "x".repeat(65_536)})] {
        assert_eq!(wrong(json!({"type": "t", "credentials": credentials})).await, ["credentials"]);
    }
    let long = json!({"type": "t".repeat(65), "credentials": {"a": 1}});
    assert_eq!(wrong(long).await, ["type"]);
    let last = json!({"type": "t", "credentials": {"a": 1}, "expires_at": "2026-06-05T12:00:00Z"});
    vault.share(last).await.with(201);
}

#[tokio::test]
async fn who_cannot_see_the_ticket_shares_nothing_there() {
    let vault = vault().await;
    let stranger = vault.scene.instance.signed_in("stranger@example.org", Role::Customer).await;
    let tokens = vault.scene.granted(&stranger).await;
    let body = json!({"type": "t", "credentials": {"a": 1}});
    let send = async |token: &str| {
        let caller = Caller::bearer(token);
        vault.scene.instance.send(&caller, "POST", &vault.path(), Some(body.clone())).await.status.as_u16()
    };
    assert_eq!(send(access(&tokens)).await, 404);
    let tokens = vault.scene.granted(&vault.scene.customer).await;
    assert_eq!(send(access(&tokens)).await, 201);
}

#[tokio::test]
async fn a_retry_shares_once() {
    let vault = vault().await;
    let body = json!({"type": "t", "credentials": {"a": "hunter2"}});
    let again = vault.key.clone().header("idempotency-key", "one");
    let first = vault.scene.instance.send(&again, "POST", &vault.path(), Some(body.clone())).await.with(201);
    let second = vault.scene.instance.send(&again, "POST", &vault.path(), Some(body)).await.with(201);
    assert_eq!(first, second);
    vault.assign(Some(vault.agent_id)).await;
    assert_eq!(vault.get(&vault.agent, None).await.with(200)["credentials"].as_array().unwrap().len(), 1);
}
