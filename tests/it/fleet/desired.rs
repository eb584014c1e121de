//! The desired state, whole and as what changed, through the API.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatehouse::base::Role;
use gatehouse::wire::picture::{Outline, statement};
use gatehouse::wire::{Desired, Difference};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

struct Scene {
    instance: Arc<Instance>,
    admin: Caller,
    agent: Caller,
}

impl Scene {
    async fn new() -> Self {
        let instance = Arc::new(Instance::start());
        let admin = instance.signed_in("a@example.org", Role::Admin).await;
        let agent = instance.agent(&admin, "la").await;
        for name in ["one", "two", "three"] {
            instance.peer(&admin, "la", json!({"name": name, "presharedKey": true})).await;
        }
        Self { instance, admin, agent }
    }

    async fn get(&self, query: &str) -> Value {
        self.instance.send(&self.agent, "GET", &format!("/api/agent/desired{query}"), None).await.with(200)
    }

    async fn whole(&self) -> Desired {
        serde_json::from_value(self.get("").await).unwrap()
    }

    async fn rename(&self, peer: &str, body: Value) {
        self.instance.send(&self.admin, "PUT", &format!("/api/wg-clients/la/{peer}"), Some(body)).await.with(200);
    }

    /// A poll of an agent that has this, as it goes on while something else happens.
    fn poll(&self, has: &Desired) -> tokio::task::JoinHandle<Value> {
        let path = format!("/api/agent/desired?revision={}&hash={}", has.revision, Outline::of(has).hash);
        let (instance, agent) = (self.instance.clone(), self.agent.clone());
        tokio::spawn(async move { instance.send(&agent, "GET", &path, None).await.with(200) })
    }
}

/// What an agent makes of a difference.
fn after(mut desired: Desired, difference: Difference) -> Desired {
    desired.peers.retain(|peer| {
        !difference.removed.contains(&peer.id) && difference.changed.iter().all(|changed| changed.id != peer.id)
    });
    desired.peers.extend(difference.changed);
    Desired { revision: difference.revision, interface: difference.interface, proof: Some(difference.proof), ..desired }
}

#[tokio::test]
async fn an_agent_that_says_what_it_has_hears_what_changed() {
    let scene = Scene::new().await;
    let mut has = scene.whole().await;
    for step in 0..4 {
        let poll = scene.poll(&has);
        // The poll reads first; a change before that would be answered the same way, but whole.
        while scene.instance.app.told.find(1, &Outline::of(&has).hash).is_none() {
            tokio::task::yield_now().await;
        }
        let id = has.peers[0].id.clone();
        match step {
            0 => drop(scene.instance.peer(&scene.admin, "la", json!({"name": "four"})).await),
            1 => scene.rename(&id, json!({"presharedKey": true})).await,
            2 => {
                let path = format!("/api/wg-clients/la/{id}");
                scene.instance.send(&scene.admin, "DELETE", &path, None).await.with(204);
            }
            _ => scene.rename(&id, json!({"name": "another"})).await,
        }
        let answer = poll.await.unwrap();
        let difference: Difference = serde_json::from_value(answer.clone()).unwrap_or_else(|_| panic!("{answer}"));
        let named = (difference.changed.len(), difference.removed.len());
        assert_eq!(named, [(1, 0), (1, 0), (0, 1), (0, 0)][step], "{answer}");
        has = after(has, difference);
        let whole = scene.whole().await;
        assert_eq!(Outline::of(&has), Outline::of(&whole));
        assert_eq!(has.proof, whole.proof);
    }
}

#[tokio::test]
async fn whoever_has_something_else_or_does_not_say_hears_everything() {
    let scene = Scene::new().await;
    let whole = scene.whole().await;
    let revision = whole.revision;
    for query in [
        String::new(),
        format!("?revision={}", revision - 1),
        format!("?revision={}&hash=00", revision - 1),
        // Of this revision, but not what it holds: a control plane that was restored comes to the same number again.
        format!("?revision={revision}&hash=00"),
    ] {
        let answer = scene.get(&query).await;
        assert_eq!(answer["peers"].as_array().map(Vec::len), Some(3), "{query}: {answer}");
        assert_eq!(answer["proof"]["hash"], json!(Outline::of(&whole).hash));
    }
}

#[tokio::test]
async fn an_expired_peer_is_among_those_that_are_gone() {
    let scene = Scene::new().await;
    scene.instance.peer(&scene.admin, "la", json!({"name": "guest", "expiresAt": "2026-05-06T13:00:00Z"})).await;
    let has = scene.whole().await;
    let poll = scene.poll(&has);
    while scene.instance.app.told.find(1, &Outline::of(&has).hash).is_none() {
        tokio::task::yield_now().await;
    }
    scene.instance.later(3_600_000);
    scene.rename(&has.peers[0].id, json!({"name": "another"})).await;
    let answer = poll.await.unwrap();
    assert_eq!(answer["removed"], json!([has.peers[3].id]), "{answer}");
}

#[tokio::test]
async fn a_state_is_signed_for_one_server_and_one_revision() {
    let scene = Scene::new().await;
    let desired = scene.whole().await;
    let proof = desired.proof.clone().unwrap();
    assert_eq!((proof.server_id.as_str(), &proof.hash), ("la", &Outline::of(&desired).hash));
    let (key, signature) = (STANDARD.decode(&proof.key).unwrap(), STANDARD.decode(&proof.signature).unwrap());
    let key = UnparsedPublicKey::new(&ED25519, key);
    let holds = |server: &str, revision| key.verify(&statement(server, revision, &proof.hash), &signature).is_ok();
    assert!(holds("la", desired.revision));
    assert!(!holds("la", desired.revision - 1) && !holds("ny", desired.revision));
    // What was used so far rises without a new revision, and is no part of it.
    let mut used = desired.clone();
    used.peers[0].used_bytes += 1;
    assert_eq!(Outline::of(&used).hash, proof.hash);
}
