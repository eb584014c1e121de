//! The bell: what concerns somebody.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::{Follower, change, file, staffed};
use crate::app::{Caller, Instance};

async fn listed(instance: &Instance, caller: &Caller) -> Value {
    instance.send(caller, "GET", "/api/notifications", None).await.with(200)
}

/// Kind and reason of each, newest first.
fn told(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = list["notifications"].as_array().unwrap().iter();
    all.map(|one| (text(&one["kind"]), text(&one["reason"]))).collect()
}

fn pair(kind: &str, reason: &str) -> (String, String) {
    (kind.to_owned(), reason.to_owned())
}

#[tokio::test]
async fn whoever_has_a_ticket_hears_of_it_and_nobody_of_their_own_acts() {
    let (instance, admin, agent, customer) = staffed().await;
    let own = instance.send(&agent, "GET", "/api/auth/me", None).await.with(200)["user"]["id"].clone();
    let ticket = file(&instance, &customer).await;
    let path = |verb: &str| format!("/api/tickets/{ticket}/{verb}");
    change(&instance, &admin, &path("assign"), json!({"user_id": own})).await;
    change(&instance, &customer, &path("messages"), json!({"body": "more"})).await;
    change(&instance, &agent, &path("messages"), json!({"body": "an answer"})).await;
    let list = listed(&instance, &agent).await;
    assert_eq!(told(&list), [pair("comment.created", "assigned"), pair("ticket.assigned", "assigned")]);
    assert_eq!(list["unread"], json!(2));
    let first = &list["notifications"][0];
    assert_eq!((&first["ticket"]["subject"], &first["by"]["name"]), (&json!("s"), &json!("customer")));
    assert!(told(&listed(&instance, &admin).await).is_empty(), "an admin who assigns is not concerned");
}

#[tokio::test]
async fn watchers_hear_of_what_they_may_read() {
    let (instance, _, agent, customer) = staffed().await;
    let ticket = file(&instance, &customer).await;
    let path = |verb: &str| format!("/api/tickets/{ticket}/{verb}");
    change(&instance, &customer, &path("watch"), json!({})).await;
    change(&instance, &agent, &path("messages"), json!({"body": "note", "type": "note"})).await;
    change(&instance, &agent, &path("messages"), json!({"body": "reply"})).await;
    let both = [pair("ticket.updated", "watching"), pair("comment.created", "watching")];
    assert_eq!(told(&listed(&instance, &customer).await), both);
}

#[tokio::test]
async fn whoever_is_mentioned_by_staff_hears_of_it() {
    let (instance, admin, agent, customer) = staffed().await;
    let bob = instance.signed_in("bob@example.org", Role::Admin).await;
    let ticket = file(&instance, &customer).await;
    let messages = format!("/api/tickets/{ticket}/messages");
    let mut follower = Follower::new(&instance, &bob).await;
    let note = json!({"body": "What do you think, @Bob?", "type": "note"});
    let said = change(&instance, &agent, &messages, note).await;
    assert_eq!(follower.until("notification").await, ["comment.created", "notification"]);
    let list = listed(&instance, &bob).await;
    assert_eq!(told(&list), [pair("comment.created", "mentioned")]);
    assert_eq!(list["notifications"][0]["message_id"], said["message"]["id"]);
    // What customers write calls nobody.
    change(&instance, &customer, &messages, json!({"body": "@bob @admin hello"})).await;
    assert_eq!(told(&listed(&instance, &bob).await).len(), 1);
    assert!(told(&listed(&instance, &admin).await).is_empty());
}

#[tokio::test]
async fn what_may_no_longer_be_read_is_not_listed_nor_counted() {
    let (instance, admin, agent, customer) = staffed().await;
    let own = instance.send(&agent, "GET", "/api/auth/me", None).await.with(200)["user"]["id"].clone();
    let ticket = file(&instance, &customer).await;
    change(&instance, &admin, &format!("/api/tickets/{ticket}/assign"), json!({"user_id": own})).await;
    assert_eq!(listed(&instance, &agent).await["unread"], json!(1));
    instance.send(&admin, "DELETE", &format!("/api/admin/projects/1/agents/{own}"), None).await.with(200);
    let nothing = json!({"notifications": [], "unread": 0, "next_cursor": null});
    assert_eq!(listed(&instance, &agent).await, nothing);
}

#[tokio::test]
async fn they_are_read_one_by_one_or_up_to_one_and_only_by_their_owner() {
    let (instance, admin, agent, customer) = staffed().await;
    let ticket = file(&instance, &customer).await;
    change(&instance, &agent, &format!("/api/tickets/{ticket}/watch"), json!({})).await;
    for _ in 0..5 {
        change(&instance, &customer, &format!("/api/tickets/{ticket}/messages"), json!({"body": "more"})).await;
    }
    let page = instance.send(&agent, "GET", "/api/notifications?limit=2", None).await.with(200);
    let next = format!("/api/notifications?limit=2&cursor={}", page["next_cursor"]);
    let second = instance.send(&agent, "GET", &next, None).await.with(200);
    let id = |page: &Value, index: usize| page["notifications"][index]["id"].as_i64().unwrap();
    assert!(id(&page, 1) > id(&second, 0) && id(&second, 0) > id(&second, 1));
    let read = async |caller: &Caller, body: Value| change(&instance, caller, "/api/notifications/read", body).await;
    assert_eq!(read(&admin, json!({"up_to": id(&page, 0)})).await["unread"], json!(0));
    assert_eq!(read(&agent, json!({"ids": [id(&page, 0)]})).await["unread"], json!(4));
    assert_eq!(read(&agent, json!({"up_to": id(&second, 0)})).await["unread"], json!(1));
    let unread = instance.send(&agent, "GET", "/api/notifications?unread=true", None).await.with(200);
    assert_eq!(id(&unread, 0), id(&page, 1));
    instance.send(&agent, "POST", "/api/notifications/read", Some(json!({"ids": [1], "up_to": 1}))).await.with(422);
}
