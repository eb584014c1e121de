//! What tickets know beyond themselves: custom fields, other tickets.

use serde_json::{Value, json};

use super::shared::{Desk, path, wrong};

#[tokio::test]
async fn custom_fields_merge_and_null_clears() {
    let desk = Desk::open().await;
    desk.define(json!({"entityType": "ticket", "name": "order", "fieldType": "number"})).await;
    desk.define(json!({"entityType": "ticket", "name": "plan", "fieldType": "dropdown", "options": ["a", "b"]})).await;
    let ticket = desk.ticket(json!({"customFields": {"order": 7, "plan": "a"}})).await;
    assert_eq!(ticket["customFields"], json!({"order": 7, "plan": "a"}));
    let changed = desk.patch(&ticket, json!({"customFields": {"plan": "b"}})).await.with(200);
    assert_eq!(changed["customFields"], json!({"order": 7, "plan": "b"}));
    let changed = desk.patch(&ticket, json!({"customFields": {"order": null}})).await.with(200);
    assert_eq!(changed["customFields"], json!({"plan": "b"}));
    let body = json!({"subject": "x", "customFields": {"order": "seven", "plan": "c", "other": 1}});
    let told = wrong(desk.patch(&ticket, body).await);
    assert_eq!(told, ["customFields.order", "customFields.other", "customFields.plan"]);
    assert_eq!(desk.get(&path(&ticket)).await, changed);
    assert_eq!(wrong(desk.patch(&ticket, json!({"customFields": [1]})).await), ["customFields"]);
}

#[tokio::test]
async fn values_of_a_field_that_is_out_of_use_are_hidden_and_those_of_a_deleted_one_for_good() {
    let desk = Desk::open().await;
    let body = json!({"entityType": "ticket", "name": "order", "fieldType": "text"});
    let order = desk.define(body.clone()).await;
    let ticket = desk.ticket(json!({"customFields": {"order": "7"}})).await;
    let field = format!("/api/custom-fields/{}", order["id"].as_str().unwrap());
    let switch = async |active: bool| {
        desk.instance.send(&desk.admin, "PATCH", &field, Some(json!({"isActive": active}))).await.with(200);
        desk.get(&path(&ticket)).await["customFields"].clone()
    };
    assert_eq!(switch(false).await, json!({}));
    assert_eq!(wrong(desk.patch(&ticket, json!({"customFields": {"order": "8"}})).await), ["customFields.order"]);
    assert_eq!(switch(true).await, json!({"order": "7"}));
    let renamed = json!({"name": "orderNumber"});
    desk.instance.send(&desk.admin, "PATCH", &field, Some(renamed)).await.with(200);
    assert_eq!(desk.get(&path(&ticket)).await["customFields"], json!({"orderNumber": "7"}));
    desk.instance.send(&desk.admin, "DELETE", &field, None).await.with(204);
    desk.define(json!({"entityType": "ticket", "name": "orderNumber", "fieldType": "text"})).await;
    assert_eq!(desk.get(&path(&ticket)).await["customFields"], json!({}));
}

#[tokio::test]
async fn a_required_field_binds_those_who_can_supply_it() {
    let desk = Desk::open().await;
    let body = json!({"entityType": "ticket", "name": "order", "fieldType": "text", "isRequired": true});
    desk.define(body).await;
    assert_eq!(wrong(desk.send("POST", "/api/tickets", desk.body(json!({}))).await), ["customFields.order"]);
    let ticket = desk.ticket(json!({"customFields": {"order": "7"}})).await;
    assert_eq!(wrong(desk.patch(&ticket, json!({"customFields": {"order": null}})).await), ["customFields.order"]);
    // Other surfaces have no way to supply it.
    let body = json!({"project_id": 1, "subject": "s", "description": "d"});
    desk.instance.send(&desk.customer, "POST", "/api/tickets", Some(body)).await.with(201);
    let body = json!({"subject": "s", "message": "m"});
    desk.instance.send(&desk.customer, "POST", "/v1/tickets", Some(body)).await.with(201);
    // A ticket that has none may be changed in other ways.
    let listed = desk.get("/api/tickets").await;
    desk.patch(&listed[0], json!({"priority": "low"})).await.with(200);
}

#[tokio::test]
async fn staff_close_a_ticket_only_with_what_is_required_by_then_and_a_customer_always() {
    let desk = Desk::open().await;
    for name in ["cause", "fix"] {
        let body = json!({"entityType": "ticket", "name": name, "fieldType": "text", "requiredOnClose": true});
        desk.define(body).await;
    }
    let one = desk.ticket(json!({"customFields": {"fix": "x"}})).await;
    assert_eq!(wrong(desk.patch(&one, json!({"status": "closed"})).await), ["customFields.cause"]);
    let closed = json!({"status": "closed"});
    let refused =
        desk.instance.send(&desk.agent, "POST", "/api/tickets/1/status", Some(closed.clone())).await.with(422);
    assert!(refused["details"]["customFields.cause"].is_array());
    let told = wrong(desk.send("POST", "/api/tickets", desk.body(closed.clone())).await);
    assert_eq!(told, ["customFields.cause", "customFields.fix"]);
    desk.patch(&one, json!({"status": "resolved"})).await.with(200);
    let body = json!({"status": "closed", "customFields": {"cause": "y"}});
    assert_eq!(desk.patch(&one, body).await.with(200)["status"], "closed");
    desk.ticket(json!({})).await;
    desk.instance.send(&desk.customer, "POST", "/api/tickets/2/status", Some(closed)).await.with(200);
    desk.ticket(json!({})).await;
    desk.instance.send(&desk.customer, "PUT", "/v1/tickets/3/close", None).await.with(200);
}

#[tokio::test]
async fn what_a_customer_may_not_view_is_in_no_answer_to_them() {
    let desk = Desk::open().await;
    let body = json!({"entityType": "ticket", "name": "churn", "fieldType": "text"});
    desk.define(body).await;
    let body = json!({"entityType": "ticket", "name": "order", "fieldType": "text", "customerCanView": true});
    desk.define(body).await;
    let ticket = desk.ticket(json!({"customFields": {"churn": "likely"}})).await;
    let body = json!({"customFields": {"churn": "certain", "order": "seven"}});
    desk.patch(&ticket, body).await.with(200);
    for path in ["/api/tickets/1", "/api/tickets", "/v1/tickets/1", "/api/tickets?search=certain"] {
        let text = desk.instance.send(&desk.customer, "GET", path, None).await.text();
        assert!(!text.contains("churn") && !text.contains("certain"), "{path}: {text}");
    }
    // The trail tells each side of what it sees.
    let trail = |activities: &Value, to: &str| -> Vec<Value> {
        let changed = activities.as_array().unwrap().iter().filter(|row| row["action"] == "custom_field_changed");
        changed.map(|row| row[to].clone()).collect()
    };
    let shown = desk.instance.send(&desk.customer, "GET", "/api/tickets/1", None).await.with(200);
    assert_eq!(trail(&shown["ticket"]["activities"], "to"), ["order: seven"]);
    let all = desk.get(&format!("{}/activities", path(&ticket))).await;
    assert_eq!(trail(&all, "newValue"), ["churn: certain", "order: seven"]);
}

#[tokio::test]
async fn linked_tickets_are_linked_both_ways() {
    let desk = Desk::open().await;
    let (one, two) = (desk.ticket(json!({})).await, desk.ticket(json!({})).await);
    let three = desk.ticket(json!({"linkedTicketIds": [one["id"]]})).await;
    assert_eq!(three["linkedTicketIds"], json!([one["id"]]));
    assert_eq!(desk.get(&path(&one)).await["linkedTicketIds"], json!([three["id"]]));
    let changed = desk.patch(&one, json!({"linkedTicketIds": [two["id"]]})).await.with(200);
    assert_eq!(changed["linkedTicketIds"], json!([two["id"]]));
    assert_eq!(desk.get(&path(&three)).await["linkedTicketIds"], json!([]));
    for wrong_id in [&one["id"], &json!("x")] {
        let body = json!({"linkedTicketIds": [wrong_id]});
        assert_eq!(wrong(desk.patch(&one, body).await), ["linkedTicketIds"]);
    }
    desk.instance.send(&desk.key, "DELETE", &path(&two), None).await.with(204);
    assert_eq!(desk.get(&path(&one)).await["linkedTicketIds"], json!([]));
}

#[tokio::test]
async fn a_ticket_is_not_its_own_ancestor() {
    let desk = Desk::open().await;
    let one = desk.ticket(json!({})).await;
    let two = desk.ticket(json!({"parentTicketId": one["id"]})).await;
    let three = desk.ticket(json!({"parentTicketId": two["id"]})).await;
    assert_eq!(three["parentTicketId"], two["id"]);
    for parent in [&one, &three] {
        let body = json!({"parentTicketId": parent["id"]});
        assert_eq!(wrong(desk.patch(&one, body).await), ["parentTicketId"]);
    }
    let cleared = desk.patch(&two, json!({"parentTicketId": null})).await.with(200);
    assert_eq!(cleared["parentTicketId"], Value::Null);
    desk.patch(&three, json!({"parentTicketId": null})).await.with(200);
    desk.patch(&one, json!({"parentTicketId": three["id"]})).await.with(200);
}

#[tokio::test]
async fn a_due_date_comes_back_as_it_was_given() {
    let desk = Desk::open().await;
    let ticket = desk.ticket(json!({"dueDate": "2026-06-01"})).await;
    assert_eq!(ticket["dueDate"], "2026-06-01");
    let body = json!({"dueDate": "2026-06-01T12:00:00+02:00"});
    assert_eq!(desk.patch(&ticket, body).await.with(200)["dueDate"], "2026-06-01T10:00:00.000Z");
}
