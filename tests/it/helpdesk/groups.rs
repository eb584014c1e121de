//! Groups of agents, and who is in them.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

async fn make(instance: &Instance, caller: &Caller, name: &str) -> Value {
    instance.send(caller, "POST", "/api/agent-groups", Some(json!({"name": name}))).await.with(201)
}

fn path(group: &Value) -> String {
    format!("/api/agent-groups/{}", group["id"].as_str().unwrap())
}

/// The id of a user, by address.
async fn user(instance: &Instance, admin: &Caller, email: &str) -> Value {
    let listed = instance.send(admin, "GET", "/api/users", None).await.with(200);
    listed.as_array().unwrap().iter().find(|user| user["email"] == json!(email)).unwrap()["id"].clone()
}

#[tokio::test]
async fn a_group_is_made_changed_and_deleted_by_admins_and_seen_by_all_staff() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let agent = instance.signed_in("agent@example.org", Role::Agent).await;
    let key = instance.api_key(&admin, &["users:read", "users:write"]).await;
    let made = instance
        .send(&key, "POST", "/api/agent-groups", Some(json!({"name": "Billing", "description": "Money"})))
        .await
        .with(201);
    assert_eq!(
        made,
        json!({"id": made["id"], "name": "Billing", "description": "Money", "createdAt": "2026-05-06T12:00:00.000Z",
            "updatedAt": "2026-05-06T12:00:00.000Z"})
    );
    for caller in [&key, &agent] {
        assert_eq!(instance.send(caller, "GET", "/api/agent-groups", None).await.with(200), json!([made]));
        assert_eq!(instance.send(caller, "GET", &path(&made), None).await.with(200), made);
    }
    instance.send(&agent, "PATCH", &path(&made), Some(json!({"name": "X"}))).await.with(403);
    let taken = instance.send(&key, "POST", "/api/agent-groups", Some(json!({"name": "BILLING"}))).await.with(409);
    assert!(taken["details"]["name"][0].is_string());
    let changed = instance.send(&key, "PATCH", &path(&made), Some(json!({"description": null}))).await.with(200);
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Billing"), &Value::Null));
    instance.send(&key, "PATCH", &path(&made), Some(json!({"name": ""}))).await.with(400);
    instance.send(&key, "DELETE", &path(&made), None).await.with(204);
    instance.send(&key, "GET", &path(&made), None).await.with(404);
    instance.send(&key, "DELETE", &path(&made), None).await.with(404);
}

#[tokio::test]
async fn active_staff_are_members_by_their_user_id() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let agent = instance.signed_in("agent@example.org", Role::Agent).await;
    instance.person("customer@example.org", Role::Customer);
    let group = make(&instance, &admin, "Billing").await;
    let members = format!("{}/members", path(&group));
    let id = user(&instance, &admin, "agent@example.org").await;
    let added = instance.send(&admin, "POST", &members, Some(json!({"userId": id}))).await.with(201);
    assert_eq!((&added["id"], &added["email"]), (&id, &json!("agent@example.org")));
    instance.send(&admin, "POST", &members, Some(json!({"userId": id}))).await.with(200);
    assert_eq!(instance.send(&agent, "GET", &members, None).await.with(200), json!([added]));
    let customer = user(&instance, &admin, "customer@example.org").await;
    for wrong in [customer, json!("x"), json!("00000000-0000-7000-8000-000000000000"), Value::Null] {
        let refused = instance.send(&admin, "POST", &members, Some(json!({"userId": wrong}))).await.with(400);
        assert!(refused["details"]["userId"][0].is_string(), "{refused}");
    }
    instance.send(&agent, "POST", &members, Some(json!({"userId": id}))).await.with(403);
    let member = format!("{members}/{}", id.as_str().unwrap());
    instance.send(&admin, "DELETE", &member, None).await.with(204);
    instance.send(&admin, "DELETE", &member, None).await.with(404);
    assert_eq!(instance.send(&agent, "GET", &members, None).await.with(200), json!([]));
}

#[tokio::test]
async fn a_key_of_one_project_sees_groups_with_its_own_agents_and_changes_none() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let agent = instance.person("in@example.org", Role::Agent);
    instance.person("out@example.org", Role::Agent);
    instance.assign_to_project(agent, 1);
    let group = make(&instance, &admin, "Billing").await;
    let members = format!("{}/members", path(&group));
    for email in ["in@example.org", "out@example.org"] {
        let id = user(&instance, &admin, email).await;
        instance.send(&admin, "POST", &members, Some(json!({"userId": id}))).await.with(201);
    }
    let made = json!({"name": "narrow", "projectId": "1", "scopes": ["users:read", "users:write"]});
    let made = instance.send(&admin, "POST", "/api/api-keys", Some(made)).await.with(201);
    let key = Caller::bearer(made["key"].as_str().unwrap());
    let listed = instance.send(&key, "GET", &members, None).await.with(200);
    let emails: Vec<&Value> = listed.as_array().unwrap().iter().map(|user| &user["email"]).collect();
    assert_eq!(emails, ["in@example.org"]);
    instance.send(&key, "POST", "/api/agent-groups", Some(json!({"name": "Mine"}))).await.with(403);
    instance.send(&key, "PATCH", &path(&group), Some(json!({"name": "Mine"}))).await.with(403);
    instance.send(&key, "DELETE", &path(&group), None).await.with(403);
}

#[tokio::test]
async fn who_is_no_longer_staff_or_deleted_is_no_member() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let (demoted, deleted) =
        (instance.person("a@example.org", Role::Agent), instance.person("b@example.org", Role::Agent));
    let group = make(&instance, &admin, "Billing").await;
    let members = format!("{}/members", path(&group));
    for email in ["a@example.org", "b@example.org"] {
        let id = user(&instance, &admin, email).await;
        instance.send(&admin, "POST", &members, Some(json!({"userId": id}))).await.with(201);
    }
    let body = json!({"role": "customer"});
    instance.send(&admin, "PUT", &format!("/api/admin/users/{demoted}"), Some(body)).await.with(200);
    instance.send(&admin, "DELETE", &format!("/api/admin/users/{deleted}"), None).await.with(200);
    assert_eq!(instance.send(&admin, "GET", &members, None).await.with(200), json!([]));
}
