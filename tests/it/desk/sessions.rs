//! Where somebody is signed in, and ending it.

use gatehouse::base::Role;
use gatehouse::store::{self, params};
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

async fn list(instance: &Instance, caller: &Caller) -> Vec<Value> {
    let listed = instance.send(caller, "GET", "/api/auth/sessions", None).await.with(200);
    listed["sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn everybody_sees_where_they_are_signed_in_and_ends_it() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    let body = json!({"email": "a@example.org", "password": "correct horse"});
    let phone = Caller::default().header("user-agent", "Phone/1");
    let begun = instance.send(&phone, "POST", "/api/auth/login", Some(body)).await.with(200);
    let phone = Caller::bearer(begun["access_token"].as_str().unwrap());
    instance.later(1_000);
    let here = instance.sign_in("a@example.org").await;
    let sessions = list(&instance, &here).await;
    assert_eq!(sessions.iter().map(|session| &session["current"]).collect::<Vec<_>>(), [true, false]);
    let other = &sessions[1];
    assert_eq!((&other["user_agent"], &other["ip"]), (&json!("Phone/1"), &json!("127.0.0.1")));
    assert_eq!(
        (&other["created_at"], &other["expires_at"]),
        (&json!("2026-05-06T12:00:00Z"), &json!("2026-05-06T13:00:00Z"))
    );
    let path = format!("/api/auth/sessions/{}", other["id"].as_str().unwrap());
    instance.send(&here, "DELETE", &path, None).await.with(200);
    instance.send(&phone, "GET", "/api/auth/me", None).await.with(401);
    instance.send(&phone, "POST", "/api/auth/refresh", None).await.with(401);
    instance.send(&here, "DELETE", &path, None).await.with(404);
    assert_eq!(list(&instance, &here).await.len(), 1);
}

#[tokio::test]
async fn another_persons_session_is_not_there() {
    let instance = Instance::start();
    let victim = instance.signed_in("victim@example.org", Role::Customer).await;
    let session = list(&instance, &victim).await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/auth/sessions/{session}");
    for role in [Role::Customer, Role::Agent, Role::SuperAdmin] {
        let caller = instance.signed_in(&format!("{}@example.org", role.as_str()), role).await;
        let foreign = instance.send(&caller, "DELETE", &path, None).await;
        let unknown = instance.send(&caller, "DELETE", "/api/auth/sessions/nothing", None).await;
        assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &unknown.body));
    }
    instance.send(&victim, "GET", "/api/auth/me", None).await.with(200);
}

#[tokio::test]
async fn an_expired_session_is_listed_while_it_can_be_refreshed_and_kept_no_longer_than_needed() {
    let instance = Instance::start();
    let id = instance.person("a@example.org", Role::Customer);
    let body = json!({"email": "a@example.org", "password": "correct horse"});
    let begun = instance.send(&Caller::default(), "POST", "/api/auth/login", Some(body)).await.with(200);
    let first = Caller::bearer(begun["access_token"].as_str().unwrap());
    let (day, window) = (24 * 3_600_000, 14 * 24 * 3_600_000);
    let rows = || {
        store::read_once(&instance.directory, &instance.app.clock, |conn| {
            conn.one("select count(*) as n from sessions", params![], |row| row.get::<i64>("n"))
        })
        .unwrap()
        .unwrap()
    };
    instance.later(14 * day);
    instance.app.store.write(move |tx| gatehouse::access::session::purge(tx, window)).await.unwrap();
    let now = instance.sign_in("a@example.org").await;
    assert_eq!(list(&instance, &now).await.len(), 2);
    instance.later(1);
    assert_eq!(list(&instance, &now).await.len(), 1);
    instance.send(&first, "POST", "/api/auth/refresh", None).await.with(200);
    instance.later(2 * 3_600_000);
    instance.app.store.write(move |tx| gatehouse::access::session::purge(tx, window)).await.unwrap();
    assert_eq!(rows(), 2, "the first one is forgotten");
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let path = format!("/api/admin/users/{id}/sessions");
    let listed = instance.send(&admin, "GET", &path, None).await.with(200);
    assert_eq!(listed["sessions"].as_array().unwrap().len(), 2);
    assert_eq!(listed["sessions"][0]["current"], json!(false));
}

#[tokio::test]
async fn an_admin_signs_out_everybody_but_a_super_admin() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let root = instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let agent = instance.signed_in("agent@example.org", Role::Agent).await;
    let me = |caller: Caller| {
        let instance = &instance;
        async move { instance.send(&caller, "GET", "/api/auth/me", None).await }
    };
    let id = |caller: Caller| async move { me(caller).await.with(200)["user"]["id"].clone() };
    let (root_id, agent_id) = (id(root.clone()).await, id(agent.clone()).await);
    let path = |id: &Value| format!("/api/admin/users/{id}/sessions");
    instance.send(&admin, "DELETE", &path(&root_id), None).await.with(403);
    instance.send(&root, "GET", "/api/auth/me", None).await.with(200);
    instance.send(&admin, "DELETE", &path(&agent_id), None).await.with(200);
    instance.send(&agent, "GET", "/api/auth/me", None).await.with(401);
    instance.send(&admin, "DELETE", "/api/admin/users/999/sessions", None).await.with(404);
    instance.send(&admin, "GET", "/api/admin/users/x/sessions", None).await.with(404);
}
