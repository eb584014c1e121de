//! Tickets, as integrators see them.

use gatehouse::base::Role;
use gatehouse::base::clock::MINUTE;
use serde_json::{Value, json};

use super::shared::{Desk, path, wrong};
use crate::app::Caller;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test]
async fn a_ticket_is_answered_as_the_document_shows() {
    let desk = Desk::open().await;
    let made =
        desk.ticket(json!({"priority": "high", "category": "Billing Trouble", "tags": ["payment", "urgent"]})).await;
    let expected = json!({"id": made["id"], "ticketNumber": 1, "subject": "Payment", "description": "It failed",
        "status": "open", "priority": "high", "category": "billing-trouble",
        "projectId": "00000000-0000-7000-8000-000000000001", "customerId": desk.customer_id,
        "customerEmail": "customer@example.org", "assigneeId": null, "groupId": null, "parentTicketId": null,
        "linkedTicketIds": [], "tags": ["payment", "urgent"], "customFields": {}, "source": "api",
        "slaDeadline": "2026-05-06T20:00:00.000Z", "firstResponseAt": null, "resolvedAt": null, "dueDate": null,
        "createdAt": "2026-05-06T12:00:00.000Z", "updatedAt": "2026-05-06T12:00:00.000Z"});
    assert_eq!(made, expected);
    assert_eq!(desk.get(&path(&made)).await, expected);
    assert_eq!(desk.get("/api/tickets").await, json!([expected]));
}

#[tokio::test]
async fn everything_wrong_with_a_new_ticket_is_told_at_once() {
    let desk = Desk::open().await;
    let body = json!({"status": "new", "priority": "x", "source": "fax", "dueDate": "soon", "customFields": {"a": 1}});
    let told = wrong(desk.send("POST", "/api/tickets", body).await);
    let expected =
        ["customFields.a", "customerId", "description", "dueDate", "priority", "source", "status", "subject"];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn what_a_new_ticket_refers_to_must_be_there_for_the_caller() {
    let desk = Desk::open().await;
    let stranger = desk.instance.person("stranger@example.org", Role::Agent);
    let stranger = desk.instance.user_uuid(stranger);
    let cases = [
        ("customerId", json!(NOBODY)),
        ("customerId", json!(desk.agent_id)),
        ("assigneeId", json!(NOBODY)),
        ("assigneeId", json!(desk.customer_id)),
        ("assigneeId", json!(stranger)),
        ("groupId", json!(NOBODY)),
        ("projectId", json!(NOBODY)),
        ("parentTicketId", json!(NOBODY)),
        ("linkedTicketIds", json!([NOBODY])),
    ];
    for (field, value) in cases {
        let told = wrong(desk.send("POST", "/api/tickets", desk.body(json!({field: value}))).await);
        assert_eq!(told, [field], "{value}");
    }
    assert_eq!(desk.get("/api/tickets").await, json!([]));
    // Nothing that was refused took a number.
    assert_eq!(desk.ticket(json!({})).await["ticketNumber"], 1);
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name_and_null_clears() {
    let desk = Desk::open().await;
    let made = desk.ticket(json!({"category": "billing", "tags": ["a"], "dueDate": "2026-06-01"})).await;
    desk.instance.later(MINUTE);
    let body = json!({"status": "in_progress", "assigneeId": desk.agent_id, "priority": "critical"});
    let changed = desk.patch(&made, body).await.with(200);
    let mut expected = made.clone();
    for (field, value) in [
        ("status", json!("in_progress")),
        ("assigneeId", json!(desk.agent_id)),
        ("priority", json!("urgent")),
        ("slaDeadline", json!("2026-05-06T14:00:00.000Z")),
        ("updatedAt", json!("2026-05-06T12:01:00.000Z")),
    ] {
        expected[field] = value;
    }
    assert_eq!(changed, expected);
    let cleared = json!({"assigneeId": null, "category": null, "dueDate": null, "tags": []});
    let cleared = desk.patch(&made, cleared).await.with(200);
    for field in ["assigneeId", "category", "dueDate"] {
        assert_eq!(cleared[field], Value::Null, "{field}");
    }
    assert_eq!((&cleared["tags"], &cleared["subject"]), (&json!([]), &made["subject"]));
}

#[tokio::test]
async fn a_change_that_is_refused_changes_nothing() {
    let desk = Desk::open().await;
    let made = desk.ticket(json!({})).await;
    let body = json!({"subject": "Other", "tags": ["new"], "category": "new", "assigneeId": NOBODY});
    assert_eq!(wrong(desk.patch(&made, body).await), ["assigneeId"]);
    assert_eq!(desk.get(&path(&made)).await, made);
    let trail = desk.get(&format!("{}/activities", path(&made))).await;
    assert_eq!(trail.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn giving_a_ticket_to_somebody_moves_an_open_one_unless_a_status_is_sent() {
    let desk = Desk::open().await;
    let given = |ticket: &Value| (ticket["status"].clone(), ticket["assigneeId"].clone());
    let to = |status: &str| (json!(status), json!(desk.agent_id));
    let one = desk.ticket(json!({})).await;
    assert_eq!(given(&desk.patch(&one, json!({"assigneeId": desk.agent_id})).await.with(200)), to("in_progress"));
    let one = desk.ticket(json!({})).await;
    let body = json!({"assigneeId": desk.agent_id, "status": "open"});
    assert_eq!(given(&desk.patch(&one, body).await.with(200)), to("open"));
    assert_eq!(given(&desk.ticket(json!({"assigneeId": desk.agent_id})).await), to("in_progress"));
    let pending = desk.ticket(json!({"assigneeId": desk.agent_id, "status": "pending"})).await;
    assert_eq!((given(&pending), &pending["slaDeadline"]), (to("pending"), &Value::Null));
    let one = desk.ticket(json!({})).await;
    let assigned = desk.send("POST", &format!("{}/assign", path(&one)), json!({"assigneeId": desk.agent_id})).await;
    assert_eq!(given(&assigned.with(200)), to("in_progress"));
    assert_eq!(wrong(desk.send("POST", &format!("{}/assign", path(&one)), json!({})).await), ["assigneeId"]);
    let body = json!({"assigneeId": desk.customer_id});
    assert_eq!(wrong(desk.send("POST", &format!("{}/assign", path(&one)), body).await), ["assigneeId"]);
}

#[tokio::test]
async fn a_ticket_is_picked_once() {
    let desk = Desk::open().await;
    let path = format!("{}/pick", path(&desk.ticket(json!({})).await));
    assert_eq!(wrong(desk.send("POST", &path, json!({})).await), ["agentId"]);
    assert_eq!(wrong(desk.send("POST", &path, json!({"agentId": desk.customer_id})).await), ["agentId"]);
    let picked = desk.send("POST", &path, json!({"agentId": desk.agent_id})).await.with(200);
    assert_eq!((&picked["assigneeId"], &picked["status"]), (&json!(desk.agent_id), &json!("in_progress")));
    desk.send("POST", &path, json!({"agentId": desk.agent_id})).await.with(409);
    desk.instance.send(&desk.admin, "POST", &path, None).await.with(409);
}

#[tokio::test]
async fn the_list_is_newest_first_filters_combine_and_it_goes_on_behind_its_link() {
    let desk = Desk::open().await;
    let other = desk.instance.person("other@example.org", Role::Customer);
    let other = desk.instance.user_uuid(other);
    desk.ticket(json!({"priority": "high", "subject": "Broken printer"})).await;
    desk.ticket(json!({"priority": "high", "assigneeId": desk.agent_id})).await;
    desk.ticket(json!({"customerId": other})).await;
    let numbers = async |query: &str| {
        let listed = desk.get(&format!("/api/tickets?{query}")).await;
        listed.as_array().unwrap().iter().map(|ticket| ticket["ticketNumber"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers("").await, [3, 2, 1]);
    assert_eq!(numbers("priority=high").await, [2, 1]);
    assert_eq!(numbers("priority=high&status=open").await, [1]);
    assert_eq!(numbers(&format!("assigneeId={}", desk.agent_id)).await, [2]);
    assert_eq!(numbers(&format!("customerId={other}")).await, [3]);
    assert_eq!(numbers("unassigned=true&search=print").await, [1]);
    assert_eq!(numbers(&format!("groupId={NOBODY}")).await, [0_i64; 0]);
    let first = desk.instance.send(&desk.key, "GET", "/api/tickets?limit=2", None).await;
    let link = first.headers["link"].to_str().unwrap().to_owned();
    let next = link.strip_prefix("</api/tickets?").and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
    assert_eq!(numbers(next).await, [1]);
    for query in ["status=new", "priority=x", "limit=0", "limit=1001", "assigneeId=5", "cursor=x"] {
        wrong(desk.instance.send(&desk.key, "GET", &format!("/api/tickets?{query}"), None).await);
    }
}

#[tokio::test]
async fn a_deleted_ticket_is_gone_for_good_and_its_number_too() {
    let desk = Desk::open().await;
    let first = desk.ticket(json!({"subject": "Zebra"})).await;
    let replies = format!("{}/replies", path(&first));
    desk.send("POST", &replies, json!({"userId": desk.agent_id, "content": "Okapi"})).await.with(201);
    assert_eq!(desk.get("/api/tickets?search=okapi").await.as_array().map(Vec::len), Some(1));
    desk.instance.send(&desk.key, "DELETE", &path(&first), None).await.with(204);
    desk.instance.send(&desk.key, "DELETE", &path(&first), None).await.with(404);
    desk.instance.send(&desk.key, "GET", &path(&first), None).await.with(404);
    assert_eq!(desk.get("/api/tickets?search=okapi").await, json!([]));
    assert_eq!(desk.get("/api/tickets?archived=true").await, json!([]));
    assert_eq!(desk.get("/api/dashboard/stats").await["total"], 0);
    assert_eq!(desk.ticket(json!({})).await["ticketNumber"], 2);
    let shown = desk.instance.send(&desk.admin, "GET", "/api/tickets/2", None).await.with(200);
    assert_eq!(shown["ticket"]["ticket_number"], "SUPP-2026-00002");
}

#[tokio::test]
async fn what_is_archived_or_closed_comes_back_open() {
    let desk = Desk::open().await;
    let made = desk.ticket(json!({})).await;
    let restore = format!("{}/restore", path(&made));
    let restored = async || desk.instance.send(&desk.key, "POST", &restore, None).await.with(200);
    assert_eq!(restored().await, made);
    desk.patch(&made, json!({"status": "closed"})).await.with(200);
    let opened = restored().await;
    assert_eq!((&opened["status"], &opened["resolvedAt"]), (&json!("open"), &Value::Null));
    desk.instance.send(&desk.admin, "DELETE", "/api/tickets/1", None).await.with(200);
    assert_eq!(desk.get("/api/tickets").await, json!([]));
    desk.patch(&made, json!({"subject": "x"})).await.with(404);
    assert_eq!(desk.get("/api/tickets?archived=true").await.as_array().map(Vec::len), Some(1));
    assert_eq!(restored().await["status"], "open");
    assert_eq!(desk.get("/api/tickets").await.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_the_caller_may_not_see_does_not_exist() {
    let desk = Desk::open().await;
    let seen = desk.ticket(json!({})).await;
    let other = json!({"name": "Other"});
    let other = desk.instance.send(&desk.admin, "POST", "/api/admin/projects", Some(other)).await.with(201);
    let narrow = json!({"name": "n", "projectId": other["project"]["id"].to_string()});
    let narrow = desk.instance.send(&desk.admin, "POST", "/api/api-keys", Some(narrow)).await.with(201);
    let narrow = Caller::bearer(narrow["key"].as_str().unwrap());
    let stranger = desk.instance.signed_in("stranger@example.org", Role::Agent).await;
    let missing = format!("/api/tickets/{NOBODY}");
    for caller in [&narrow, &stranger] {
        for (method, end, body) in [
            ("PATCH", "", json!({"subject": "x"})),
            ("POST", "/pick", json!({"agentId": desk.agent_id})),
            ("POST", "/replies", json!({"userId": desk.agent_id, "content": "x"})),
            ("POST", "/notes", json!({"userId": desk.agent_id, "content": "x"})),
            ("GET", "/replies", Value::Null),
            ("GET", "/activities", Value::Null),
        ] {
            let body = (!body.is_null()).then_some(body);
            let there = desk.instance.send(caller, method, &format!("{}{end}", path(&seen)), body.clone()).await;
            let never = desk.instance.send(caller, method, &format!("{missing}{end}"), body).await;
            assert_eq!((there.status, there.body), (never.status, never.body), "{method} {end}");
            assert_eq!(there.status, 404, "{method} {end}");
        }
    }
    desk.instance.send(&narrow, "GET", &path(&seen), None).await.with(404);
    desk.instance.send(&narrow, "DELETE", &path(&seen), None).await.with(404);
    assert_eq!(desk.instance.send(&narrow, "GET", "/api/tickets", None).await.with(200), json!([]));
    desk.instance.send(&desk.key, "GET", "/api/tickets/1", None).await.with(404);
    desk.instance.send(&desk.customer, "PATCH", &path(&seen), Some(json!({}))).await.with(403);
}

#[tokio::test]
async fn a_ticket_of_one_surface_is_visible_through_the_others() {
    let desk = Desk::open().await;
    desk.ticket(json!({"priority": "urgent", "status": "pending"})).await;
    let shown = desk.instance.send(&desk.customer, "GET", "/api/tickets/1", None).await.with(200);
    assert_eq!(
        (&shown["ticket"]["priority"], &shown["ticket"]["status"]),
        (&json!("critical"), &json!("pending_customer"))
    );
    let body = json!({"project_id": 1, "subject": "Mine", "description": "d"});
    desk.instance.send(&desk.customer, "POST", "/api/tickets", Some(body)).await.with(201);
    let listed = desk.get("/api/tickets").await;
    assert_eq!((&listed[0]["source"], &listed[0]["customerId"]), (&json!("portal"), &json!(desk.customer_id)));
    assert_eq!((&listed[1]["source"], &listed[1]["status"]), (&json!("api"), &json!("pending")));
}

#[tokio::test]
async fn a_retry_under_the_same_key_opens_no_second_ticket() {
    let desk = Desk::open().await;
    let once = desk.key.clone().header("idempotency-key", "k1");
    let body = desk.body(json!({}));
    let first = desk.instance.send(&once, "POST", "/api/tickets", Some(body.clone())).await.with(201);
    assert_eq!(desk.instance.send(&once, "POST", "/api/tickets", Some(body)).await.with(201), first);
    assert_eq!(desk.get("/api/tickets").await.as_array().map(Vec::len), Some(1));
}
