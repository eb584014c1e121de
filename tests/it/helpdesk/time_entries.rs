//! Time that staff spent on a ticket.

use gatehouse::base::Role;
use gatehouse::base::clock::MINUTE;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

struct Desk {
    instance: Instance,
    admin: Caller,
    agent: Caller,
    agent_uuid: String,
    customer: Caller,
}

impl Desk {
    async fn open() -> Self {
        let instance = Instance::start();
        let admin = instance.signed_in("admin@example.org", Role::Admin).await;
        let agent = instance.person("agent@example.org", Role::Agent);
        instance.assign_to_project(agent, 1);
        let agent_uuid = instance.user_uuid(agent);
        let agent = instance.sign_in("agent@example.org").await;
        let customer = instance.signed_in("customer@example.org", Role::Customer).await;
        Self { instance, admin, agent, agent_uuid, customer }
    }

    /// A ticket's path.
    async fn ticket(&self) -> String {
        let body = json!({"project_id": 1, "subject": "s", "description": "d"});
        let made = self.instance.send(&self.customer, "POST", "/api/tickets", Some(body)).await.with(201);
        format!("/api/tickets/{}", self.instance.ticket_uuid(made["ticket"]["id"].as_i64().unwrap()))
    }

    async fn log(&self, caller: &Caller, ticket: &str, body: Value) -> Value {
        self.instance.send(caller, "POST", &format!("{ticket}/time-entries"), Some(body)).await.with(201)
    }

    async fn toggle(&self, caller: &Caller, entry: &Value) -> Value {
        let path = format!("/api/time-entries/{}/toggle", entry["id"].as_str().unwrap());
        self.instance.send(caller, "POST", &path, None).await.with(200)
    }

    async fn list(&self, ticket: &str) -> Value {
        self.instance.send(&self.admin, "GET", &format!("{ticket}/time-entries"), None).await.with(200)
    }
}

#[tokio::test]
async fn with_minutes_it_logs_and_without_it_starts() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let logged = desk.log(&desk.agent, &ticket, json!({"minutes": 25, "description": "call", "billable": false})).await;
    let expected = json!({"id": logged["id"], "ticketId": ticket.rsplit('/').next(), "userId": desk.agent_uuid, "userName": "agent",
        "description": "call", "minutes": 25, "billable": false, "isRunning": false, "startedAt": null,
        "stoppedAt": null, "createdAt": "2026-05-06T12:00:00.000Z"});
    assert_eq!(logged, expected);
    let started = desk.log(&desk.agent, &ticket, json!({})).await;
    assert_eq!(
        (&started["isRunning"], &started["minutes"], &started["billable"]),
        (&json!(true), &json!(0), &json!(true))
    );
    assert_eq!(started["startedAt"], "2026-05-06T12:00:00.000Z");
    desk.instance.later(10 * MINUTE);
    assert_eq!(desk.list(&ticket).await[1]["minutes"], 10);
    let stopped = desk.toggle(&desk.agent, &started).await;
    assert_eq!((&stopped["isRunning"], &stopped["minutes"]), (&json!(false), &json!(10)));
    assert_eq!(stopped["stoppedAt"], "2026-05-06T12:10:00.000Z");
    desk.instance.later(10 * MINUTE);
    let again = desk.toggle(&desk.agent, &started).await;
    assert_eq!((&again["isRunning"], &again["minutes"], &again["stoppedAt"]), (&json!(true), &json!(10), &Value::Null));
    desk.instance.later(5 * MINUTE);
    assert_eq!(desk.toggle(&desk.agent, &started).await["minutes"], 15);
}

#[tokio::test]
async fn a_user_has_one_timer_at_a_time() {
    let desk = Desk::open().await;
    let (one, two) = (desk.ticket().await, desk.ticket().await);
    let first = desk.log(&desk.agent, &one, json!({})).await;
    let other = desk.log(&desk.admin, &one, json!({})).await;
    desk.instance.later(7 * MINUTE);
    let second = desk.log(&desk.agent, &two, json!({})).await;
    let listed = desk.list(&one).await;
    assert_eq!((&listed[0]["isRunning"], &listed[0]["minutes"]), (&json!(false), &json!(7)));
    assert_eq!((&listed[1]["id"], &listed[1]["isRunning"]), (&other["id"], &json!(true)));
    desk.instance.later(3 * MINUTE);
    desk.toggle(&desk.agent, &first).await;
    let stopped = &desk.list(&two).await[0];
    assert_eq!((&stopped["id"], &stopped["isRunning"], &stopped["minutes"]), (&second["id"], &json!(false), &json!(3)));
}

#[tokio::test]
async fn a_timer_is_its_users_and_the_admins() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    let colleague = desk.instance.person("colleague@example.org", Role::Agent);
    desk.instance.assign_to_project(colleague, 1);
    let colleague = desk.instance.sign_in("colleague@example.org").await;
    let stranger = desk.instance.signed_in("stranger@example.org", Role::Agent).await;
    let entry = desk.log(&desk.agent, &ticket, json!({})).await;
    let path = format!("/api/time-entries/{}/toggle", entry["id"].as_str().unwrap());
    desk.instance.send(&colleague, "POST", &path, None).await.with(403);
    desk.instance.send(&stranger, "POST", &path, None).await.with(404);
    assert_eq!(desk.toggle(&desk.admin, &entry).await["isRunning"], false);
    let path = format!("{ticket}/time-entries");
    let for_other = json!({"minutes": 5, "userId": desk.agent_uuid});
    desk.instance.send(&colleague, "POST", &path, Some(for_other.clone())).await.with(400);
    assert_eq!(desk.log(&desk.admin, &ticket, for_other).await["userId"], json!(desk.agent_uuid));
    desk.instance.send(&stranger, "GET", &path, None).await.with(404);
}

#[tokio::test]
async fn customers_learn_nothing_of_time() {
    let desk = Desk::open().await;
    let ticket = desk.ticket().await;
    desk.log(&desk.agent, &ticket, json!({"minutes": 5})).await;
    desk.log(&desk.agent, &ticket, json!({})).await;
    let shown = desk.instance.send(&desk.customer, "GET", "/api/tickets/1", None).await.with(200);
    let trail: Vec<&Value> = shown["ticket"]["activities"].as_array().unwrap().iter().map(|a| &a["action"]).collect();
    assert_eq!(trail, ["created"]);
}

#[tokio::test]
async fn minutes_that_cannot_be_are_refused_by_field() {
    let desk = Desk::open().await;
    let path = format!("{}/time-entries", desk.ticket().await);
    for minutes in [json!(0), json!(-1), json!(144_001), json!(1.5), json!("5")] {
        let wrong = desk.instance.send(&desk.agent, "POST", &path, Some(json!({"minutes": minutes}))).await.with(400);
        assert!(wrong["details"]["minutes"].is_array(), "{minutes}");
    }
    let wrong = json!({"minutes": 5, "userId": "00000000-0000-7000-8000-000000000000"});
    let wrong = desk.instance.send(&desk.admin, "POST", &path, Some(wrong)).await.with(400);
    assert!(wrong["details"]["userId"].is_array());
}
