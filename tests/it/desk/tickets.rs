//! The ticket, as staff and customers see it on document 001's surface.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, NOON};

/// An instance with the default project, an admin, an agent of the project, a customer.
struct Desk {
    instance: Instance,
    admin: Caller,
    agent: Caller,
    agent_id: i64,
    customer: Caller,
    customer_id: i64,
}

impl Desk {
    async fn start() -> Self {
        let instance = Instance::start();
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let agent_id = instance.person("alice@example.org", Role::Agent);
        instance.assign_to_project(agent_id, 1);
        let customer_id = instance.person("tunde@example.org", Role::Customer);
        let (agent, customer) =
            (instance.sign_in("alice@example.org").await, instance.sign_in("tunde@example.org").await);
        Self { instance, admin, agent, agent_id, customer, customer_id }
    }

    async fn send(&self, caller: &Caller, method: &str, path: &str, body: Value) -> crate::app::Reply {
        self.instance.send(caller, method, path, Some(body)).await
    }

    async fn get(&self, caller: &Caller, path: &str) -> crate::app::Reply {
        self.instance.send(caller, "GET", path, None).await
    }

    async fn ticket(&self, caller: &Caller, subject: &str) -> Value {
        let body = json!({"project_id": 1, "subject": subject, "description": "Upload does nothing."});
        self.send(caller, "POST", "/api/tickets", body).await.with(201)["ticket"].clone()
    }

    /// Does something to a ticket; answers it.
    async fn act(&self, caller: &Caller, ticket: &Value, verb: &str, body: Value) -> Value {
        self.send(caller, "POST", &path(ticket, verb), body).await.with(200)["ticket"].clone()
    }
}

fn path(ticket: &Value, verb: &str) -> String {
    format!("/api/tickets/{}{verb}", ticket["id"])
}

#[tokio::test]
async fn a_new_ticket_is_numbered_stamped_and_filed_under_its_customer() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Cannot upload").await;
    assert_eq!(ticket["ticket_number"], json!("SUPP-2026-00001"));
    assert_eq!(
        (&ticket["status"], &ticket["priority"], &ticket["source"]),
        (&json!("open"), &json!("medium"), &json!("portal"))
    );
    assert_eq!(ticket["description"], json!("Upload does nothing."));
    assert_eq!(ticket["creator"], json!({"id": desk.customer_id, "name": "tunde"}));
    assert_eq!(ticket["customer_email"], json!("tunde@example.org"));
    assert_eq!(ticket["first_response_due_at"], json!("2026-05-06T16:00:00Z"));
    assert_eq!(ticket["resolution_due_at"], json!("2026-05-07T12:00:00Z"));
    assert_eq!(ticket["sla_policy"]["first_response_minutes"], json!(240));
    assert_eq!((&ticket["messages"], &ticket["rating"]), (&json!([]), &Value::Null));
    let next = desk.ticket(&desk.customer, "Again").await;
    assert_eq!(next["ticket_number"], json!("SUPP-2026-00002"));
}

#[tokio::test]
async fn what_a_ticket_cannot_be_is_told_by_field_all_at_once() {
    let desk = Desk::start().await;
    let refused = desk.send(&desk.customer, "POST", "/api/tickets", json!({"priority": "huge"})).await.with(422);
    let fields: Vec<&String> = refused["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["description", "priority", "project_id", "subject"]);
    let good = json!({"project_id": 1, "subject": "s", "description": "d"});
    for (field, value) in [
        ("project_id", json!(99)),
        ("project_id", json!("x")),
        ("category_id", json!(99)),
        ("tags", json!([99])),
        ("subject", json!("s".repeat(256))),
        ("subject", json!("a\nb")),
        ("description", json!("d".repeat(65_537))),
        ("metadata", json!([1])),
        ("metadata", json!({"k": "v".repeat(65_536)})),
        ("customer_email", json!("nobody")),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let refused = desk.send(&desk.customer, "POST", "/api/tickets", body).await.with(422);
        assert!(refused["details"][field][0].is_string(), "{field} {value}: {refused}");
    }
    let listed = desk.get(&desk.admin, "/api/tickets").await.with(200);
    assert_eq!(listed["total"], json!(0));
}

#[tokio::test]
async fn customers_cannot_speak_for_others_and_staff_can() {
    let desk = Desk::start().await;
    let named = json!({"project_id": 1, "subject": "s", "description": "d", "customer_email": "victim@example.org",
        "customer_name": "Victim", "customer_phone": "+234"});
    let own = desk.send(&desk.customer, "POST", "/api/tickets", named.clone()).await.with(201);
    assert_eq!(own["ticket"]["customer_email"], json!("tunde@example.org"));
    assert_eq!(own["ticket"]["customer_phone"], json!("+234"));
    let filed = desk.send(&desk.agent, "POST", "/api/tickets", named.clone()).await.with(201);
    assert_eq!(
        (&filed["ticket"]["customer_email"], &filed["ticket"]["creator"]),
        (&json!("victim@example.org"), &Value::Null)
    );
    let mut for_customer = named.clone();
    for_customer["customer_email"] = json!("TUNDE@example.org");
    let filed = desk.send(&desk.agent, "POST", "/api/tickets", for_customer).await.with(201);
    assert_eq!(filed["ticket"]["creator"]["id"], json!(desk.customer_id));
    let mut for_staff = named;
    for_staff["customer_email"] = json!("admin@example.org");
    let filed = desk.send(&desk.agent, "POST", "/api/tickets", for_staff).await.with(201);
    assert_eq!(filed["ticket"]["creator"], Value::Null);
}

#[tokio::test]
async fn who_may_not_see_a_ticket_learns_nothing_of_it() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Mine").await;
    let stranger = desk.instance.signed_in("other@example.org", Role::Customer).await;
    let outsider = desk.instance.signed_in("bob@example.org", Role::Agent).await;
    let unknown = json!({"id": 4_000_000});
    for caller in [&stranger, &outsider] {
        for (method, verb) in [
            ("GET", ""),
            ("PUT", ""),
            ("DELETE", ""),
            ("POST", "/restore"),
            ("POST", "/messages"),
            ("POST", "/status"),
            ("POST", "/assign"),
            ("POST", "/rate"),
            ("POST", "/watch"),
            ("DELETE", "/watch"),
        ] {
            let foreign = desk.send(caller, method, &path(&ticket, verb), json!({})).await;
            let absent = desk.send(caller, method, &path(&unknown, verb), json!({})).await;
            assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &absent.body), "{method} {verb}");
        }
        let listed = desk.get(caller, "/api/tickets?project_id=1&search=Mine").await.with(200);
        assert_eq!((&listed["total"], &listed["data"]), (&json!(0), &json!([])));
    }
    desk.get(&desk.customer, "/api/tickets/0").await.with(404);
    desk.get(&desk.customer, "/api/tickets/x").await.with(404);
    desk.get(&desk.customer, "/api/tickets/99999999999999999999").await.with(404);
}

#[tokio::test]
async fn notes_are_for_staff_and_leave_no_trace_for_the_customer() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    let before = desk.get(&desk.customer, &path(&ticket, "")).await.body;
    desk.instance.later(60_000);
    let note = json!({"body": "A secretword about them", "type": "note"});
    let added = desk.send(&desk.agent, "POST", &path(&ticket, "/messages"), note.clone()).await.with(201);
    assert_eq!(added["message"]["type"], json!("note"));
    assert_eq!(desk.get(&desk.customer, &path(&ticket, "")).await.body, before);
    let seen = desk.get(&desk.agent, &path(&ticket, "")).await.with(200);
    assert_eq!(seen["ticket"]["messages"][0]["body"], json!("A secretword about them"));
    assert_eq!(seen["ticket"]["status"], json!("open"));
    let found = |caller: Caller| async {
        desk.get(&{ caller }, "/api/tickets?search=secretword").await.with(200)["total"].clone()
    };
    assert_eq!(found(desk.agent.clone()).await, json!(1));
    assert_eq!(found(desk.customer.clone()).await, json!(0));
    desk.send(&desk.customer, "POST", &path(&ticket, "/messages"), note).await.with(403);
    desk.send(&desk.agent, "POST", &path(&ticket, "/messages"), json!({"body": " "})).await.with(422);
    desk.send(&desk.agent, "POST", &path(&ticket, "/messages"), json!({"body": "x", "type": "shout"})).await.with(422);
}

#[tokio::test]
async fn the_first_answer_of_staff_starts_the_work_and_stamps_the_response() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    desk.instance.later(5 * 60_000);
    let own =
        desk.send(&desk.customer, "POST", &path(&ticket, "/messages"), json!({"body": "anyone?"})).await.with(201);
    assert_eq!((&own["message"]["is_first_response"], &own["message"]["is_staff"]), (&json!(false), &json!(false)));
    let reply = desk.send(&desk.agent, "POST", &path(&ticket, "/messages"), json!({"body": "Hi"})).await.with(201);
    assert_eq!((&reply["message"]["is_first_response"], &reply["message"]["is_staff"]), (&json!(true), &json!(true)));
    assert_eq!(reply["message"]["user"], json!({"id": desk.agent_id, "name": "alice"}));
    let second = desk.send(&desk.agent, "POST", &path(&ticket, "/messages"), json!({"body": "Hi"})).await.with(201);
    assert_eq!(second["message"]["is_first_response"], json!(false));
    let seen = desk.get(&desk.customer, &path(&ticket, "")).await.with(200)["ticket"].clone();
    assert_eq!((&seen["status"], &seen["reply_count"]), (&json!("in_progress"), &json!(3)));
    assert_eq!(seen["first_response_at"], json!("2026-05-06T12:05:00Z"));
    let actions: Vec<&str> =
        seen["activities"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["created", "replied", "replied", "status_changed", "replied"]);
}

#[tokio::test]
async fn an_answer_of_the_customer_reopens_what_waits_or_is_resolved() {
    let desk = Desk::start().await;
    for (assigned, expected) in [(false, "open"), (true, "in_progress")] {
        for from in ["pending_customer", "pending", "resolved"] {
            let ticket = desk.ticket(&desk.customer, "Slow").await;
            if assigned {
                desk.act(&desk.agent, &ticket, "/assign", json!({"user_id": desk.agent_id})).await;
            }
            desk.act(&desk.agent, &ticket, "/status", json!({"status": from})).await;
            desk.send(&desk.customer, "POST", &path(&ticket, "/messages"), json!({"body": "still"})).await.with(201);
            let seen = desk.get(&desk.customer, &path(&ticket, "")).await.with(200);
            assert_eq!(seen["ticket"]["status"], json!(expected), "{from}");
            assert_eq!(seen["ticket"]["resolved_at"], Value::Null);
        }
    }
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    desk.act(&desk.customer, &ticket, "/status", json!({"status": "closed"})).await;
    desk.send(&desk.customer, "POST", &path(&ticket, "/messages"), json!({"body": "still"})).await.with(409);
    desk.send(&desk.agent, "POST", &path(&ticket, "/messages"), json!({"body": "bye"})).await.with(201);
    let seen = desk.get(&desk.customer, &path(&ticket, "")).await.with(200);
    assert_eq!(seen["ticket"]["status"], json!("closed"));
}

#[tokio::test]
async fn customers_may_close_and_reopen_and_nothing_else() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    for status in ["in_progress", "pending_customer", "resolved"] {
        desk.send(&desk.customer, "POST", &path(&ticket, "/status"), json!({"status": status})).await.with(403);
    }
    desk.send(&desk.customer, "PUT", &path(&ticket, ""), json!({"priority": "critical"})).await.with(403);
    desk.send(&desk.customer, "POST", &path(&ticket, "/assign"), json!({"user_id": null})).await.with(403);
    desk.send(&desk.customer, "DELETE", &path(&ticket, ""), json!({})).await.with(403);
    let closed = desk.act(&desk.customer, &ticket, "/status", json!({"status": "closed"})).await;
    assert_eq!((&closed["status"], &closed["closed_at"]), (&json!("closed"), &json!("2026-05-06T12:00:00Z")));
    desk.send(&desk.customer, "POST", &path(&ticket, "/status"), json!({"status": "resolved"})).await.with(403);
    let open = desk.act(&desk.customer, &ticket, "/status", json!({"status": "open"})).await;
    assert_eq!((&open["status"], &open["closed_at"]), (&json!("open"), &Value::Null));
    desk.send(&desk.agent, "POST", &path(&ticket, "/status"), json!({"status": "lost"})).await.with(422);
}

#[tokio::test]
async fn only_active_staff_who_see_a_ticket_can_have_it() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    let outsider = desk.instance.person("bob@example.org", Role::Agent);
    for user in [outsider, desk.customer_id, 99] {
        let refused =
            desk.send(&desk.agent, "POST", &path(&ticket, "/assign"), json!({"user_id": user})).await.with(422);
        assert!(refused["details"]["user_id"][0].is_string());
    }
    desk.send(&desk.agent, "POST", &path(&ticket, "/assign"), json!({})).await.with(422);
    let assigned = desk.act(&desk.agent, &ticket, "/assign", json!({"user_id": desk.agent_id})).await;
    assert_eq!((&assigned["assigned_to"], &assigned["status"]), (&json!(desk.agent_id), &json!("in_progress")));
    assert_eq!(assigned["assignee"]["name"], json!("alice"));
    let freed = desk.act(&desk.agent, &ticket, "/assign", json!({"user_id": null})).await;
    assert_eq!((&freed["assigned_to"], &freed["status"]), (&Value::Null, &json!("in_progress")));
}

#[tokio::test]
async fn a_rating_is_the_creators_once_and_only_when_it_is_over() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    let rate =
        |caller: Caller, body: Value| async { desk.send(&{ caller }, "POST", &path(&ticket, "/rate"), body).await };
    rate(desk.customer.clone(), json!({"score": 5})).await.with(409);
    desk.act(&desk.agent, &ticket, "/status", json!({"status": "resolved"})).await;
    for score in [json!(0), json!(6), json!(1.5), json!("5"), Value::Null] {
        rate(desk.customer.clone(), json!({"score": score})).await.with(422);
    }
    rate(desk.agent.clone(), json!({"score": 5})).await.with(403);
    let rated = rate(desk.customer.clone(), json!({"score": 5, "comment": "Great support!"})).await.with(200);
    assert_eq!(rated, json!({"rating": {"score": 5, "comment": "Great support!"}}));
    rate(desk.customer.clone(), json!({"score": 1})).await.with(409);
    let seen = desk.get(&desk.agent, &path(&ticket, "")).await.with(200);
    assert_eq!(seen["ticket"]["rating"]["score"], json!(5));
}

#[tokio::test]
async fn a_deleted_ticket_is_gone_for_all_but_admins_until_it_is_restored_or_purged() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    desk.send(&desk.agent, "DELETE", &path(&ticket, ""), json!({})).await.with(403);
    let gone = desk.send(&desk.admin, "DELETE", &path(&ticket, ""), json!({})).await.with(200);
    assert_eq!(gone, json!({"message": "Ticket deleted"}));
    for caller in [&desk.agent, &desk.customer] {
        desk.get(caller, &path(&ticket, "")).await.with(404);
        let listed = desk.get(caller, "/api/tickets?deleted=true&search=slow").await.with(200);
        assert_eq!(listed["total"], json!(0));
    }
    desk.send(&desk.admin, "POST", &path(&ticket, "/status"), json!({"status": "closed"})).await.with(404);
    let listed = desk.get(&desk.admin, "/api/tickets?deleted=true").await.with(200);
    assert_eq!(listed["data"][0]["id"], ticket["id"]);
    desk.send(&desk.agent, "POST", &path(&ticket, "/restore"), json!({})).await.with(404);
    desk.send(&desk.admin, "POST", &path(&ticket, "/restore"), json!({})).await.with(200);
    desk.get(&desk.customer, &path(&ticket, "")).await.with(200);
    desk.send(&desk.admin, "DELETE", &path(&ticket, ""), json!({})).await.with(200);
    desk.instance.later(30 * 24 * 3_600_000);
    while desk.instance.app.store.write(gatehouse::ticket::purge).await.unwrap() {}
    let admin = desk.instance.sign_in("admin@example.org").await;
    desk.get(&admin, &path(&ticket, "")).await.with(404);
    let customer = desk.instance.sign_in("tunde@example.org").await;
    let next = desk.ticket(&customer, "Next").await;
    assert_ne!(next["id"], ticket["id"]);
    assert_eq!(next["ticket_number"], json!("SUPP-2026-00002"));
}

#[tokio::test]
async fn a_change_keeps_what_is_left_out_and_tells_the_trail() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    let body = json!({"subject": "Very slow", "description": "Since monday", "priority": "urgent"});
    let changed = desk.send(&desk.agent, "PUT", &path(&ticket, ""), body).await.with(200)["ticket"].clone();
    assert_eq!((&changed["subject"], &changed["description"]), (&json!("Very slow"), &json!("Since monday")));
    assert_eq!(changed["priority"], json!("critical"));
    assert_eq!(changed["first_response_due_at"], json!("2026-05-06T12:15:00Z"));
    let trail = changed["activities"].as_array().unwrap();
    let priority = trail.iter().find(|row| row["action"] == "priority_changed").unwrap();
    assert_eq!((&priority["from"], &priority["to"]), (&json!("medium"), &json!("critical")));
    let same = desk.send(&desk.agent, "PUT", &path(&ticket, ""), json!({})).await.with(200)["ticket"].clone();
    assert_eq!(same, changed);
    let found = desk.get(&desk.customer, "/api/tickets?search=monday").await.with(200);
    assert_eq!(found["total"], json!(1));
}

#[tokio::test]
async fn watching_can_be_begun_and_ended() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    let on = desk.send(&desk.agent, "POST", &path(&ticket, "/watch"), json!({})).await.with(200);
    assert_eq!(on, json!({"watching": true}));
    let seen = desk.get(&desk.admin, &path(&ticket, "")).await.with(200);
    assert_eq!(seen["ticket"]["watchers"], json!([{"id": desk.agent_id, "name": "alice"}]));
    let off = desk.send(&desk.agent, "DELETE", &path(&ticket, "/watch"), json!({})).await.with(200);
    assert_eq!(off, json!({"watching": false}));
}

#[tokio::test]
async fn every_page_of_a_list_holds_what_it_should_whatever_is_filtered() {
    let desk = Desk::start().await;
    let mut made = Vec::new();
    for n in 0..23 {
        let ticket = desk.ticket(&desk.customer, &format!("Ticket {n}")).await;
        if n % 3 == 0 {
            desk.act(&desk.agent, &ticket, "/status", json!({"status": "closed"})).await;
        }
        if n % 5 == 0 {
            desk.send(&desk.agent, "PUT", &path(&ticket, ""), json!({"priority": "high"})).await.with(200);
        }
        made.push((ticket["id"].as_i64().unwrap(), n));
    }
    type Wanted = fn(i32) -> bool;
    let cases: [(&str, Wanted); 6] = [
        ("", |_| true),
        ("&status=closed", |n| n % 3 == 0),
        ("&priority=high", |n| n % 5 == 0),
        ("&priority=high&status=closed", |n| n % 15 == 0),
        ("&project_id=1&unassigned=true&status=open", |n| n % 3 != 0),
        ("&search=ticket", |_| true),
    ];
    for caller in [&desk.admin, &desk.agent, &desk.customer] {
        for (filter, wanted) in &cases {
            let mut seen = Vec::new();
            let mut page = 1;
            loop {
                let reply = desk.get(caller, &format!("/api/tickets?per_page=4&page={page}{filter}")).await;
                let has_next = reply.headers.contains_key("link");
                let body = reply.with(200);
                seen.extend(body["data"].as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()));
                let expected = made.iter().filter(|(_, n)| wanted(*n)).count();
                assert_eq!(body["total"], json!(expected), "{filter}");
                assert_eq!(body["last_page"], json!(expected.div_ceil(4).max(1)));
                if !has_next {
                    break;
                }
                page += 1;
            }
            let expected: Vec<i64> = made.iter().rev().filter(|(_, n)| wanted(*n)).map(|(id, _)| *id).collect();
            assert_eq!(seen, expected, "{filter}");
        }
    }
    for bad in ["per_page=101", "per_page=0", "per_page=-1", "page=0", "per_page=a", "status=lost", "overdue=maybe"] {
        desk.get(&desk.admin, &format!("/api/tickets?{bad}")).await.with(422);
    }
}

#[tokio::test]
async fn deadlines_wait_while_the_customer_is_asked_and_breaches_are_marked_once() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    let (hour, store) = (3_600_000, &desk.instance.app.store);
    desk.instance.later(hour);
    let paused = desk.act(&desk.agent, &ticket, "/status", json!({"status": "pending"})).await;
    assert_eq!((&paused["first_response_due_at"], &paused["resolution_due_at"]), (&Value::Null, &Value::Null));
    desk.instance.later(10 * 60_000);
    let running = desk.act(&desk.agent, &ticket, "/status", json!({"status": "open"})).await;
    assert_eq!(running["first_response_due_at"], json!("2026-05-06T16:10:00Z"));
    assert_eq!(running["resolution_due_at"], json!("2026-05-07T12:10:00Z"));
    let due = store.read(gatehouse::ticket::next_due).await.unwrap().unwrap();
    assert_eq!(due.0, NOON + 4 * hour + 10 * 60_000);
    desk.instance.later(due.0 - (NOON + hour + 10 * 60_000));
    assert!(!store.write(gatehouse::ticket::mark_breaches).await.unwrap());
    desk.instance.later(1);
    assert!(store.write(gatehouse::ticket::mark_breaches).await.unwrap());
    assert!(!store.write(gatehouse::ticket::mark_breaches).await.unwrap());
    let admin = desk.instance.sign_in("admin@example.org").await;
    let seen = desk.get(&admin, &path(&ticket, "")).await.with(200)["ticket"].clone();
    assert_eq!((&seen["first_response_breached"], &seen["resolution_breached"]), (&json!(true), &json!(false)));
    let listed = desk.get(&admin, "/api/tickets?overdue=true").await.with(200);
    assert_eq!(listed["total"], json!(1));
    let breaches = seen["activities"].as_array().unwrap().iter().filter(|row| row["action"] == "sla_breached").count();
    assert_eq!(breaches, 1);
}

#[tokio::test]
async fn what_is_due_soon_comes_in_that_order_without_what_is_finished_or_waits() {
    let desk = Desk::start().await;
    let [answered, first, waiting] = [
        desk.ticket(&desk.customer, "A").await,
        desk.ticket(&desk.customer, "B").await,
        desk.ticket(&desk.customer, "C").await,
    ];
    desk.send(&desk.agent, "POST", &path(&answered, "/messages"), json!({"body": "On it"})).await.with(201);
    desk.act(&desk.agent, &waiting, "/status", json!({"status": "pending"})).await;
    desk.instance.later(3_600_000);
    let second = desk.ticket(&desk.customer, "D").await;
    let finished = desk.ticket(&desk.customer, "E").await;
    desk.act(&desk.agent, &finished, "/status", json!({"status": "resolved"})).await;
    // A first response is due after 4 hours, a resolution after 24.
    let cases = [
        ("due_within=179", vec![]),
        ("due_within=180", vec![&first]),
        ("due_within=240", vec![&first, &second]),
        ("due_within=1380", vec![&first, &second, &answered]),
        ("due_within=1380&search=D", vec![&second]),
        ("unfinished=true", vec![&second, &waiting, &first, &answered]),
        ("unfinished=true&status=resolved", vec![]),
        ("unfinished=true&unassigned=true", vec![&second, &waiting, &first, &answered]),
    ];
    for (filter, expected) in cases {
        let listed = desk.get(&desk.agent, &format!("/api/tickets?{filter}")).await.with(200);
        let ids = |rows: &[&Value]| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&listed["data"].as_array().unwrap().iter().collect::<Vec<_>>()), ids(&expected), "{filter}");
        assert_eq!(listed["total"], json!(expected.len()), "{filter}");
    }
    for bad in ["due_within=0", "due_within=43201", "due_within=soon", "unfinished=2"] {
        desk.get(&desk.agent, &format!("/api/tickets?{bad}")).await.with(422);
    }
}

#[tokio::test]
async fn a_deadline_that_a_new_priority_has_passed_already_is_told_like_one_that_ran_out() {
    let desk = Desk::start().await;
    let ticket = desk.ticket(&desk.customer, "Slow").await;
    desk.instance.later(2 * 3_600_000);
    let admin = desk.instance.sign_in("admin@example.org").await;
    let urgent = json!({"priority": "critical"});
    desk.instance.send(&admin, "PUT", &path(&ticket, ""), Some(urgent)).await.with(200);
    let seen = desk.get(&admin, &path(&ticket, "")).await.with(200)["ticket"].clone();
    assert_eq!((&seen["first_response_breached"], &seen["resolution_breached"]), (&json!(true), &json!(false)));
    let told = |seen: &Value| {
        let all = seen["activities"].as_array().unwrap();
        all.iter().filter(|row| row["action"] == "sla_breached").map(|row| row["to"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(&seen), [json!("first_response")]);
    assert!(!desk.instance.app.store.write(gatehouse::ticket::mark_breaches).await.unwrap(), "once");
}

#[tokio::test]
async fn fifty_tickets_opened_at_once_are_numbered_without_gap_or_repeat() {
    let desk = std::sync::Arc::new(Desk::start().await);
    let mut all = tokio::task::JoinSet::new();
    for n in 0..50 {
        let desk = desk.clone();
        all.spawn(
            async move { desk.ticket(&desk.customer, &format!("Ticket {n}")).await["ticket_number"].to_string() },
        );
    }
    let mut numbers: Vec<String> = all.join_all().await;
    numbers.sort();
    let expected: Vec<String> = (1..=50).map(|n| format!("\"SUPP-2026-{n:05}\"")).collect();
    assert_eq!(numbers, expected);
}
