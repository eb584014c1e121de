//! What is promised to tickets, as admins set it up.

use gatehouse::base::clock::{HOUR, MINUTE};
use serde_json::{Value, json};

use super::staffed::{Staffed, wrong};

const PATH: &str = "/api/admin/sla";

async fn make(desk: &Staffed, body: Value) -> Value {
    desk.send(&desk.admin, "POST", PATH, body).await.with(201)["sla_policy"].take()
}

async fn change(desk: &Staffed, policy: &Value, body: Value) -> Value {
    desk.send(&desk.admin, "PUT", &path(policy), body).await.with(200)["sla_policy"].take()
}

fn path(policy: &Value) -> String {
    format!("{PATH}/{}", policy["id"])
}

async fn policies(desk: &Staffed, query: &str) -> Vec<Value> {
    desk.get(&desk.admin, &format!("{PATH}{query}")).await.with(200)["sla_policies"].as_array().unwrap().clone()
}

/// The global policy of a priority.
async fn global(desk: &Staffed, priority: &str) -> Value {
    policies(desk, "").await.into_iter().find(|policy| policy["priority"] == json!(priority)).unwrap()
}

fn deadlines(ticket: &Value) -> (&Value, &Value) {
    (&ticket["first_response_due_at"], &ticket["resolution_due_at"])
}

#[tokio::test]
async fn the_four_documented_policies_are_there_from_the_start() {
    let desk = Staffed::start().await;
    let all = policies(&desk, "").await;
    let figures: Vec<(&str, i64, i64)> = all
        .iter()
        .map(|policy| {
            let minutes = |field: &str| policy[field].as_i64().unwrap();
            assert_eq!(policy["project_id"], Value::Null);
            (policy["priority"].as_str().unwrap(), minutes("first_response_minutes"), minutes("resolution_minutes"))
        })
        .collect();
    assert_eq!(figures, [("critical", 15, 120), ("high", 60, 480), ("medium", 240, 1440), ("low", 480, 4800)]);
}

#[tokio::test]
async fn a_project_has_policies_of_its_own_which_come_first_for_its_tickets() {
    let desk = Staffed::start().await;
    let body = json!({"project_id": 1, "priority": "medium", "first_response_minutes": 30, "resolution_minutes": 60});
    let made = make(&desk, body).await;
    assert_eq!(
        made,
        json!({"id": 5, "name": "Medium", "project_id": 1, "priority": "medium", "first_response_minutes": 30,
            "resolution_minutes": 60, "business_hours": null, "is_active": true,
            "created_at": "2026-05-06T12:00:00Z", "updated_at": "2026-05-06T12:00:00Z"})
    );
    let listed = desk.get(&desk.admin, "/api/admin/sla?project_id=1").await.with(200);
    assert_eq!(listed, json!({"sla_policies": [made]}));
    assert_eq!(policies(&desk, "").await.len(), 5);
    assert!(policies(&desk, &format!("?project_id={}", desk.homes)).await.is_empty());
    let shown = desk.get(&desk.admin, "/api/admin/projects/1").await.with(200);
    assert_eq!(shown["project"]["sla_policies"], json!([made]));
    let ticket = desk.ticket(json!({})).await;
    assert_eq!(deadlines(&ticket), (&json!("2026-05-06T12:30:00Z"), &json!("2026-05-06T13:00:00Z")));
    assert_eq!(ticket["sla_policy"]["id"], made["id"]);
    let elsewhere = desk.ticket(json!({"project_id": desk.homes})).await;
    assert_eq!(elsewhere["sla_policy"]["id"], json!(3));
    change(&desk, &made, json!({"is_active": false})).await;
    assert_eq!(desk.ticket(json!({})).await["sla_policy"]["id"], json!(3));
}

#[tokio::test]
async fn a_project_and_priority_have_one_policy() {
    let desk = Staffed::start().await;
    let body =
        json!({"project_id": null, "priority": "critical", "first_response_minutes": 5, "resolution_minutes": 9});
    let refused = desk.send(&desk.admin, "POST", PATH, body.clone()).await.with(409);
    assert_eq!(wrong(&refused), ["priority"]);
    let mut own = body.clone();
    own["project_id"] = json!(1);
    let made = make(&desk, own.clone()).await;
    desk.send(&desk.admin, "POST", PATH, own.clone()).await.with(409);
    own["priority"] = json!("low");
    let low = make(&desk, own.clone()).await;
    desk.send(&desk.admin, "PUT", &path(&low), json!({"priority": "urgent"})).await.with(409);
    desk.send(&desk.admin, "PUT", &path(&low), json!({"project_id": null})).await.with(409);
    change(&desk, &low, json!({"is_active": false, "priority": "high"})).await;
    own["priority"] = json!("high");
    desk.send(&desk.admin, "POST", PATH, own).await.with(409);
    // Deleted ones are in nobody's way.
    for _ in 0..3 {
        desk.delete(&desk.admin, &path(&global(&desk, "critical").await)).await.with(200);
        make(&desk, body.clone()).await;
    }
    assert_eq!(policies(&desk, "").await.len(), 6);
    assert_eq!(policies(&desk, "?project_id=1").await[0]["id"], made["id"]);
}

#[tokio::test]
async fn a_change_leaves_promised_deadlines_until_the_ticket_is_stamped_anew() {
    let desk = Staffed::start().await;
    let (medium, high) = (global(&desk, "medium").await, global(&desk, "high").await);
    let ticket = desk.ticket(json!({})).await;
    let before = deadlines(&ticket);
    desk.instance.later(60_000);
    let changed = change(&desk, &medium, json!({"first_response_minutes": 10, "resolution_minutes": 20})).await;
    assert_eq!((&changed["first_response_minutes"], &changed["name"]), (&json!(10), &medium["name"]));
    assert_eq!(changed["updated_at"], json!("2026-05-06T12:01:00Z"));
    let seen = desk.seen(&ticket).await;
    assert_eq!(deadlines(&seen), before);
    assert_eq!(seen["sla_policy"]["first_response_minutes"], json!(240));
    // A pause counts by what was promised, too.
    let own = format!("/api/tickets/{}", ticket["id"]);
    for status in ["pending_customer", "open"] {
        let to = json!({"status": status});
        desk.send(&desk.alice, "POST", &format!("{own}/status"), to).await.with(200);
        desk.instance.later(HOUR);
    }
    let seen = desk.seen(&ticket).await;
    assert_eq!(deadlines(&seen), (&json!("2026-05-06T17:00:00Z"), &json!("2026-05-07T13:00:00Z")));
    assert_eq!(deadlines(&desk.ticket(json!({})).await).0, &json!("2026-05-06T14:11:00Z"));
    // Another priority stamps anew, by what holds then.
    change(&desk, &high, json!({"first_response_minutes": 180})).await;
    let raised = desk.send(&desk.alice, "PUT", &own, json!({"priority": "high"})).await.with(200);
    assert_eq!(raised["ticket"]["first_response_due_at"], json!("2026-05-06T16:00:00Z"));
    let back = desk.send(&desk.alice, "PUT", &own, json!({"priority": "medium"})).await.with(200);
    assert_eq!(back["ticket"]["sla_policy"]["first_response_minutes"], json!(10));
    assert_eq!(back["ticket"]["first_response_breached"], json!(true));
}

#[tokio::test]
async fn a_deleted_policy_stamps_nothing_more_and_is_kept_for_what_it_promised() {
    let desk = Staffed::start().await;
    let medium = global(&desk, "medium").await;
    let ticket = desk.ticket(json!({})).await;
    let gone = desk.delete(&desk.admin, &path(&medium)).await.with(200);
    assert_eq!(gone, json!({"message": "SLA policy deleted"}));
    for method in ["PUT", "DELETE"] {
        desk.send(&desk.admin, method, &path(&medium), json!({})).await.with(404);
    }
    assert_eq!(policies(&desk, "").await.len(), 3);
    let seen = desk.seen(&ticket).await;
    assert_eq!(deadlines(&seen), deadlines(&ticket));
    assert_eq!(seen["sla_policy"]["id"], medium["id"]);
    let without = desk.ticket(json!({})).await;
    assert_eq!((&without["sla_policy"], deadlines(&without)), (&Value::Null, (&Value::Null, &Value::Null)));
    let own = format!("/api/tickets/{}", ticket["id"]);
    desk.send(&desk.alice, "PUT", &own, json!({"priority": "high"})).await.with(200);
    let back = desk.send(&desk.alice, "PUT", &own, json!({"priority": "medium"})).await.with(200);
    assert_eq!(back["ticket"]["sla_policy"], Value::Null);
    let log = desk.audited("sla").await;
    assert_eq!(log, [("sla_policy_deleted".to_owned(), "Medium".to_owned())]);
}

#[tokio::test]
async fn deadlines_are_measured_in_the_hours_that_held_when_the_ticket_was_filed() {
    let desk = Staffed::start().await;
    let medium = global(&desk, "medium").await;
    // It is Wednesday, noon in UTC: two in the afternoon in Berlin.
    let hours = json!({"time_zone": "Europe/Berlin", "week": {"wed": [["09:00", "17:00"]], "fri": [["10:00", "12:00"]],
        "mon": [["09:00", "12:00"], ["13:00", "17:00"]]}, "holidays": [{"date": "2026-05-08", "name": "Liberation"}]});
    let changed = change(&desk, &medium, json!({"business_hours": hours})).await;
    assert_eq!(changed["business_hours"], hours);
    assert_eq!(global(&desk, "medium").await["business_hours"], hours);
    let first = desk.ticket(json!({})).await;
    assert_eq!(first["first_response_due_at"], json!("2026-05-11T08:00:00Z"));
    let mut shorter = hours.clone();
    shorter["holidays"] = json!([]);
    change(&desk, &medium, json!({"business_hours": shorter})).await;
    let second = desk.ticket(json!({})).await;
    assert_eq!(second["first_response_due_at"], json!("2026-05-08T09:00:00Z"));
    // And back, through whatever is kept of compiled hours.
    change(&desk, &medium, json!({"business_hours": hours})).await;
    assert_eq!(deadlines(&desk.ticket(json!({})).await), deadlines(&first));
    let cleared = change(&desk, &medium, json!({"business_hours": null})).await;
    assert_eq!(cleared["business_hours"], Value::Null);
    assert_eq!(desk.ticket(json!({})).await["first_response_due_at"], json!("2026-05-06T16:00:00Z"));
    assert_eq!(deadlines(&desk.seen(&first).await), deadlines(&first));
}

#[tokio::test]
async fn what_a_policy_cannot_be_is_told_by_field_and_changes_nothing() {
    let desk = Staffed::start().await;
    let medium = global(&desk, "medium").await;
    let hours = |week: Value| json!({"time_zone": "UTC", "week": week});
    let cases = [
        ("name", json!("a\nb")),
        ("name", json!("a".repeat(256))),
        ("project_id", json!(99)),
        ("project_id", json!("1")),
        ("priority", json!("huge")),
        ("priority", json!("")),
        ("first_response_minutes", json!(0)),
        ("first_response_minutes", json!(-5)),
        ("first_response_minutes", json!(1.5)),
        ("resolution_minutes", json!(5_256_001)),
        ("resolution_minutes", json!("60")),
        ("business_hours", json!("9 to 5")),
        ("business_hours.week", hours(json!({}))),
        ("business_hours.week", hours(json!({"monday": [["09:00", "17:00"]]}))),
        ("business_hours.week.mon.0", hours(json!({"mon": [["09:00", "09:00"]]}))),
        ("business_hours.time_zone", json!({"time_zone": "Mars/Olympus", "week": {"mon": [["09:00", "17:00"]]}})),
        ("is_active", json!("yes")),
    ];
    for (field, value) in cases {
        let mut body =
            json!({"project_id": 1, "priority": "high", "first_response_minutes": 1, "resolution_minutes": 1});
        body[field.split('.').next().unwrap()] = value.clone();
        for (method, path) in [("POST", PATH.to_owned()), ("PUT", path(&medium))] {
            let refused = desk.send(&desk.admin, method, &path, body.clone()).await.with(422);
            assert_eq!(wrong(&refused), [field], "{method} {value}");
        }
    }
    let refused = desk.send(&desk.admin, "POST", PATH, json!({})).await.with(422);
    assert_eq!(wrong(&refused), ["first_response_minutes", "priority", "resolution_minutes"]);
    assert_eq!(global(&desk, "medium").await, medium);
    assert_eq!(policies(&desk, "").await.len(), 4);
    desk.get(&desk.admin, &format!("{PATH}?project_id=x")).await.with(422);
    desk.send(&desk.alice, "PUT", &path(&medium), json!({})).await.with(403);
    desk.get(&desk.alice, &format!("{PATH}?project_id=x")).await.with(403);
}

#[tokio::test]
async fn a_name_is_given_or_that_of_the_priority() {
    let desk = Staffed::start().await;
    let urgent = global(&desk, "critical").await;
    assert_eq!(change(&desk, &urgent, json!({"name": "Fire"})).await["name"], json!("Fire"));
    assert_eq!(change(&desk, &urgent, json!({})).await["name"], json!("Fire"));
    assert_eq!(change(&desk, &urgent, json!({"name": null})).await["name"], json!("Urgent"));
    let log: Vec<String> = desk.audited("sla").await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(log, ["sla_policy_updated", "sla_policy_updated", "sla_policy_updated"]);
}

#[tokio::test]
async fn the_clocks_of_a_ticket_explain_themselves_to_staff() {
    let desk = Staffed::start().await;
    let ticket = desk.ticket(json!({"priority": "high"})).await;
    let status = format!("/api/tickets/{}/status", ticket["id"]);
    desk.instance.later(10 * MINUTE);
    desk.send(&desk.alice, "POST", &status, json!({"status": "pending_customer"})).await.with(200);
    desk.instance.later(30 * MINUTE);
    desk.send(&desk.alice, "POST", &status, json!({"status": "open"})).await.with(200);
    desk.instance.later(5 * MINUTE);
    let path = format!("/api/tickets/{}/sla", ticket["id"]);
    let clocks = desk.get(&desk.alice, &path).await.with(200)["clocks"].take();
    let resolution = &clocks[1];
    assert_eq!((&clocks[0]["metric"], &resolution["metric"]), (&json!("first_response"), &json!("resolution")));
    assert_eq!((&resolution["used_ms"], &resolution["paused_ms"]), (&json!(15 * MINUTE), &json!(30 * MINUTE)));
    assert_eq!(resolution["due_at"], desk.seen(&ticket).await["resolution_due_at"]);
    let spans = resolution["spans"].as_array().unwrap();
    let told: Vec<_> = spans.iter().map(|span| (&span["cause"], &span["by"]["name"], &span["open_ms"])).collect();
    assert_eq!(
        told,
        [
            (&json!("running"), &Value::Null, &json!(10 * MINUTE)),
            (&json!("pending"), &json!("alice"), &json!(30 * MINUTE)),
            (&json!("running"), &json!("alice"), &json!(5 * MINUTE)),
        ]
    );
    assert_eq!((&spans[1]["from"], &spans[1]["to"]), (&json!("2026-05-06T12:10:00Z"), &json!("2026-05-06T12:40:00Z")));
    desk.get(&desk.customer, &path).await.with(403);
    desk.get(&desk.bob, &path).await.with(404);
}

#[tokio::test]
async fn a_clock_says_whether_it_counts_now_and_when_that_turns() {
    let desk = Staffed::start().await;
    let always = desk.ticket(json!({})).await;
    let medium = global(&desk, "medium").await;
    let hours = json!({"time_zone": "UTC", "week": {"wed": [["09:00", "17:00"]]}, "holidays": []});
    change(&desk, &medium, json!({"business_hours": hours})).await;
    let ticket = desk.ticket(json!({})).await;
    let turns = async |ticket: &Value| {
        let path = format!("/api/tickets/{}/sla", ticket["id"]);
        let clock = desk.get(&desk.alice, &path).await.with(200)["clocks"][0].take();
        (clock["is_open"].clone(), clock["turns_at"].clone())
    };
    assert_eq!(turns(&always).await, (json!(true), Value::Null));
    // It is Wednesday, noon.
    assert_eq!(turns(&ticket).await, (json!(true), json!("2026-05-06T17:00:00Z")));
    desk.instance.later(5 * HOUR);
    assert_eq!(turns(&ticket).await, (json!(false), json!("2026-05-13T09:00:00Z")));
}
