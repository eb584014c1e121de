//! Definitions of custom fields.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

const PATH: &str = "/api/custom-fields";

async fn define(instance: &Instance, admin: &Caller, body: Value) -> Value {
    instance.send(admin, "POST", PATH, Some(body)).await.with(201)
}

fn path(made: &Value) -> String {
    format!("{PATH}/{}", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_field_is_answered_with_every_attribute_and_listed_by_position() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"entityType": "ticket", "name": "order", "fieldType": "text", "position": 2});
    let order = define(&instance, &admin, body).await;
    let expected = json!({"id": order["id"], "entityType": "ticket", "name": "order", "label": "order",
        "fieldType": "text", "options": [], "isRequired": false, "requiredOnClose": false, "customerCanView": false,
        "customerCanEdit": false, "placeholder": null, "helpText": null, "position": 2, "isActive": true,
        "createdAt": "2026-05-06T12:00:00.000Z"});
    assert_eq!(order, expected);
    let body = json!({"entityType": "company", "name": "plan", "label": "Plan", "fieldType": "dropdown",
        "options": ["a", "b"], "isRequired": true, "helpText": "Which one?", "position": 1});
    let plan = define(&instance, &admin, body).await;
    assert_eq!(instance.send(&admin, "GET", PATH, None).await.with(200), json!([plan, order]));
    let tickets = instance.send(&admin, "GET", &format!("{PATH}?entityType=ticket"), None).await.with(200);
    assert_eq!(tickets, json!([order]));
    let wrong = instance.send(&admin, "GET", &format!("{PATH}?entityType=car"), None).await.with(400);
    assert!(wrong["details"]["entityType"].is_array());
}

#[tokio::test]
async fn what_cannot_be_a_field_is_refused_by_field() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let cases = [
        (json!({}), vec!["entityType", "fieldType", "name"]),
        (json!({"entityType": "car", "name": "a", "fieldType": "text"}), vec!["entityType"]),
        (json!({"entityType": "ticket", "name": "a", "fieldType": "colour"}), vec!["fieldType"]),
        (json!({"entityType": "ticket", "name": "a", "fieldType": "dropdown"}), vec!["options"]),
        (
            json!({"entityType": "ticket", "name": "a", "fieldType": "multiselect", "options": ["x", "x"]}),
            vec!["options"],
        ),
        (json!({"entityType": "ticket", "name": "a".repeat(65), "fieldType": "text"}), vec!["name"]),
        (json!({"entityType": "ticket", "name": "a", "fieldType": "text", "isRequired": "yes"}), vec!["isRequired"]),
    ];
    for (body, fields) in cases {
        let wrong = instance.send(&admin, "POST", PATH, Some(body.clone())).await.with(400);
        let told: Vec<&String> = wrong["details"].as_object().unwrap().keys().collect();
        assert_eq!(told, fields, "{body}");
    }
}

#[tokio::test]
async fn a_name_is_there_once_for_each_kind_of_thing() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = |entity: &str, name: &str| json!({"entityType": entity, "name": name, "fieldType": "text"});
    define(&instance, &admin, body("ticket", "a")).await;
    define(&instance, &admin, body("contact", "a")).await;
    let clash = instance.send(&admin, "POST", PATH, Some(body("ticket", "a"))).await.with(409);
    assert!(clash["details"]["name"].is_array());
    let other = define(&instance, &admin, body("ticket", "b")).await;
    instance.send(&admin, "PATCH", &path(&other), Some(json!({"name": "a"}))).await.with(409);
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name_and_null_clears() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"entityType": "ticket", "name": "a", "label": "A", "fieldType": "dropdown", "options": ["x"],
        "placeholder": "p", "helpText": "h", "customerCanView": true});
    let made = define(&instance, &admin, body).await;
    let change = json!({"options": ["x", "y"], "placeholder": null, "isActive": false});
    let changed = instance.send(&admin, "PATCH", &path(&made), Some(change)).await.with(200);
    let mut expected = made.clone();
    expected["options"] = json!(["x", "y"]);
    expected["placeholder"] = Value::Null;
    expected["isActive"] = json!(false);
    assert_eq!(changed, expected);
    let moved = instance.send(&admin, "PATCH", &path(&made), Some(json!({"entityType": "company"}))).await.with(400);
    assert!(moved["details"]["entityType"].is_array());
    instance.send(&admin, "DELETE", &path(&made), None).await.with(204);
    instance.send(&admin, "DELETE", &path(&made), None).await.with(404);
    instance.send(&admin, "PATCH", &path(&made), Some(json!({}))).await.with(404);
    let log = instance.send(&admin, "GET", "/api/audit", None).await.with(200);
    let actions: Vec<&str> = log.as_array().unwrap().iter().filter_map(|row| row["action"].as_str()).collect();
    assert_eq!(actions[..3], ["custom_field_deleted", "custom_field_updated", "custom_field_created"]);
}

#[tokio::test]
async fn a_key_of_one_project_changes_no_field_that_all_projects_share() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"name": "plan", "label": "Plan", "fieldType": "text", "entityType": "ticket"});
    let made = instance.send(&admin, "POST", "/api/custom-fields", Some(body.clone())).await.with(201);
    let key = json!({"name": "k", "scopes": ["settings:read", "settings:write"], "projectId": "1"});
    let key = instance.send(&admin, "POST", "/api/api-keys", Some(key)).await.with(201);
    let key = Caller::bearer(key["key"].as_str().unwrap());
    let path = format!("/api/custom-fields/{}", made["id"].as_str().unwrap());
    instance.send(&key, "GET", "/api/custom-fields", None).await.with(200);
    instance.send(&key, "POST", "/api/custom-fields", Some(body)).await.with(403);
    instance.send(&key, "PATCH", &path, Some(json!({"label": "x"}))).await.with(403);
    instance.send(&key, "DELETE", &path, None).await.with(403);
}
