//! When a stream ends.

use gatehouse::base::Role;
use gatehouse::base::clock::HOUR;
use serde_json::json;

use super::{Follower, file, staffed};

#[tokio::test]
async fn a_stream_ends_with_the_session() {
    let (instance, admin, _, customer) = staffed().await;
    let follower = Follower::new(&instance, &customer).await;
    let other = Follower::new(&instance, &admin).await;
    instance.send(&customer, "POST", "/api/auth/logout", None).await.with(200);
    assert!(follower.rest().await.is_empty());
    instance.later(25 * HOUR);
    assert!(other.rest().await.is_empty(), "sessions end by themselves too");
}

#[tokio::test]
async fn a_stream_ends_when_its_user_is_deactivated() {
    let (instance, admin, ..) = staffed().await;
    let id = instance.person("leaver@example.org", Role::Agent);
    let leaver = instance.sign_in("leaver@example.org").await;
    let follower = Follower::new(&instance, &leaver).await;
    let path = format!("/api/admin/users/{id}");
    instance.send(&admin, "PUT", &path, Some(json!({"is_active": false}))).await.with(200);
    assert!(follower.rest().await.is_empty());
}

#[tokio::test]
async fn a_stream_ends_when_the_process_stops() {
    let (instance, admin, ..) = staffed().await;
    let follower = Follower::new(&instance, &admin).await;
    instance.app.stopping.cancel();
    assert!(follower.rest().await.is_empty());
}

#[tokio::test]
async fn who_reads_too_slowly_is_let_go_and_may_go_on_where_they_stopped() {
    let (instance, admin, _, customer) = staffed().await;
    let slow = Follower::new(&instance, &admin).await;
    let mut quick = Follower::new(&instance, &admin).await;
    let heard = 401;
    let begun = file(&instance, &customer).await;
    assert_eq!(quick.next().await.unwrap().data["ticket"]["id"], begun);
    for _ in 1..heard {
        file(&instance, &customer).await;
        assert_eq!(quick.next().await.unwrap().event, "ticket.created", "nobody else waits");
    }
    assert_eq!(instance.app.live.count(), 1);
    let late = slow.rest().await;
    assert!(late.len() < heard, "what waits for a reader is bounded");
    assert_eq!(late[0].data["ticket"]["id"], begun);
    let mut again = Follower::since(&instance, &admin, late.last().unwrap().id).await;
    let missed = again.until("ready").await.len() - 1;
    assert_eq!(late.len() + missed, heard);
}

#[tokio::test]
async fn a_stream_on_which_nothing_happens_is_kept_alive() {
    let (instance, admin, ..) = staffed().await;
    let stranger = instance.signed_in("stranger@example.org", Role::Customer).await;
    let mut own = Follower::new(&instance, &admin).await;
    let mut follower = Follower::new(&instance, &stranger).await;
    file(&instance, &admin).await;
    let newest = own.next().await.unwrap().id.unwrap();
    // Somebody who hears nothing is told how far they may be taken to have heard everything.
    assert_eq!(follower.piece().await.unwrap(), format!(":\nid: {newest}\n\n"));
}

#[tokio::test]
async fn a_seat_is_free_again_when_its_reader_leaves() {
    let (instance, admin, ..) = staffed().await;
    let mut followers = Vec::new();
    for _ in 0..64 {
        followers.push(Follower::new(&instance, &admin).await);
    }
    instance.send(&admin, "GET", "/api/events", None).await.with(429);
    followers.pop();
    followers.push(Follower::new(&instance, &admin).await);
    assert_eq!(instance.app.live.count(), 64);
}
