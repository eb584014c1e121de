//! Rules on time: each once, in time, however late somebody looks.

use serde_json::{Value, json};

use super::{Desk, path, rule, tags};

fn after(name: &str, field: &str, operator: &str, hours: f64, also: &[Value], action: [&str; 2]) -> Value {
    let time = json!({"field": field, "operator": operator, "value": hours});
    let conditions: Vec<Value> = std::iter::once(time).chain(also.iter().cloned()).collect();
    json!({"name": name, "ruleType": "time_trigger", "conditions": conditions,
        "actions": [{"type": action[0], "value": action[1]}]})
}

fn status_is(status: &str) -> Value {
    json!({"field": "status", "operator": "is", "value": status})
}

#[tokio::test]
async fn a_rule_fires_once_when_its_hours_are_over() {
    let desk = Desk::start().await;
    let made = desk.rule(after("Old", "hoursSinceCreated", "greater_than", 24.0, &[], ["set_priority", "high"])).await;
    assert_eq!(made["trigger"], json!("time"));
    let ticket = desk.ticket("Hello").await;
    desk.hours_later(23.9).await;
    assert_eq!(desk.executions(&made).await, 0);
    desk.hours_later(0.2).await;
    let shown = desk.show(&ticket).await;
    assert_eq!(shown["priority"], json!("high"));
    let row = shown["activities"].as_array().unwrap().iter().find(|row| row["action"] == "priority_changed").unwrap();
    assert_eq!(row["cause"], json!("time: hoursSinceCreated greater than 24"));
    desk.change(&ticket, json!({"priority": "low"})).await;
    desk.hours_later(48.0).await;
    assert_eq!(desk.show(&ticket).await["priority"], json!("low"));
    assert_eq!(desk.executions(&made).await, 1);
}

#[tokio::test]
async fn tickets_that_were_there_before_the_rule_are_judged_as_it_is_switched_on() {
    let desk = Desk::start().await;
    let old = desk.ticket("Old").await;
    desk.hours_later(30.0).await;
    let young = desk.ticket("Young").await;
    let window = json!({"field": "hoursSinceCreated", "operator": "less_than", "value": 28});
    let past =
        desk.rule(after("Day", "hoursSinceCreated", "greater_than", 24.0, &[window], ["add_tag", "window"])).await;
    let made = desk.rule(after("Old", "hoursSinceCreated", "greater_than", 24.0, &[], ["add_tag", "old"])).await;
    desk.hours_later(0.0).await;
    assert_eq!((tags(&desk.show(&old).await), tags(&desk.show(&young).await)), (vec!["old".to_owned()], vec![]));
    assert_eq!((desk.executions(&made).await, desk.executions(&past).await), (1, 0));
}

#[tokio::test]
async fn what_fell_due_while_nobody_looked_fires_late_and_once() {
    let desk = Desk::start().await;
    // Two hours later the condition no longer holds: it is the moment that counts.
    let made = desk.rule(after("Hour", "hoursSinceCreated", "is", 1.0, &[], ["add_tag", "hour"])).await;
    let tickets = [desk.ticket("a").await, desk.ticket("b").await, desk.ticket("c").await];
    desk.hours_later(50.0).await;
    for ticket in &tickets {
        assert_eq!(tags(&desk.show(ticket).await), ["hour"]);
    }
    desk.hours_later(1.0).await;
    assert_eq!(desk.executions(&made).await, 3);
}

#[tokio::test]
async fn silence_is_counted_from_the_last_change_that_no_rule_made() {
    let desk = Desk::start().await;
    let made = desk
        .rule(after("Park", "hoursSinceUpdated", "greater_than", 24.0, &[status_is("open")], ["set_status", "pending"]))
        .await;
    let ticket = desk.ticket("Hello").await;
    desk.hours_later(20.0).await;
    desk.change(&ticket, json!({"subject": "Other"})).await;
    desk.hours_later(20.0).await;
    assert_eq!(desk.executions(&made).await, 0, "the change began the hours anew");
    desk.hours_later(5.0).await;
    assert_eq!(desk.executions(&made).await, 1);
    desk.hours_later(0.1).await;
    desk.send(&desk.customer, "POST", &path(&ticket, "/messages"), json!({"body": "Any news?"})).await.with(201);
    desk.hours_later(25.0).await;
    assert_eq!(desk.executions(&made).await, 2, "the customer's answer let it fire once more");
}

#[tokio::test]
async fn rules_on_silence_that_undo_each_other_come_to_rest() {
    let desk = Desk::start().await;
    let mut rules = Vec::new();
    for (name, from, to) in [("Park", "open", "pending"), ("Wake", "pending", "open")] {
        let also = [status_is(from)];
        rules.push(desk.rule(after(name, "hoursSinceUpdated", "greater_than", 1.0, &also, ["set_status", to])).await);
    }
    desk.ticket("Hello").await;
    for _ in 0..10 {
        desk.hours_later(2.0).await;
    }
    assert_eq!((desk.executions(&rules[0]).await, desk.executions(&rules[1]).await), (1, 1));
}

#[tokio::test]
async fn a_due_date_warns_ahead_and_again_when_it_is_moved() {
    let desk = Desk::start().await;
    let made = desk.rule(after("Soon", "hoursUntilDue", "less_than", 4.0, &[], ["set_priority", "urgent"])).await;
    let over = desk.rule(after("Over", "hoursUntilDue", "less_than", 0.0, &[], ["add_tag", "overdue"])).await;
    let ticket = desk.ticket("Hello").await;
    desk.instance.due(&ticket, "2026-05-06T18:00:00Z").await;
    desk.hours_later(1.0).await;
    assert_eq!(desk.executions(&made).await, 0);
    desk.hours_later(1.1).await;
    assert_eq!(desk.show(&ticket).await["priority"], json!("critical"));
    desk.change(&ticket, json!({"priority": "low"})).await;
    desk.instance.due(&ticket, "2026-05-07T12:00:00Z").await;
    desk.hours_later(12.0).await;
    assert_eq!(desk.executions(&made).await, 1);
    desk.hours_later(9.0).await;
    assert_eq!((desk.executions(&made).await, desk.executions(&over).await), (2, 0));
    desk.hours_later(2.0).await;
    assert_eq!(tags(&desk.show(&ticket).await), ["overdue"]);
}

#[tokio::test]
async fn a_due_date_that_is_near_when_it_is_set_warns_at_once() {
    let desk = Desk::start().await;
    let made = desk.rule(after("Soon", "hoursUntilDue", "less_than", 4.0, &[], ["set_priority", "urgent"])).await;
    let ticket = desk.ticket("Hello").await;
    desk.hours_later(0.1).await;
    desk.instance.due(&ticket, "2026-05-06T13:00:00Z").await;
    assert_eq!(desk.show(&ticket).await["priority"], json!("critical"));
    desk.hours_later(0.1).await;
    assert_eq!(desk.executions(&made).await, 1);
}

#[tokio::test]
async fn once_the_hours_are_over_a_change_that_makes_the_rest_hold_is_enough() {
    let desk = Desk::start().await;
    let also = [status_is("in_progress")];
    let made = desk.rule(after("Late", "hoursSinceCreated", "greater_than", 24.0, &also, ["add_tag", "late"])).await;
    let ticket = desk.ticket("Hello").await;
    desk.hours_later(25.0).await;
    assert_eq!(desk.executions(&made).await, 0);
    assert_eq!(tags(&desk.status(&ticket, "in_progress").await), ["late"]);
    desk.hours_later(25.0).await;
    assert_eq!(desk.executions(&made).await, 1);
}

#[tokio::test]
async fn closed_tickets_are_passed_over_unless_a_condition_asks_for_a_status() {
    let desk = Desk::start().await;
    let silent = desk.rule(after("All", "hoursSinceCreated", "greater_than", 1.0, &[], ["add_tag", "all"])).await;
    let also = [status_is("closed")];
    let asked =
        desk.rule(after("Closed", "hoursSinceCreated", "greater_than", 1.0, &also, ["add_tag", "closed"])).await;
    let ticket = desk.ticket("Hello").await;
    desk.status(&ticket, "closed").await;
    desk.hours_later(2.0).await;
    assert_eq!((desk.executions(&silent).await, desk.executions(&asked).await), (0, 1));
}

#[tokio::test]
async fn a_rule_with_other_conditions_begins_anew_and_one_with_another_name_does_not() {
    let desk = Desk::start().await;
    let made = desk.rule(after("Old", "hoursSinceCreated", "greater_than", 1.0, &[], ["set_priority", "high"])).await;
    let ticket = desk.ticket("Hello").await;
    desk.hours_later(2.0).await;
    desk.change(&ticket, json!({"priority": "low"})).await;
    let path = format!("/api/automation-rules/{}", made["id"].as_str().unwrap());
    desk.send(&desk.admin, "PATCH", &path, json!({"name": "Older"})).await.with(200);
    desk.hours_later(1.0).await;
    assert_eq!(desk.executions(&made).await, 1);
    let other = after("Older", "hoursSinceCreated", "greater_than", 1.5, &[], ["set_priority", "high"]);
    desk.send(&desk.admin, "PATCH", &path, json!({"conditions": other["conditions"]})).await.with(200);
    desk.hours_later(0.0).await;
    assert_eq!(desk.executions(&made).await, 2);
}

#[tokio::test]
async fn what_a_rule_on_time_changed_is_heard_by_rules_on_changes() {
    let desk = Desk::start().await;
    desk.rule(after("Old", "hoursSinceCreated", "greater_than", 1.0, &[], ["set_priority", "urgent"])).await;
    desk.rule(rule("Urgent", "ticket_update", ["priority", "is", "urgent"], ["add_tag", "now"])).await;
    let ticket = desk.ticket("Hello").await;
    desk.hours_later(2.0).await;
    assert_eq!(tags(&desk.show(&ticket).await), ["now"]);
}

#[tokio::test]
async fn many_tickets_are_walked_through_in_steps_and_none_is_left_out() {
    let desk = Desk::start().await;
    for number in 0..60 {
        desk.ticket(&format!("ticket {number}")).await;
    }
    let made = desk.rule(after("Old", "hoursSinceCreated", "greater_than", 1.0, &[], ["add_tag", "old"])).await;
    desk.hours_later(2.0).await;
    assert_eq!(desk.executions(&made).await, 60);
}

#[tokio::test]
async fn a_deleted_ticket_is_not_acted_on() {
    let desk = Desk::start().await;
    let made = desk.rule(after("Old", "hoursSinceCreated", "greater_than", 1.0, &[], ["add_tag", "old"])).await;
    let ticket = desk.ticket("Hello").await;
    desk.instance.send(&desk.admin, "DELETE", &path(&ticket, ""), None).await.with(200);
    desk.hours_later(2.0).await;
    assert_eq!(desk.executions(&made).await, 0);
}
