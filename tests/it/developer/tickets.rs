//! Tickets on document 003's surface.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::{Scene, access};
use crate::app::{Caller, Reply};

struct Desk {
    scene: Scene,
    key: Caller,
}

async fn desk() -> Desk {
    let scene = Scene::new().await;
    let key = scene.instance.api_key(&scene.admin, &["tickets:write", "tickets:read"]).await;
    Desk { scene, key }
}

impl Desk {
    async fn send(&self, method: &str, path: &str, body: Value) -> Reply {
        self.scene.instance.send(&self.key, method, path, Some(body)).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.scene.instance.send(&self.key, "GET", path, None).await
    }

    async fn file(&self, more: Value) -> Value {
        let mut body = json!({"title": "t", "description": "d"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.send("POST", "/v1/tickets", body).await.with(201)
    }

    async fn change(&self, ticket: &Value, body: Value) -> Reply {
        self.send("PATCH", &format!("/v1/tickets/{}", ticket["id"].as_str().unwrap()), body).await
    }
}

/// The fields that an answer says were wrong.
fn wrong(reply: Reply) -> Vec<String> {
    let body = reply.with(422);
    assert_eq!(body["error"]["code"], json!("VALIDATION_FAILED"));
    body["error"]["details"].as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn the_documents_own_example_is_filed_and_read_back() {
    let desk = desk().await;
    let body = json!({
        "title": "Database connection issue",
        "description": "Unable to connect to production DB after recent deployment",
        "priority": "high",
        "category": "database",
        "tags": ["urgent", "production", "deployment"],
        "customer_email": "client@agency.com",
        "due_date": "2024-01-20",
        "environment": "production",
        "metadata": {"build": 7, "nested": {"a": [1.5, null]}},
    });
    let made = desk.send("POST", "/v1/tickets", body).await.with(201);
    assert_eq!(
        made,
        json!({
            "id": "TICK-1",
            "title": "Database connection issue",
            "description": "Unable to connect to production DB after recent deployment",
            "status": "open",
            "priority": "high",
            "category": "database",
            "tags": ["deployment", "production", "urgent"],
            "customer_email": "client@agency.com",
            "due_date": "2024-01-20",
            "environment": "production",
            "metadata": {"build": 7, "nested": {"a": [1.5, null]}},
            "assigned_to": null,
            "created_at": "2026-05-06T12:00:00.000Z",
            "updated_at": "2026-05-06T12:00:00.000Z",
        })
    );
    assert_eq!(desk.get("/v1/tickets/TICK-1").await.with(200), made);
}

#[tokio::test]
async fn a_ticket_needs_no_more_than_a_title_and_a_description() {
    let desk = desk().await;
    let made = desk.file(json!({})).await;
    assert_eq!((&made["priority"], &made["tags"], &made["category"]), (&json!("medium"), &json!([]), &Value::Null));
    assert_eq!(made["customer_email"], json!("admin@example.org"), "it belongs to whoever made the key");
    assert_eq!(wrong(desk.send("POST", "/v1/tickets", json!({})).await), ["description", "title"]);
}

#[tokio::test]
async fn everything_wrong_is_told_by_field_and_nothing_is_filed() {
    let desk = desk().await;
    let body = json!({"title": "x".repeat(256), "description": " ", "priority": "asap", "customer_email": "nobody",
        "due_date": "tomorrow", "category": "!?", "metadata": [], "environment": "e".repeat(65)});
    assert_eq!(
        wrong(desk.send("POST", "/v1/tickets", body).await),
        ["category", "customer_email", "description", "due_date", "environment", "metadata", "priority", "title"]
    );
    for (field, value) in [
        ("title", json!(7)),
        ("priority", json!(["high"])),
        ("tags", json!("urgent")),
        ("due_date", json!(20_240_120)),
        ("customer_email", json!({})),
        ("category", json!(true)),
    ] {
        let mut body = json!({"title": "t", "description": "d", "tags": ["made"]});
        body[field] = value;
        assert_eq!(wrong(desk.send("POST", "/v1/tickets", body).await), [field]);
    }
    let body = json!({"title": "t", "description": "d", "customer_email": "ADMIN@example.org"});
    assert_eq!(wrong(desk.send("POST", "/v1/tickets", body).await), ["customer_email"]);
    assert_eq!(desk.get("/v1/tickets").await.with(200), json!({"tickets": [], "next_cursor": null}));
}

#[tokio::test]
async fn a_category_is_read_back_as_its_slug_and_made_once() {
    let desk = desk().await;
    for word in ["Front End", "front-end", " FRONT end "] {
        assert_eq!(desk.file(json!({"category": word})).await["category"], json!("front-end"));
    }
}

#[tokio::test]
async fn both_updates_are_partial_and_mean_the_same() {
    let desk = desk().await;
    desk.scene.instance.person("agent@example.com", Role::Admin);
    let ticket =
        desk.file(json!({"category": "db", "tags": ["a"], "due_date": "2026-06-01", "metadata": {"a": 1}})).await;
    let path = format!("/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let body = json!({"status": "in_progress", "priority": "medium", "assigned_to": "agent@example.com"});
    let changed = desk.send("PUT", &path, body).await.with(200);
    let mut expected = ticket.clone();
    expected["status"] = json!("in_progress");
    expected["assigned_to"] = json!("agent@example.com");
    assert_eq!(changed, expected);
    let body = json!({"title": "T", "description": "D", "priority": "critical", "category": "Net Work", "tags": ["b", "c"],
        "due_date": "2026-06-01T10:00:00+02:00", "environment": "staging", "metadata": {"b": 2},
        "customer_email": "client@agency.com", "status": "pending_customer", "assigned_to": null});
    let changed = desk.send("PATCH", &path, body).await.with(200);
    let mut expected = json!({"title": "T", "description": "D", "priority": "urgent", "category": "net-work",
        "tags": ["b", "c"], "due_date": "2026-06-01T08:00:00.000Z", "environment": "staging", "metadata": {"b": 2},
        "customer_email": "client@agency.com", "status": "pending", "assigned_to": null});
    for field in ["id", "created_at", "updated_at"] {
        expected[field] = ticket[field].clone();
    }
    assert_eq!(changed, expected);
    let body = json!({"category": null, "tags": null, "due_date": null, "environment": null, "metadata": null});
    let cleared = desk.send("PUT", &path, body).await.with(200);
    for field in ["category", "due_date", "environment", "metadata"] {
        assert_eq!(cleared[field], Value::Null, "{field}");
    }
    assert_eq!((&cleared["tags"], &cleared["title"]), (&json!([]), &json!("T")));
    assert_eq!(desk.get(&path).await.with(200), cleared);
    assert_eq!(desk.send("PUT", &path, json!({})).await.with(200), cleared);
}

#[tokio::test]
async fn a_failed_update_changes_nothing() {
    let desk = desk().await;
    let ticket = desk.file(json!({})).await;
    let body = json!({"title": "T", "tags": ["new"], "status": "resolved", "assigned_to": "nobody@example.org"});
    assert_eq!(wrong(desk.change(&ticket, body).await), ["assigned_to"]);
    assert_eq!(wrong(desk.change(&ticket, json!({"title": "T", "status": "done"})).await), ["status"]);
    assert_eq!(wrong(desk.change(&ticket, json!({"title": "T", "priority": 1})).await), ["priority"]);
    assert_eq!(desk.get("/v1/tickets/TICK-1").await.with(200), ticket);
}

#[tokio::test]
async fn a_ticket_goes_to_staff_who_can_see_it_and_to_nobody_else() {
    let desk = desk().await;
    let inside = desk.scene.instance.person("inside@example.org", Role::Agent);
    desk.scene.instance.assign_to_project(inside, 1);
    desk.scene.instance.person("outside@example.org", Role::Agent);
    let ticket = desk.file(json!({})).await;
    for other in ["outside@example.org", "customer@example.org", "nobody@example.org"] {
        assert_eq!(wrong(desk.change(&ticket, json!({"assigned_to": other})).await), ["assigned_to"]);
    }
    let given = desk.change(&ticket, json!({"assigned_to": "INSIDE@example.org"})).await.with(200);
    assert_eq!((&given["assigned_to"], &given["status"]), (&json!("inside@example.org"), &json!("in_progress")));
}

#[tokio::test]
async fn a_ticket_belongs_to_a_customer_who_has_proved_the_address() {
    let desk = desk().await;
    let path = format!("/api/admin/users/{}", desk.scene.customer_id);
    let verify = json!({"email_verified": true});
    desk.scene.instance.send(&desk.scene.admin, "PUT", &path, Some(verify)).await;
    let ticket = desk.file(json!({"customer_email": "Customer@example.org"})).await;
    let sees = async || {
        let listed = desk.scene.instance.send(&desk.scene.customer, "GET", "/v1/tickets", None).await.with(200);
        listed["data"].as_array().unwrap().len()
    };
    assert_eq!(sees().await, 1);
    desk.change(&ticket, json!({"customer_email": "else@example.org"})).await.with(200);
    assert_eq!(sees().await, 0);
    desk.change(&ticket, json!({"customer_email": "customer@example.org"})).await.with(200);
    assert_eq!(sees().await, 1);
    assert_eq!(wrong(desk.change(&ticket, json!({"customer_email": "admin@example.org"})).await), ["customer_email"]);
    let own = desk.change(&ticket, json!({"customer_email": null})).await.with(200);
    assert_eq!(own["customer_email"], json!("admin@example.org"));
}

#[tokio::test]
async fn the_list_goes_on_from_its_cursor() {
    let desk = desk().await;
    for n in 0..5 {
        desk.file(json!({"title": format!("t{n}")})).await;
    }
    let mut path = "/v1/tickets?limit=2".to_owned();
    let mut titles = Vec::new();
    loop {
        let reply = desk.get(&path).await;
        let link = reply.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        let page = reply.with(200);
        titles.extend(
            page["tickets"].as_array().unwrap().iter().map(|ticket| ticket["title"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(link, None);
            break;
        };
        path = format!("/v1/tickets?limit=2&cursor={cursor}");
        assert_eq!(link, Some(format!("<{path}>; rel=\"next\"")));
    }
    assert_eq!(titles, ["t4", "t3", "t2", "t1", "t0"]);
    for query in ["limit=0", "limit=1001", "limit=a", "cursor=0"] {
        assert_eq!(wrong(desk.get(&format!("/v1/tickets?{query}")).await).len(), 1, "{query}");
    }
}

#[tokio::test]
async fn a_key_sees_its_own_project_and_what_is_not_there_reads_like_what_may_not_be_seen() {
    let desk = desk().await;
    let admin = &desk.scene.admin;
    let project = json!({"name": "Other"});
    desk.scene.instance.send(admin, "POST", "/api/admin/projects", Some(project)).await.with(201);
    let body = json!({"name": "narrow", "scopes": ["tickets:read", "tickets:write"], "projectId": "2"});
    let made = desk.scene.instance.send(admin, "POST", "/api/api-keys", Some(body)).await.with(201);
    let narrow = Desk { key: Caller::bearer(made["key"].as_str().unwrap()), scene: desk.scene };
    let own = narrow.file(json!({})).await;
    let foreign = narrow.scene.ticket().await;
    assert_eq!(narrow.get("/v1/tickets").await.with(200)["tickets"], json!([own]));
    let unknown = narrow.get("/v1/tickets/TICK-99").await.with(404);
    for id in [format!("TICK-{foreign}"), foreign.to_string(), "TICK-x".into(), "COMM-1".into()] {
        assert_eq!(narrow.get(&format!("/v1/tickets/{id}")).await.with(404), unknown, "{id}");
        assert_eq!(narrow.send("PUT", &format!("/v1/tickets/{id}"), json!({})).await.with(404), unknown, "{id}");
    }
}

#[tokio::test]
async fn an_application_does_for_a_customer_what_they_may_do_themselves() {
    let desk = desk().await;
    let tokens = desk.scene.granted(&desk.scene.customer).await;
    let app = Desk { key: Caller::bearer(access(&tokens)), scene: desk.scene };
    let ticket = app.file(json!({"customer_email": "victim@example.org"})).await;
    assert_eq!(ticket["customer_email"], json!("customer@example.org"), "customers file for themselves");
    app.change(&ticket, json!({"priority": "urgent"})).await.with(403);
    app.change(&ticket, json!({"status": "resolved"})).await.with(403);
    app.change(&ticket, json!({"status": "closed", "title": "T"})).await.with(403);
    assert_eq!(app.change(&ticket, json!({"status": "closed"})).await.with(200)["status"], json!("closed"));
    assert_eq!(app.change(&ticket, json!({"status": "open"})).await.with(200)["status"], json!("open"));
    let listed = app.get("/api/tickets").await.with(200);
    let helpdesk = format!("/api/tickets/{}", listed[0]["id"].as_str().unwrap());
    app.send("PATCH", &helpdesk, json!({"status": "closed", "subject": "T"})).await.with(403);
    app.send("PATCH", &helpdesk, json!({"status": "resolved"})).await.with(403);
    for (name, is_theirs) in [("router", true), ("secret", false)] {
        let field = json!({"entityType": "ticket", "name": name, "fieldType": "text", "customerCanView": is_theirs,
            "customerCanEdit": is_theirs});
        let made = app.scene.instance.send(&app.scene.admin, "POST", "/api/custom-fields", Some(field)).await;
        made.with(201);
    }
    let filled = app.send("PATCH", &helpdesk, json!({"customFields": {"router": "A"}})).await.with(200);
    assert_eq!(filled["customFields"], json!({"router": "A"}));
    app.send("PATCH", &helpdesk, json!({"customFields": {"secret": "A"}})).await.with(400);
    app.send("PATCH", &helpdesk, json!({"customFields": {"router": "A"}, "subject": "T"})).await.with(403);
    assert_eq!(app.send("PATCH", &helpdesk, json!({"status": "closed"})).await.with(200)["status"], json!("closed"));
    let tokens = app.scene.granted(&app.scene.admin).await;
    let staff = Desk { key: Caller::bearer(access(&tokens)), scene: app.scene };
    staff.change(&ticket, json!({"priority": "urgent"})).await.with(200);
    let trail = staff.scene.instance.send(&staff.scene.admin, "GET", "/api/tickets/1", None).await.text();
    assert!(trail.contains("priority_changed"));
}

#[tokio::test]
async fn a_ticket_is_the_same_on_every_surface() {
    let desk = desk().await;
    let ticket = desk.file(json!({"priority": "urgent", "tags": ["vpn"]})).await;
    let shown = desk.scene.instance.send(&desk.scene.admin, "GET", "/api/tickets/1", None).await.with(200);
    assert_eq!(
        (&shown["ticket"]["subject"], &shown["ticket"]["priority"], &shown["ticket"]["tags"][0]["name"]),
        (&ticket["title"], &json!("critical"), &json!("vpn"))
    );
    desk.scene.instance.send(&desk.scene.admin, "DELETE", "/api/tickets/1", None).await.with(200);
    desk.get("/v1/tickets/TICK-1").await.with(404);
}
