//! What tickets add up to.

use gatehouse::base::Role;
use gatehouse::base::clock::{DAY, MINUTE};
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

async fn file(instance: &Instance, caller: &Caller, project: i64, priority: &str) -> i64 {
    let body = json!({"project_id": project, "subject": "s", "description": "d", "priority": priority});
    let made = instance.send(caller, "POST", "/api/tickets", Some(body)).await.with(201);
    made["ticket"]["id"].as_i64().unwrap()
}

async fn stats(instance: &Instance, caller: &Caller, query: &str) -> Value {
    instance.send(caller, "GET", &format!("/api/dashboard/stats{query}"), None).await.with(200)
}

#[tokio::test]
async fn the_dashboard_counts_tickets_of_all_time_unless_a_range_is_named() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let customer = instance.signed_in("customer@example.org", Role::Customer).await;
    let first = file(&instance, &customer, 1, "high").await;
    instance.later(5 * MINUTE);
    let body = json!({"body": "on it"});
    instance.send(&admin, "POST", &format!("/api/tickets/{first}/messages"), Some(body)).await.with(201);
    instance.later(5 * MINUTE);
    let body = json!({"status": "resolved"});
    instance.send(&admin, "POST", &format!("/api/tickets/{first}/status"), Some(body)).await.with(200);
    instance.later(90 * DAY);
    let (admin, customer) =
        (instance.sign_in("admin@example.org").await, instance.sign_in("customer@example.org").await);
    file(&instance, &customer, 1, "critical").await;
    let expected = json!({"total": 2,
        "byStatus": {"open": 1, "in_progress": 0, "pending": 0, "resolved": 1, "closed": 0},
        "byPriority": {"low": 0, "medium": 0, "high": 1, "urgent": 1},
        "unassigned": 1, "slaBreached": 0, "averageFirstResponseMinutes": 5.0, "averageResolutionMinutes": 10.0});
    assert_eq!(stats(&instance, &admin, "").await, expected);
    assert_eq!(stats(&instance, &admin, "?from=2026-05-07").await["total"], 1);
    assert_eq!(stats(&instance, &admin, "?projectId=00000000-0000-7000-8000-000000000001").await["total"], 2);
    assert_eq!(stats(&instance, &admin, "?projectId=nothing").await["total"], 0);
    let wrong = instance.send(&admin, "GET", "/api/dashboard/stats?from=yesterday", None).await.with(400);
    assert!(wrong["details"]["from"].is_array());
    let report = instance.send(&admin, "GET", "/api/reports?groupBy=month", None).await.with(200);
    assert_eq!(
        (&report["total"], &report["to"], &report["from"]),
        (&json!(1), &json!("2026-08-04"), &json!("2026-07-06"))
    );
    assert_eq!(report["volume"][1], json!({"period": "2026-08", "created": 1, "resolved": 0}));
    assert_eq!(report["byProject"][0]["name"], "Support");
}

#[tokio::test]
async fn a_caller_counts_what_they_see() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let agent = instance.person("agent@example.org", Role::Agent);
    instance.assign_to_project(agent, 1);
    let other = instance.send(&admin, "POST", "/api/admin/projects", Some(json!({"name": "Other"}))).await.with(201);
    let other = other["project"]["id"].as_i64().unwrap();
    let first = file(&instance, &admin, 1, "high").await;
    file(&instance, &admin, 1, "low").await;
    file(&instance, &admin, other, "low").await;
    let agents = instance.sign_in("agent@example.org").await;
    assert_eq!(stats(&instance, &admin, "").await["total"], 3);
    assert_eq!(stats(&instance, &agents, "").await["total"], 2);
    let narrow = json!({"name": "n", "scopes": ["tickets:read"], "projectId": other.to_string()});
    let key = instance.send(&admin, "POST", "/api/api-keys", Some(narrow)).await.with(201);
    let key = Caller::bearer(key["key"].as_str().unwrap());
    assert_eq!(stats(&instance, &key, "").await["total"], 1);
    let report = instance.send(&key, "GET", "/api/reports", None).await.with(200);
    assert_eq!((&report["total"], report["byProject"].as_array().map(Vec::len)), (&json!(1), Some(1)));
    instance.sql(&format!("update users set ticket_scope = 'assigned' where id = {agent}"));
    assert_eq!(stats(&instance, &agents, "").await["total"], 0);
    let body = json!({"user_id": agent});
    instance.send(&admin, "POST", &format!("/api/tickets/{first}/assign"), Some(body)).await.with(200);
    let seen = stats(&instance, &agents, "").await;
    assert_eq!(
        (&seen["total"], &seen["byPriority"]["high"], &seen["byStatus"]["in_progress"]),
        (&json!(1), &json!(1), &json!(1))
    );
}
