//! Who else is at a ticket.

use gatehouse::base::clock::SECOND;
use serde_json::json;

use super::{Follower, change, file, staffed};

#[tokio::test]
async fn staff_see_who_else_looks_and_types_until_they_leave() {
    let (instance, admin, agent, customer) = staffed().await;
    let ticket = file(&instance, &customer).await;
    let path = format!("/api/tickets/{ticket}/presence");
    let mut follower = Follower::new(&instance, &admin).await;
    for (state, users) in [("looking", 1), ("typing", 1), ("left", 0)] {
        change(&instance, &agent, &path, json!({"state": state})).await;
        let heard = follower.next().await.unwrap();
        assert_eq!((heard.event.as_str(), heard.id), ("presence", None));
        assert_eq!(heard.data["ticket_id"], json!(ticket));
        let there = heard.data["users"].as_array().unwrap();
        assert_eq!(there.len(), users);
        assert!(there.iter().all(|one| one["name"] == "agent" && one["state"] == state), "{there:?}");
    }
    change(&instance, &agent, &path, json!({"state": "looking"})).await;
    let both = change(&instance, &admin, &path, json!({"state": "typing"})).await;
    assert_eq!(both["users"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn who_says_nothing_more_is_gone_after_half_a_minute() {
    let (instance, admin, agent, customer) = staffed().await;
    let ticket = file(&instance, &customer).await;
    let mut follower = Follower::new(&instance, &admin).await;
    change(&instance, &agent, &format!("/api/tickets/{ticket}/presence"), json!({"state": "looking"})).await;
    assert_eq!(follower.next().await.unwrap().data["users"].as_array().unwrap().len(), 1);
    instance.later(31 * SECOND);
    assert_eq!(follower.next().await.unwrap().data, json!({"ticket_id": ticket, "users": []}));
}

#[tokio::test]
async fn customers_neither_see_nor_say_who_is_there() {
    let (instance, _, agent, customer) = staffed().await;
    let ticket = file(&instance, &customer).await;
    let path = format!("/api/tickets/{ticket}/presence");
    let mut follower = Follower::new(&instance, &customer).await;
    change(&instance, &agent, &path, json!({"state": "typing"})).await;
    instance.send(&customer, "POST", &path, Some(json!({"state": "typing"}))).await.with(403);
    change(&instance, &customer, &format!("/api/tickets/{ticket}/messages"), json!({"body": "more"})).await;
    assert_eq!(follower.next().await.unwrap().event, "comment.created");
}

#[tokio::test]
async fn a_ticket_that_one_may_not_see_is_not_there() {
    let (instance, _, agent, customer) = staffed().await;
    let stranger = instance.signed_in("stranger@example.org", gatehouse::base::Role::Agent).await;
    let ticket = file(&instance, &customer).await;
    let path = format!("/api/tickets/{ticket}/presence");
    instance.send(&stranger, "POST", &path, Some(json!({"state": "looking"}))).await.with(404);
    instance.send(&agent, "POST", &path, Some(json!({"state": "dancing"}))).await.with(422);
}
