//! Custom fields beside a ticket: what customers see of them, and what they fill in.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

/// An instance with three fields, an admin, and a customer's ticket on which staff have filled in all of them.
async fn desk() -> (Instance, Caller, Caller, String) {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let customer = instance.signed_in("customer@example.org", Role::Customer).await;
    let fields = [
        json!({"name": "router", "label": "Router", "fieldType": "dropdown", "options": ["A", "B"], "position": 1,
            "customerCanView": true, "customerCanEdit": true, "helpText": "Below the device."}),
        json!({"name": "contract", "label": "Contract", "fieldType": "text", "position": 2, "customerCanView": true}),
        json!({"name": "secret", "label": "Our own", "fieldType": "text", "position": 3}),
    ];
    for mut field in fields {
        field["entityType"] = json!("ticket");
        instance.send(&admin, "POST", "/api/custom-fields", Some(field)).await.with(201);
    }
    let body = json!({"project_id": 1, "subject": "Help", "description": "It stopped."});
    let made = instance.send(&customer, "POST", "/api/tickets", Some(body)).await.with(201);
    let path = format!("/api/tickets/{}", made["ticket"]["id"]);
    let body = json!({"custom_fields": {"router": "A", "contract": "Gold", "secret": "Difficult."}});
    instance.send(&admin, "PUT", &path, Some(body)).await.with(200);
    (instance, admin, customer, path)
}

fn values(ticket: &Value) -> Value {
    let fields = ticket["ticket"]["custom_fields"].as_array().unwrap();
    fields.iter().map(|field| (field["name"].as_str().unwrap().to_owned(), field["value"].clone())).collect()
}

#[tokio::test]
async fn a_customer_sees_the_fields_that_are_shown_to_them_and_learns_of_no_other() {
    let (instance, admin, customer, path) = desk().await;
    let seen = instance.send(&customer, "GET", &path, None).await.with(200);
    let router = json!({"name": "router", "label": "Router", "field_type": "dropdown", "options": ["A", "B"],
        "is_required": false, "can_edit": true, "placeholder": null, "help_text": "Below the device.", "value": "A"});
    assert_eq!(seen["ticket"]["custom_fields"][0], router);
    assert_eq!(values(&seen), json!({"router": "A", "contract": "Gold"}));
    assert!(!seen.to_string().contains("Our own") && !seen.to_string().contains("Difficult"));
    let whole = instance.send(&admin, "GET", &path, None).await.with(200);
    assert_eq!(values(&whole), json!({"router": "A", "contract": "Gold", "secret": "Difficult."}));
}

#[tokio::test]
async fn a_customer_fills_in_what_is_theirs_and_changes_nothing_else() {
    let (instance, admin, customer, path) = desk().await;
    let put = async |body: Value| instance.send(&customer, "PUT", &path, Some(body)).await;
    let changed = put(json!({"custom_fields": {"router": "B"}})).await.with(200);
    assert_eq!(values(&changed), json!({"router": "B", "contract": "Gold"}));
    let activity = &changed["ticket"]["activities"];
    assert!(activity.to_string().contains("router: B"), "{activity}");
    for (name, value) in [("contract", "Free"), ("secret", "x"), ("nobody", "x"), ("router", "C")] {
        let wrong = put(json!({"custom_fields": {name: value}})).await.with(422);
        assert_eq!(wrong["details"].as_object().unwrap().keys().next().unwrap(), &format!("custom_fields.{name}"));
    }
    for body in [json!({}), json!({"priority": "high"}), json!({"custom_fields": {"router": "A"}, "subject": "x"})] {
        put(body).await.with(403);
    }
    let whole = instance.send(&admin, "GET", &path, None).await.with(200);
    assert_eq!(values(&whole), json!({"router": "B", "contract": "Gold", "secret": "Difficult."}));
    let stranger = instance.signed_in("other@example.org", Role::Customer).await;
    instance.send(&stranger, "PUT", &path, Some(json!({"custom_fields": {"router": "A"}}))).await.with(404);
}

#[tokio::test]
async fn nobody_but_staff_fills_in_the_fields_of_a_closed_ticket() {
    let (instance, admin, customer, path) = desk().await;
    let closed = json!({"status": "closed"});
    instance.send(&customer, "POST", &format!("{path}/status"), Some(closed)).await.with(200);
    let body = json!({"custom_fields": {"router": "B"}});
    instance.send(&customer, "PUT", &path, Some(body.clone())).await.with(409);
    instance.send(&admin, "PUT", &path, Some(body)).await.with(200);
}
