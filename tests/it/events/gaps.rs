//! Going on where one stopped.

use gatehouse::base::clock::DAY;
use serde_json::json;

use super::{Follower, change, file, staffed};

#[tokio::test]
async fn what_was_missed_is_told_in_order_and_then_goes_on() {
    let (instance, admin, agent, customer) = staffed().await;
    let mut follower = Follower::new(&instance, &customer).await;
    let ticket = file(&instance, &customer).await;
    let last = follower.next().await.unwrap().id;
    drop(follower);
    let messages = format!("/api/tickets/{ticket}/messages");
    change(&instance, &agent, &messages, json!({"body": "note", "type": "note"})).await;
    file(&instance, &admin).await;
    change(&instance, &customer, &messages, json!({"body": "more"})).await;
    let mut again = Follower::since(&instance, &customer, last).await;
    assert_eq!(again.until("ready").await, ["comment.created", "ready"]);
    file(&instance, &customer).await;
    assert_eq!(again.next().await.unwrap().event, "ticket.created");
}

#[tokio::test]
async fn nothing_is_told_twice() {
    let (instance, admin, ..) = staffed().await;
    let mut follower = Follower::new(&instance, &admin).await;
    for _ in 0..20 {
        file(&instance, &admin).await;
    }
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(follower.next().await.unwrap().id.unwrap());
    }
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    let mut again = Follower::since(&instance, &admin, Some(ids[9])).await;
    for id in &ids[10..] {
        assert_eq!(again.next().await.unwrap().id, Some(*id));
    }
    let ready = again.next().await.unwrap();
    assert_eq!((ready.event.as_str(), ready.id), ("ready", ids.last().copied()));
}

#[tokio::test]
async fn who_missed_more_than_is_kept_is_told_to_load_anew() {
    let (instance, admin, _, customer) = staffed().await;
    let mut follower = Follower::new(&instance, &admin).await;
    file(&instance, &customer).await;
    let first = follower.next().await.unwrap().id.unwrap();
    file(&instance, &customer).await;
    instance.later(8 * DAY);
    instance.app.store.write(gatehouse::feed::prune).await.unwrap();
    let admin = instance.sign_in("admin@example.org").await;
    let ticket = file(&instance, &admin).await;
    instance.app.store.write(gatehouse::feed::prune).await.unwrap();
    for last in [first - 1, first + 1_000_000] {
        let mut again = Follower::since(&instance, &admin, Some(last)).await;
        assert_eq!(again.next().await.unwrap().event, "reset", "{last}");
        change(&instance, &admin, &format!("/api/tickets/{ticket}/status"), json!({"status": "closed"})).await;
        assert_eq!(again.next().await.unwrap().event, "ticket.updated");
        change(&instance, &admin, &format!("/api/tickets/{ticket}/status"), json!({"status": "open"})).await;
    }
}

#[tokio::test]
async fn a_place_that_is_no_number_is_refused() {
    let (instance, admin, ..) = staffed().await;
    instance.send(&admin, "GET", "/api/events?last_event_id=x", None).await.with(422);
    let odd = admin.clone().header("last-event-id", "x");
    instance.send(&odd, "GET", "/api/events", None).await.with(422);
}
