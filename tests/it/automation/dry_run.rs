//! What a rule would have changed, without changing anything.

use serde_json::{Value, json};

use super::{Desk, path, rule};

async fn rehearse(desk: &Desk, query: &str, body: Value) -> Value {
    desk.send(&desk.admin, "POST", &format!("/api/automation-rules/dry-run{query}"), body).await.with(200)
}

/// When and what, without ids.
fn told(run: &Value) -> Vec<Value> {
    let executions = run["executions"].as_array().unwrap();
    executions.iter().map(|one| json!([one["ticketNumber"], one["at"], one["changes"]])).collect()
}

#[tokio::test]
async fn a_creation_rule_is_judged_by_what_tickets_were_when_they_were_filed() {
    let desk = Desk::start().await;
    let ticket = desk.ticket("Cannot upload").await;
    desk.ticket("Something else").await;
    desk.hours_later(1.0).await;
    desk.change(&ticket, json!({"priority": "low", "subject": "Solved"})).await;
    let asked = rule("r", "ticket_creation", ["subject", "contains", "upload"], ["set_priority", "urgent"]);
    let run = rehearse(&desk, "", asked).await;
    assert_eq!(
        (&run["ticketsExamined"], &run["ticketsChanged"], &run["executionCount"], &run["isComplete"]),
        (&json!(2), &json!(1), &json!(1), &json!(true))
    );
    let change = json!([{"field": "priority", "from": "medium", "to": "urgent"}]);
    assert_eq!(told(&run), [json!([ticket["id"], "2026-05-06T12:00:00.000Z", change])]);
    assert_eq!(desk.show(&ticket).await["priority"], json!("low"), "nothing was changed");
    let listed = desk.instance.send(&desk.admin, "GET", "/api/automation-rules", None).await.with(200);
    assert_eq!(listed, json!([]));
}

#[tokio::test]
async fn an_update_rule_lives_through_each_change_with_what_it_would_have_made() {
    let desk = Desk::start().await;
    let ticket = desk.ticket("Hello").await;
    for (priority, hours) in [("high", 1.0), ("urgent", 1.0), ("low", 1.0)] {
        desk.hours_later(hours).await;
        desk.change(&ticket, json!({"priority": priority})).await;
    }
    // At each of the first two changes the ticket would have been put back to low, so the third was none.
    let asked = rule("r", "ticket_update", ["priority", "greater_than", "low"], ["set_priority", "low"]);
    let run = rehearse(&desk, "", asked).await;
    let low = |from: &str| json!([{"field": "priority", "from": from, "to": "low"}]);
    assert_eq!(
        told(&run),
        [
            json!([ticket["id"], "2026-05-06T13:00:00.000Z", low("high")]),
            json!([ticket["id"], "2026-05-06T14:00:00.000Z", low("urgent")]),
        ]
    );
    assert_eq!((&run["ticketsChanged"], &run["executionCount"]), (&json!(1), &json!(2)));
}

#[tokio::test]
async fn it_tells_of_every_field_as_this_surface_does() {
    let desk = Desk::start().await;
    let ticket = desk.ticket("Hello").await;
    let asked = json!({"ruleType": "ticket_creation", "actions": [
        {"type": "assign_to", "value": desk.agent_id}, {"type": "add_tag", "value": "vip"},
        {"type": "set_category", "value": "technical"}]});
    let run = rehearse(&desk, "", asked.clone()).await;
    let agent = desk
        .rule(json!({"name": "r", "ruleType": "ticket_creation", "isActive": false,
        "actions": asked["actions"]}))
        .await["actions"][0]["value"]
        .clone();
    assert_eq!(
        run["executions"][0]["changes"],
        json!([{"field": "status", "from": "open", "to": "in_progress"},
            {"field": "category", "from": null, "to": "technical"},
            {"field": "assigneeId", "from": null, "to": agent},
            {"field": "tags", "from": [], "to": ["vip"]}])
    );
    assert_eq!(run["executions"][0]["ticketNumber"], ticket["id"]);
}

#[tokio::test]
async fn a_rule_on_time_is_judged_when_its_hours_were_over() {
    let desk = Desk::start().await;
    let [one, other] = [desk.ticket("one").await, desk.ticket("other").await];
    desk.hours_later(5.0).await;
    desk.status(&one, "pending_customer").await;
    desk.hours_later(30.0).await;
    let asked = |field: &str| {
        json!({"ruleType": "time_trigger", "conditions": [
            {"field": field, "operator": "greater_than", "value": 24}, {"field": "status", "operator": "is", "value": "open"}],
            "actions": [{"type": "set_priority", "value": "high"}]})
    };
    let change = json!([{"field": "priority", "from": "medium", "to": "high"}]);
    let expected = [json!([other["id"], "2026-05-07T12:00:00.001Z", change])];
    assert_eq!(told(&rehearse(&desk, "", asked("hoursSinceCreated")).await), expected);
    assert_eq!(told(&rehearse(&desk, "", asked("hoursSinceUpdated")).await), expected);
    desk.status(&one, "open").await;
    let run = rehearse(&desk, "", asked("hoursSinceCreated")).await;
    assert_eq!(told(&run).len(), 2, "it would have acted as soon as the rest held");
}

#[tokio::test]
async fn what_the_kept_rule_did_is_left_out_so_that_it_is_told_again() {
    let desk = Desk::start().await;
    let made = desk.rule(rule("r", "ticket_creation", ["status", "is", "open"], ["set_priority", "urgent"])).await;
    let ticket = desk.ticket("Hello").await;
    assert_eq!(ticket["priority"], json!("critical"));
    let id = made["id"].as_str().unwrap();
    let run = rehearse(&desk, &format!("?ruleId={id}"), json!({})).await;
    assert_eq!((&run["ruleId"], &run["ticketsChanged"]), (&json!(id), &json!(1)));
    assert_eq!(run["executions"][0]["changes"], json!([{"field": "priority", "from": "medium", "to": "urgent"}]));
    let other = json!({"actions": [{"type": "set_priority", "value": "low"}]});
    let run = rehearse(&desk, &format!("?ruleId={id}"), other).await;
    assert_eq!(run["executions"][0]["changes"], json!([{"field": "priority", "from": "medium", "to": "low"}]));
    assert_eq!(desk.executions(&made).await, 1);
}

#[tokio::test]
async fn it_would_have_done_what_the_rule_then_does() {
    let desk = Desk::start().await;
    let body = json!({"name": "r", "ruleType": "ticket_update", "conditionMatch": "any", "conditions": [
        {"field": "priority", "operator": "greater_than", "value": "medium"},
        {"field": "status", "operator": "is", "value": "pending"}],
        "actions": [{"type": "set_priority", "value": "low"}, {"type": "add_tag", "value": "seen"}]});
    let live = async |ticket: &Value| {
        for step in
            [json!({"priority": "high"}), json!({"subject": "Other"}), json!({"priority": "critical", "tags": []})]
        {
            desk.instance.later(60_000);
            desk.change(ticket, step).await;
        }
        desk.instance.later(60_000);
        desk.status(ticket, "pending_customer").await;
    };
    let without = desk.ticket("without").await;
    live(&without).await;
    let run = rehearse(&desk, "", body.clone()).await;
    let made = desk.rule(body).await;
    let with = desk.ticket("with").await;
    live(&with).await;
    assert_eq!(run["executionCount"], json!(desk.executions(&made).await));
    assert_eq!(run["executionCount"], json!(2));
}

#[tokio::test]
async fn it_looks_at_thirty_days_tells_so_many_and_counts_all() {
    let desk = Desk::start().await;
    desk.ticket("long ago").await;
    desk.hours_later(31.0 * 24.0).await;
    for number in 0..5 {
        desk.ticket(&format!("ticket {number}")).await;
    }
    let admin = desk.instance.sign_in("admin@example.org").await;
    let asked = rule("r", "ticket_creation", ["status", "is", "open"], ["add_tag", "x"]);
    let path = "/api/automation-rules/dry-run?limit=2";
    let run = desk.send(&admin, "POST", path, asked.clone()).await.with(200);
    assert_eq!((&run["executionCount"], run["executions"].as_array().unwrap().len()), (&json!(5), 2));
    assert_eq!((&run["from"], &run["to"]), (&json!("2026-05-07T12:00:00.000Z"), &json!("2026-06-06T12:00:00.000Z")));
    let key = desk.instance.api_key(&admin, &["settings:read"]).await;
    let run = desk.send(&key, "POST", path, asked.clone()).await.with(200);
    assert_eq!((&run["executionCount"], &run["executions"]), (&json!(5), &json!([])), "tickets need their own scope");
    desk.send(&admin, "POST", "/api/automation-rules/dry-run?limit=0", asked.clone()).await.with(400);
    let unknown = "/api/automation-rules/dry-run?ruleId=00000000-0000-7000-8000-000000000000";
    desk.send(&admin, "POST", unknown, asked).await.with(400);
}

#[tokio::test]
async fn deleted_tickets_are_left_out() {
    let desk = Desk::start().await;
    let ticket = desk.ticket("Hello").await;
    desk.instance.send(&desk.admin, "DELETE", &path(&ticket, ""), None).await.with(200);
    let asked = rule("r", "ticket_creation", ["status", "is", "open"], ["add_tag", "x"]);
    assert_eq!(rehearse(&desk, "", asked).await["ticketsExamined"], json!(0));
}
