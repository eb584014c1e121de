//! Document 000: a VPN user's own tickets.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

async fn open(instance: &Instance, caller: &Caller) -> Value {
    let body = json!({"subject": "Cannot connect", "message": "A timeout."});
    instance.send(caller, "POST", "/v1/tickets", Some(body)).await.with(201)["data"].clone()
}

#[tokio::test]
async fn a_ticket_goes_to_and_fro_in_the_documented_shapes() {
    let instance = Instance::start();
    let customer = instance.signed_in("jane@example.org", Role::Customer).await;
    let agent = instance.person("agent@example.org", Role::Agent);
    instance.assign_to_project(agent, 1);
    let agent = instance.sign_in("agent@example.org").await;
    let opened = open(&instance, &customer).await;
    let id = opened["id"].clone();
    assert_eq!(
        opened,
        json!({"id": id, "subject": "Cannot connect", "status": "open", "created_at": "2026-05-06T12:00:00Z"})
    );
    let listed = instance.send(&customer, "GET", "/v1/tickets", None).await.with(200);
    let row = json!({"id": id, "subject": "Cannot connect", "status": "open", "created_at": "2026-05-06T12:00:00Z",
        "last_reply_at": null});
    assert_eq!(listed, json!({"success": true, "data": [row]}));
    instance.later(60_000);
    let desk = format!("/api/tickets/{id}/messages");
    instance.send(&agent, "POST", &desk, Some(json!({"body": "Try TCP."}))).await.with(201);
    instance.send(&agent, "POST", &desk, Some(json!({"body": "hm", "type": "note"}))).await.with(201);
    let path = format!("/v1/tickets/{id}");
    let reply = instance.send(&customer, "POST", &format!("{path}/reply"), Some(json!({"message": "Thanks"}))).await;
    let reply = reply.with(201);
    assert_eq!((&reply["data"]["message"], &reply["data"]["is_admin"]), (&json!("Thanks"), &json!(false)));
    let thread = instance.send(&customer, "GET", &path, None).await.with(200);
    assert_eq!(thread["data"]["status"], json!("in_progress"));
    let said: Vec<(&str, bool)> = thread["data"]["replies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reply| (reply["message"].as_str().unwrap(), reply["is_admin"].as_bool().unwrap()))
        .collect();
    assert_eq!(said, [("A timeout.", false), ("Try TCP.", true), ("Thanks", false)]);
    for _ in 0..2 {
        let closed = instance.send(&customer, "PUT", &format!("{path}/close"), None).await.with(200);
        assert_eq!(closed, json!({"success": true, "message": "Ticket closed."}));
    }
    let refused = instance.send(&customer, "POST", &format!("{path}/reply"), Some(json!({"message": "x"}))).await;
    assert_eq!(refused.with(409)["success"], json!(false));
}

#[tokio::test]
async fn only_ones_own_tickets_are_there_whatever_the_role() {
    let instance = Instance::start();
    let customer = instance.signed_in("jane@example.org", Role::Customer).await;
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let id = open(&instance, &customer).await["id"].clone();
    for (method, verb) in [("GET", ""), ("POST", "/reply"), ("PUT", "/close")] {
        let body = Some(json!({"message": "x"}));
        let foreign = instance.send(&admin, method, &format!("/v1/tickets/{id}{verb}"), body.clone()).await;
        let absent = instance.send(&admin, method, &format!("/v1/tickets/4000000{verb}"), body).await;
        assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &absent.body), "{method} {verb}");
    }
    assert_eq!(instance.send(&admin, "GET", "/v1/tickets", None).await.with(200)["data"], json!([]));
}

#[tokio::test]
async fn failures_have_the_surfaces_own_shape() {
    let instance = Instance::start();
    let customer = instance.signed_in("jane@example.org", Role::Customer).await;
    let refused = instance.send(&customer, "POST", "/v1/tickets", Some(json!({"subject": ""}))).await.with(422);
    assert_eq!(refused["success"], json!(false));
    assert_eq!(refused["errors"]["subject"], json!(["The subject field is required."]));
    assert!(refused["errors"]["message"][0].is_string());
    let nobody = instance.send(&Caller::default(), "GET", "/v1/tickets", None).await.with(401);
    assert_eq!((&nobody["success"], &nobody["error"]["code"]), (&json!(false), &json!("UNAUTHENTICATED")));
}

#[tokio::test]
async fn the_eleventh_ticket_of_a_minute_has_to_wait() {
    let instance = Instance::start_with(&[]);
    let customer = instance.signed_in("jane@example.org", Role::Customer).await;
    for _ in 0..10 {
        open(&instance, &customer).await;
    }
    let body = json!({"subject": "s", "message": "m"});
    let refused = instance.send(&customer, "POST", "/v1/tickets", Some(body)).await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.with(429);
    let other = instance.signed_in("joe@example.org", Role::Customer).await;
    open(&instance, &other).await;
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page() {
    let instance = Instance::start();
    let customer = instance.signed_in("jane@example.org", Role::Customer).await;
    for _ in 0..101 {
        open(&instance, &customer).await;
    }
    let first = instance.send(&customer, "GET", "/v1/tickets", None).await;
    let link = first.headers["link"].to_str().unwrap().to_owned();
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    assert_eq!(first.with(200)["data"].as_array().unwrap().len(), 100);
    let second = instance.send(&customer, "GET", next, None).await;
    assert!(!second.headers.contains_key("link"));
    assert_eq!(second.with(200)["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_faq_is_public_articles_as_plain_text() {
    let instance = Instance::start();
    let agent = instance.signed_in("agent@example.org", Role::Agent).await;
    let nobody = Caller::default();
    assert_eq!(instance.send(&nobody, "GET", "/v1/faq", None).await.with(200), json!({"success": true, "data": []}));
    let write = |title: &str, content: &str, is_faq: bool| {
        let body = json!({"title": title, "content": content, "isFaq": is_faq, "status": "published"});
        let (instance, agent) = (&instance, &agent);
        async move { instance.send(agent, "POST", "/api/kb/articles", Some(body)).await.with(201) }
    };
    write("How do I connect on iOS?", "Download **the** [WireGuard](https://wireguard.com) app.\n\n- one\n- two", true)
        .await;
    write("No question", "No answer.", false).await;
    write("Second?", "<script>alert(1)</script><b>Yes.</b>", true).await;
    let faq = instance.send(&nobody, "GET", "/v1/faq", None).await.with(200);
    let first = json!({"id": 1, "question": "How do I connect on iOS?",
        "answer": "Download the WireGuard (https://wireguard.com) app.\n\n- one\n- two"});
    assert_eq!(faq, json!({"success": true, "data": [first, {"id": 3, "question": "Second?", "answer": "Yes."}]}));
}

#[tokio::test]
async fn a_long_faq_is_read_page_by_page_oldest_first() {
    let instance = Instance::start();
    let agent = instance.signed_in("agent@example.org", Role::Agent).await;
    for n in 1..=101 {
        let body = json!({"title": n.to_string(), "content": "a", "isFaq": true, "status": "published"});
        instance.send(&agent, "POST", "/api/kb/articles", Some(body)).await.with(201);
    }
    let first = instance.send(&Caller::default(), "GET", "/v1/faq", None).await;
    let link = first.headers["link"].to_str().unwrap().to_owned();
    let first = first.with(200);
    assert_eq!((first["data"].as_array().unwrap().len(), &first["data"][0]["question"]), (100, &json!("1")));
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let second = instance.send(&Caller::default(), "GET", next, None).await;
    assert!(!second.headers.contains_key("link"));
    assert_eq!(second.with(200)["data"], json!([{"id": 101, "question": "101", "answer": "a"}]));
    let wrong = instance.send(&Caller::default(), "GET", "/v1/faq?cursor=x", None).await.with(422);
    assert_eq!((&wrong["success"], wrong["errors"]["cursor"].is_array()), (&json!(false), true));
}
