//! SLA policies, as integrators set them up.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

const PATH: &str = "/api/sla-policies";

async fn start() -> (Instance, Caller, Caller) {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let key = instance.api_key(&admin, &["settings:read", "settings:write"]).await;
    (instance, admin, key)
}

fn path(policy: &Value) -> String {
    format!("{PATH}/{}", policy["id"].as_str().unwrap())
}

/// The UUID of the project with this number.
async fn project(instance: &Instance, number: i64) -> String {
    let read = move |conn: &gatehouse::store::Conn<'_>| {
        let values = gatehouse::store::params! {":id": number};
        conn.one("select uuid from projects where id = :id", values, |row| row.get::<String>("uuid"))
    };
    instance.app.store.read(read).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_key_sets_up_policies_which_the_desk_shows_in_its_words() {
    let (instance, admin, key) = start().await;
    let uuid = project(&instance, 1).await;
    let hours = json!({"time_zone": "Africa/Lagos", "week": {"mon": [["09:00", "17:00"]]}, "holidays": []});
    let body = json!({"name": "Gold", "projectId": uuid, "priority": "urgent", "firstResponseMinutes": 10,
        "resolutionMinutes": 90, "businessHours": hours});
    let made = instance.send(&key, "POST", PATH, Some(body.clone())).await.with(201);
    assert_eq!(
        made,
        json!({"id": made["id"], "name": "Gold", "projectId": uuid, "priority": "urgent", "firstResponseMinutes": 10,
            "resolutionMinutes": 90, "businessHours": hours, "isActive": true})
    );
    let desk = instance.send(&admin, "GET", "/api/admin/sla?project_id=1", None).await.with(200)["sla_policies"].take();
    assert_eq!(
        (&desk[0]["priority"], &desk[0]["name"], &desk[0]["business_hours"]),
        (&json!("critical"), &json!("Gold"), &hours)
    );
    let refused = instance.send(&key, "POST", PATH, Some(body)).await.with(409);
    assert!(refused["details"]["priority"][0].is_string());
    let listed = instance.send(&key, "GET", PATH, None).await.with(200);
    assert_eq!((listed.as_array().unwrap().len(), &listed[4]), (5, &made));
    assert_eq!((&listed[0]["priority"], &listed[0]["projectId"]), (&json!("urgent"), &Value::Null));
}

#[tokio::test]
async fn a_change_is_partial_and_null_clears() {
    let (instance, _, key) = start().await;
    let first = instance.send(&key, "GET", PATH, None).await.with(200)[0].take();
    let hours = json!({"time_zone": "UTC", "week": {"tue": [["22:00", "06:00"]]}, "holidays": []});
    let body = json!({"resolutionMinutes": 99, "businessHours": hours, "isActive": false});
    let changed = instance.send(&key, "PATCH", &path(&first), Some(body)).await.with(200);
    let mut expected = first.clone();
    for (field, value) in [("resolutionMinutes", json!(99)), ("businessHours", hours), ("isActive", json!(false))] {
        expected[field] = value;
    }
    assert_eq!(changed, expected);
    let body = json!({"businessHours": null, "priority": "critical"});
    let cleared = instance.send(&key, "PATCH", &path(&first), Some(body)).await.with(200);
    assert_eq!((&cleared["businessHours"], &cleared["priority"]), (&Value::Null, &json!("urgent")));
    instance.send(&key, "PATCH", &path(&first), Some(json!({"priority": "low"}))).await.with(409);
    instance.send(&key, "DELETE", &path(&first), None).await.with(204);
    instance.send(&key, "DELETE", &path(&first), None).await.with(404);
    instance.send(&key, "PATCH", &path(&first), Some(json!({}))).await.with(404);
}

#[tokio::test]
async fn what_a_policy_cannot_be_is_told_in_this_surfaces_words() {
    let (instance, _, key) = start().await;
    let refused = instance.send(&key, "POST", PATH, Some(json!({}))).await.with(400);
    let fields: Vec<&String> = refused["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["firstResponseMinutes", "priority", "resolutionMinutes"]);
    for (field, value) in [
        ("projectId", json!("00000000-0000-7000-8000-00000000ffff")),
        ("projectId", json!("x")),
        ("projectId", json!(1)),
        ("priority", json!("huge")),
        ("firstResponseMinutes", json!(0)),
        ("resolutionMinutes", json!("x")),
        ("businessHours", json!([])),
        ("businessHours.week", json!({"time_zone": "UTC", "week": {}})),
    ] {
        let mut body = json!({"priority": "low", "firstResponseMinutes": 1, "resolutionMinutes": 1});
        body[field.split('.').next().unwrap()] = value.clone();
        let refused = instance.send(&key, "POST", PATH, Some(body)).await.with(400);
        assert!(refused["details"][field][0].is_string(), "{field} {value}: {refused}");
    }
    for id in ["1", "x", "00000000-0000-7000-8000-000000000000"] {
        instance.send(&key, "DELETE", &format!("{PATH}/{id}"), None).await.with(404);
    }
}

#[tokio::test]
async fn a_key_that_is_narrowed_to_a_project_sets_up_that_one_alone() {
    let (instance, admin, key) = start().await;
    instance.send(&admin, "POST", "/api/admin/projects", Some(json!({"name": "Homes"}))).await.with(201);
    let homes = project(&instance, 2).await;
    let body = json!({"name": "n", "scopes": ["settings:read", "settings:write"], "projectId": "1"});
    let made = instance.send(&admin, "POST", "/api/api-keys", Some(body)).await.with(201);
    let narrow = Caller::bearer(made["key"].as_str().unwrap());
    let body = |project: Option<Value>| {
        let mut body = json!({"priority": "low", "firstResponseMinutes": 1, "resolutionMinutes": 1});
        project.into_iter().for_each(|project| body["projectId"] = project);
        Some(body)
    };
    let other = instance.send(&key, "POST", PATH, body(Some(json!(homes)))).await.with(201);
    instance.send(&narrow, "POST", PATH, body(Some(json!(homes)))).await.with(400);
    instance.send(&narrow, "POST", PATH, body(Some(Value::Null))).await.with(403);
    let own = instance.send(&narrow, "POST", PATH, body(None)).await.with(201);
    assert_eq!(own["projectId"], json!(project(&instance, 1).await));
    let listed = instance.send(&narrow, "GET", PATH, None).await.with(200);
    assert_eq!(listed.as_array().unwrap().len(), 5);
    for (method, body) in [("PATCH", Some(json!({"name": "x"}))), ("DELETE", None)] {
        instance.send(&narrow, method, &path(&other), body.clone()).await.with(404);
        instance.send(&narrow, method, &path(&listed[0]), body).await.with(403);
    }
    instance.send(&narrow, "PATCH", &path(&own), Some(json!({"projectId": null}))).await.with(403);
    instance.send(&narrow, "DELETE", &path(&own), None).await.with(204);
}

#[tokio::test]
async fn admins_use_it_with_a_session_and_nobody_else() {
    let (instance, admin, _) = start().await;
    let listed = instance.send(&admin, "GET", &format!("{PATH}?limit=3"), None).await;
    assert!(listed.headers["link"].to_str().unwrap().starts_with("</api/sla-policies?limit=3&cursor=3>"));
    listed.with(200);
    let agent = instance.signed_in("agent@example.org", Role::Agent).await;
    instance.send(&agent, "GET", &format!("{PATH}?limit=x"), None).await.with(403);
    instance.send(&admin, "GET", &format!("{PATH}?limit=x"), None).await.with(400);
}
