//! What a rule must be to be saved.

use serde_json::{Value, json};

use super::{Desk, rule};

#[tokio::test]
async fn a_rule_is_shown_as_the_document_says() {
    let desk = Desk::start().await;
    let body = json!({"name": "Technical tickets are urgent", "description": "Since 2025", "ruleType": "ticket_creation",
        "conditionMatch": "any", "conditions": [{"field": "category", "operator": "is", "value": "Technical"}],
        "actions": [{"type": "set_priority", "value": "urgent"}]});
    let made = desk.rule(body).await;
    assert_eq!(made["id"].as_str().unwrap().len(), 36);
    let mut shown = made.clone();
    shown["id"] = json!("…");
    assert_eq!(
        shown,
        json!({"id": "…", "name": "Technical tickets are urgent", "description": "Since 2025",
            "ruleType": "ticket_creation", "trigger": "ticket.created", "conditionMatch": "any",
            "conditions": [{"field": "category", "operator": "is", "value": "technical"}],
            "actions": [{"type": "set_priority", "value": "urgent"}], "isActive": true, "executionCount": 0,
            "lastExecutedAt": null, "lastError": null, "lastErrorAt": null, "switchedOffAt": null,
            "createdAt": "2026-05-06T12:00:00.000Z", "updatedAt": "2026-05-06T12:00:00.000Z"})
    );
    let listed = desk.instance.send(&desk.admin, "GET", "/api/automation-rules", None).await.with(200);
    assert_eq!(listed, json!([made]));
}

#[tokio::test]
async fn everything_wrong_with_a_rule_is_told_at_once() {
    let desk = Desk::start().await;
    let body = json!({"ruleType": "sometimes", "conditionMatch": "most", "conditions": [
        {"field": "mood", "operator": "is", "value": "bad"}, {"field": "status", "operator": "like", "value": "open"}, 7],
        "actions": [{"type": "explode"}, {"type": "set_status", "value": "asleep"}]});
    let wrong = desk.send(&desk.admin, "POST", "/api/automation-rules", body).await.with(400);
    let fields: Vec<&String> = wrong["details"].as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "actions.0.type",
            "actions.1.value",
            "conditionMatch",
            "conditions.0.field",
            "conditions.1.operator",
            "conditions.2",
            "name",
            "ruleType"
        ]
    );
}

#[tokio::test]
async fn a_value_that_cannot_be_is_refused() {
    let desk = Desk::start().await;
    for (field, operator, value) in [
        ("status", "is", json!("asleep")),
        ("status", "greater_than", json!("open")),
        ("priority", "is", json!("purple")),
        ("priority", "contains", json!("high")),
        ("source", "is", json!("fax")),
        ("subject", "is", json!("")),
        ("subject", "contains", json!(7)),
        ("subject", "greater_than", json!("a")),
        ("category", "is", json!("!?")),
        ("tags", "is", json!([7])),
        ("tags", "contains", json!(null)),
        ("assigneeId", "is", json!("nobody")),
        ("assigneeId", "is", json!("00000000-0000-7000-8000-00000000ffff")),
        ("groupId", "is", json!(99)),
        ("projectId", "is", json!(null)),
        ("hoursSinceCreated", "greater_than", json!("soon")),
        ("hoursSinceCreated", "greater_than", json!(-1)),
        ("hoursSinceUpdated", "is", json!(1.5)),
        ("hoursUntilDue", "contains", json!(1)),
        ("hoursUntilDue", "less_than", json!(1e12)),
        ("customFields.unheard", "is", json!("x")),
        ("customFields.", "is", json!("x")),
    ] {
        let condition = json!({"field": field, "operator": operator, "value": value});
        let body = json!({"name": "r", "ruleType": "ticket_update", "conditions": [condition],
            "actions": [{"type": "set_status", "value": "open"}]});
        let wrong = desk.send(&desk.admin, "POST", "/api/automation-rules", body).await.with(400);
        let fields: Vec<&String> = wrong["details"].as_object().unwrap().keys().collect();
        assert!(fields.iter().all(|field| field.starts_with("conditions.0.")), "{condition}: {fields:?}");
    }
    for action in [
        json!({"type": "set_status"}),
        json!({"type": "set_priority", "value": 3}),
        json!({"type": "set_category", "value": "!?"}),
        json!({"type": "assign_to", "value": "00000000-0000-7000-8000-00000000ffff"}),
        json!({"type": "assign_to", "value": true}),
        json!({"type": "add_tag", "value": " "}),
        json!({"type": "add_tag", "value": "x".repeat(65)}),
    ] {
        let body = json!({"name": "r", "ruleType": "ticket_update", "actions": [action]});
        let wrong = desk.send(&desk.admin, "POST", "/api/automation-rules", body).await.with(400);
        assert!(wrong["details"]["actions.0.value"].is_array(), "{action}: {wrong}");
    }
}

#[tokio::test]
async fn a_rule_needs_an_action_a_time_rule_hours_and_a_trigger_that_suits_its_type() {
    let desk = Desk::start().await;
    let refused = async |body: Value, field: &str| {
        let wrong = desk.send(&desk.admin, "POST", "/api/automation-rules", body).await.with(400);
        assert!(wrong["details"][field].is_array(), "{wrong}");
    };
    refused(json!({"name": "r", "ruleType": "ticket_update"}), "actions").await;
    refused(rule("r", "time_trigger", ["status", "is", "open"], ["add_tag", "x"]), "conditions").await;
    let mut other = rule("r", "ticket_creation", ["status", "is", "open"], ["add_tag", "x"]);
    other["trigger"] = json!("ticket.replied");
    refused(other, "trigger").await;
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    let desk = Desk::start().await;
    let made = desk.rule(rule("r", "ticket_creation", ["status", "is", "open"], ["add_tag", "x"])).await;
    desk.ticket("Hello").await;
    let path = format!("/api/automation-rules/{}", made["id"].as_str().unwrap());
    let after = desk.send(&desk.admin, "PATCH", &path, json!({"name": "other", "isActive": false})).await.with(200);
    let expected = json!({"name": "other", "isActive": false, "executionCount": 1,
        "lastExecutedAt": "2026-05-06T12:00:00.000Z"});
    let mut wanted = made.clone();
    for (field, value) in expected.as_object().unwrap() {
        wanted[field] = value.clone();
    }
    assert_eq!(after, wanted);
    let after = desk.send(&desk.admin, "PATCH", &path, json!({"ruleType": "ticket_update"})).await.with(200);
    assert_eq!(after["trigger"], json!("ticket.updated"), "its trigger follows");
    desk.send(&desk.admin, "PATCH", &path, json!({"actions": []})).await.with(400);
    desk.send(&desk.admin, "PATCH", &path, json!({"ruleType": "time_trigger"})).await.with(400);
}

#[tokio::test]
async fn a_rule_outlives_what_it_names() {
    let desk = Desk::start().await;
    let agent = desk.agent_id;
    let made = desk
        .rule(json!({"name": "r", "ruleType": "ticket_creation",
            "conditions": [{"field": "assigneeId", "operator": "is_not", "value": agent}],
            "actions": [{"type": "assign_to", "value": agent}, {"type": "add_tag", "value": "x"}]}))
        .await;
    let path = format!("/api/admin/users/{agent}");
    desk.instance.send(&desk.admin, "DELETE", &path, None).await.with(200);
    let path = format!("/api/automation-rules/{}", made["id"].as_str().unwrap());
    let renamed = desk.send(&desk.admin, "PATCH", &path, json!({"name": "still"})).await.with(200);
    assert_eq!(renamed["actions"], made["actions"]);
    assert_eq!(super::tags(&desk.ticket("Hello").await), ["x"]);
}

#[tokio::test]
async fn a_key_of_one_project_does_not_reach_rules() {
    let desk = Desk::start().await;
    let body = json!({"name": "narrow", "scopes": ["settings:read", "settings:write"], "projectId": "1"});
    let made = desk.send(&desk.admin, "POST", "/api/api-keys", body).await.with(201);
    let key = crate::app::Caller::bearer(made["key"].as_str().unwrap());
    desk.instance.send(&key, "GET", "/api/automation-rules", None).await.with(403);
    let body = rule("r", "ticket_creation", ["status", "is", "open"], ["add_tag", "x"]);
    desk.send(&key, "POST", "/api/automation-rules", body).await.with(403);
}
