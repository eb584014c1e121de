//! Rules that would answer each other for ever.

use serde_json::{Value, json};

use super::{Desk, rule};

async fn refused(desk: &Desk, body: Value) -> String {
    let wrong = desk.send(&desk.admin, "POST", "/api/automation-rules", body).await.with(400);
    wrong["details"]["actions"][0].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn two_rules_that_undo_each_other_are_named() {
    let desk = Desk::start().await;
    desk.rule(rule("Park", "ticket_update", ["status", "is", "open"], ["set_status", "pending"])).await;
    let wake = rule("Wake", "ticket_update", ["status", "is", "pending"], ["set_status", "open"]);
    let told = refused(&desk, wake.clone()).await;
    assert!(told.contains("“Wake” → “Park” → “Wake”"), "{told}");
    let mut off = wake;
    off["isActive"] = json!(false);
    let off = desk.rule(off).await;
    let path = format!("/api/automation-rules/{}", off["id"].as_str().unwrap());
    desk.send(&desk.admin, "PATCH", &path, json!({"isActive": true})).await.with(400);
}

#[tokio::test]
async fn a_circle_of_three_is_named_and_what_is_beside_it_is_not() {
    let desk = Desk::start().await;
    desk.rule(rule("A", "ticket_update", ["priority", "is", "low"], ["set_priority", "medium"])).await;
    desk.rule(rule("Beside", "ticket_update", ["priority", "is", "high"], ["add_tag", "hot"])).await;
    desk.rule(rule("B", "ticket_update", ["priority", "is", "medium"], ["set_priority", "high"])).await;
    let told = refused(&desk, rule("C", "ticket_update", ["priority", "is", "high"], ["set_priority", "low"])).await;
    assert!(told.contains("“C” → “A” → “B” → “C”") && !told.contains("Beside"), "{told}");
}

#[tokio::test]
async fn rules_that_come_to_rest_are_no_circle() {
    let desk = Desk::start().await;
    for body in [
        rule("Tag x", "ticket_update", ["tags", "contains", "y"], ["add_tag", "x"]),
        rule("Tag y", "ticket_update", ["tags", "contains", "x"], ["add_tag", "y"]),
        rule("Raise", "ticket_update", ["status", "is", "open"], ["set_priority", "high"]),
        rule("Park", "ticket_update", ["priority", "is", "high"], ["set_status", "pending"]),
        rule("Lift", "ticket_update", ["priority", "is", "low"], ["set_priority", "medium"]),
    ] {
        desk.rule(body).await;
    }
    // Each happens once.
    desk.rule(rule("New", "ticket_creation", ["status", "is", "pending"], ["set_status", "open"])).await;
    let two = |name: &str, project: &str, from: &str, to: &str| {
        json!({"name": name, "ruleType": "ticket_update", "conditions": [
            {"field": "subject", "operator": "is", "value": project}, {"field": "status", "operator": "is", "value": from}],
            "actions": [{"type": "set_status", "value": to}]})
    };
    desk.rule(two("one", "a", "resolved", "closed")).await;
    desk.rule(two("other", "b", "closed", "resolved")).await;
    let told = refused(&desk, two("third", "a", "closed", "resolved")).await;
    assert!(told.contains("“third” → “one” → “third”"), "{told}");
}

#[tokio::test]
async fn rules_that_give_a_ticket_to_and_fro_are_named() {
    let desk = Desk::start().await;
    let bob = desk.instance.person("bob@example.org", gatehouse::base::Role::Agent);
    let give = |name: &str, from: i64, to: i64| {
        json!({"name": name, "ruleType": "ticket_update",
            "conditions": [{"field": "assigneeId", "operator": "is", "value": from}],
            "actions": [{"type": "assign_to", "value": to}]})
    };
    desk.rule(give("to Bob", desk.agent_id, bob)).await;
    let told = refused(&desk, give("to Alice", bob, desk.agent_id)).await;
    assert!(told.contains("“to Alice” → “to Bob” → “to Alice”"), "{told}");
}
