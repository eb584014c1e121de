//! What is told of what happens.

use gatehouse::base::Role;
use serde_json::json;

use super::{Follower, change, file, staffed};
use crate::app::Instance;

#[tokio::test]
async fn every_change_of_a_ticket_is_told_as_it_happens() {
    let (instance, admin, _, customer) = staffed().await;
    let mut follower = Follower::new(&instance, &admin).await;
    let ticket = file(&instance, &customer).await;
    let created = follower.next().await.unwrap();
    assert_eq!(created.event, "ticket.created");
    assert_eq!(created.id, created.data["id"].as_i64());
    let uuid = instance.ticket_uuid(ticket);
    assert_eq!(
        created.data["ticket"],
        json!({"id": ticket, "uuid": uuid, "ticket_number": "SUPP-2026-00001", "project_id": 1})
    );
    assert_eq!(
        (&created.data["at"], &created.data["is_internal"]),
        (&json!("2026-05-06T12:00:00.000Z"), &json!(false))
    );
    let own = instance.send(&customer, "GET", "/api/auth/me", None).await.with(200);
    assert_eq!(created.data["by"], own["user"]["id"]);

    let path = |verb: &str| format!("/api/tickets/{ticket}/{verb}");
    change(&instance, &admin, &path("status"), json!({"status": "pending"})).await;
    let moved = follower.next().await.unwrap();
    assert_eq!(moved.event, "ticket.updated");
    assert_eq!(moved.data["content"], json!({"action": "status_changed", "from": "open", "to": "pending"}));

    let said = change(&instance, &admin, &path("messages"), json!({"body": "secret words", "type": "note"})).await;
    let noted = follower.next().await.unwrap();
    assert_eq!((noted.event.as_str(), &noted.data["is_internal"]), ("comment.created", &json!(true)));
    assert_eq!(noted.data["content"], json!({"action": "note_added", "message_id": said["message"]["id"]}));
    assert!(!noted.data.to_string().contains("secret words"), "what people wrote stays where it is");
}

#[tokio::test]
async fn who_has_a_ticket_from_now_on_is_told() {
    let (instance, admin, _, customer) = staffed().await;
    let other = instance.person("other@example.org", Role::Admin);
    let ticket = file(&instance, &customer).await;
    let mut follower = Follower::new(&instance, &admin).await;
    for (to, action) in [(json!(other), "assigned"), (json!(null), "unassigned")] {
        change(&instance, &admin, &format!("/api/tickets/{ticket}/assign"), json!({"user_id": to})).await;
        follower.until("ticket.assigned").await;
        let detail = instance.send(&admin, "GET", &format!("/api/tickets/{ticket}"), None).await.with(200);
        assert_eq!(detail["ticket"]["assigned_to"], to, "{action}");
    }
}

#[tokio::test]
async fn servers_devices_and_users_are_told_of() {
    let (instance, admin, ..) = staffed().await;
    let mut follower = Follower::new(&instance, &admin).await;
    let agent = instance.agent(&admin, "la").await;
    let peer = instance.peer(&admin, "la", json!({"name": "phone"})).await;
    let id = peer["id"].as_str().unwrap();
    change(&instance, &admin, &format!("/api/wg-clients/la/{id}/disable"), json!({})).await;
    let report = json!({"server_id": "la", "ping_ms": 1.0, "transfer_rx": 0, "transfer_tx": 0});
    change(&instance, &agent, "/api/report", report).await;
    for kind in ["server.created", "server.updated", "peer.created", "peer.updated", "server.online"] {
        assert_eq!(follower.happened().await.event, kind);
    }
    let new = json!({"name": "n", "email": "n@example.org", "role": "agent"});
    let made = change(&instance, &admin, "/api/admin/users", new).await;
    let heard = follower.happened().await;
    assert_eq!((heard.event.as_str(), &heard.data["user_id"]), ("user.created", &made["user"]["id"]));
}

#[tokio::test]
async fn whoever_sees_servers_hears_that_they_have_measured_once_in_ten_seconds() {
    let (instance, admin, _, customer) = staffed().await;
    let agent = instance.agent(&admin, "la").await;
    let report = json!({"server_id": "la", "ping_ms": 1.0, "transfer_rx": 0, "transfer_tx": 0});
    let mut follower = Follower::new(&instance, &customer).await;
    for _ in 0..3 {
        change(&instance, &agent, "/api/report", report.clone()).await;
    }
    let heard = follower.until("server.measured").await;
    assert!(heard.iter().all(|kind| ["server.online", "server.measured"].contains(&kind.as_str())), "{heard:?}");
    instance.later(10_000);
    change(&instance, &agent, "/api/report", report).await;
    follower.until("server.measured").await;
    file(&instance, &customer).await;
    assert_eq!(follower.until("ticket.created").await, ["ticket.created"], "once");
}

#[tokio::test]
async fn customers_are_named_the_servers_of_their_own_devices_alone_and_staff_all() {
    let (instance, admin, agent, customer) = staffed().await;
    let (la, fra) = (instance.agent(&admin, "la").await, instance.agent(&admin, "fra").await);
    let user = instance.send(&customer, "GET", "/api/auth/me", None).await.with(200)["user"]["id"].clone();
    instance.peer(&admin, "la", json!({"name": "phone", "userId": user})).await;
    instance.peer(&admin, "fra", json!({"name": "laptop"})).await;
    let stranger = instance.signed_in("stranger@example.org", Role::Customer).await;
    // The first report that is told holds back all others for ten seconds: then they are told together.
    let both = async || {
        for (server, caller) in [("la", &la), ("fra", &fra)] {
            let report = json!({"server_id": server, "ping_ms": 1.0, "transfer_rx": 0, "transfer_tx": 0});
            change(&instance, caller, "/api/report", report).await;
        }
    };
    let mut first = Follower::new(&instance, &admin).await;
    both().await;
    first.until("server.measured").await;
    let mut followers = Vec::new();
    for caller in [&customer, &stranger, &agent, &admin] {
        followers.push(Follower::new(&instance, caller).await);
    }
    both().await;
    instance.later(10_000);
    let all = json!(["la", "fra"]);
    for (follower, named) in followers.iter_mut().zip([json!(["la"]), json!([]), all.clone(), all]) {
        let heard = loop {
            let heard = follower.next().await.unwrap();
            if heard.event == "server.measured" {
                break heard;
            }
        };
        assert_eq!((heard.id, heard.data), (None, json!({"servers": named})));
    }
}

#[tokio::test]
async fn servers_that_are_too_many_to_name_are_not_named() {
    let (instance, admin, _, customer) = staffed().await;
    let mut followers = [Follower::new(&instance, &admin).await, Follower::new(&instance, &customer).await];
    instance.app.live.note_measures(1);
    for follower in &mut followers {
        follower.until("server.measured").await;
    }
    // Ten seconds have not passed: they gather.
    for server in 1..=201 {
        instance.app.live.note_measures(server);
    }
    instance.later(10_000);
    for (follower, servers) in followers.iter_mut().zip([json!(null), json!([])]) {
        assert_eq!(follower.next().await.unwrap().data, json!({"servers": servers}));
    }
}

#[tokio::test]
async fn whatever_moves_a_deadline_is_told_and_a_changed_policy_moves_none() {
    let (instance, admin, _, customer) = staffed().await;
    let ticket = file(&instance, &customer).await;
    let mut follower = Follower::new(&instance, &admin).await;
    let own = format!("/api/tickets/{ticket}");
    let clocks = async || instance.send(&admin, "GET", &format!("{own}/sla"), None).await.with(200);
    let mut before = clocks().await;
    let policies = instance.send(&admin, "GET", "/api/admin/sla", None).await.with(200)["sla_policies"].take();
    for policy in policies.as_array().unwrap() {
        let hours = json!({"time_zone": "UTC", "week": {"mon": [["09:00", "10:00"]]}});
        let body = json!({"first_response_minutes": 7, "business_hours": hours});
        instance.send(&admin, "PUT", &format!("/api/admin/sla/{}", policy["id"]), Some(body)).await.with(200);
    }
    assert_eq!(clocks().await, before, "what was promised stays");
    for (method, path, body) in [
        ("PUT", own.clone(), json!({"priority": "high"})),
        ("POST", format!("{own}/status"), json!({"status": "pending"})),
        ("POST", format!("{own}/status"), json!({"status": "in_progress"})),
        ("POST", format!("{own}/messages"), json!({"body": "reply"})),
        ("POST", format!("{own}/status"), json!({"status": "resolved"})),
        ("POST", format!("{own}/status"), json!({"status": "open"})),
    ] {
        instance.later(60_000);
        let was = clocks().await;
        assert_ne!(was, before, "time goes on");
        let last = instance.app.store.read(gatehouse::feed::newest).await.unwrap();
        let sent = instance.send(&admin, method, &path, Some(body.clone())).await;
        assert!(sent.status.is_success(), "{sent:?}");
        let mut heard = follower.happened().await;
        while heard.id <= Some(last) {
            heard = follower.happened().await;
        }
        assert_eq!(heard.data["ticket"]["id"], ticket, "{body}");
        before = clocks().await;
        assert_ne!(before, was, "{body}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_told_of_once() {
    let (instance, admin, _, customer) = staffed().await;
    let agent = instance.agent(&admin, "la").await;
    let report = json!({"server_id": "la", "ping_ms": 1.0, "transfer_rx": 0, "transfer_tx": 0});
    change(&instance, &agent, "/api/report", report).await;
    let mut follower = Follower::new(&instance, &customer).await;
    let note = || instance.app.store.write(gatehouse::vpn::report::note_silence);
    instance.later(90_000);
    assert!(!note().await.unwrap(), "three intervals have not passed yet");
    instance.later(1);
    assert!(note().await.unwrap() && !note().await.unwrap());
    let heard = follower.happened().await;
    assert_eq!((heard.event.as_str(), &heard.data["content"]), ("server.offline", &json!({"server_id": "la"})));
}

#[tokio::test]
async fn what_failed_is_not_told() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let mut follower = Follower::new(&instance, &admin).await;
    let fails = |tx: &gatehouse::store::Tx<'_>| {
        let about = gatehouse::feed::About::default();
        gatehouse::feed::record(
            tx,
            &gatehouse::base::Actor::system(),
            gatehouse::feed::Kind::UserCreated,
            &about,
            "{}",
        )?;
        Err::<(), _>(gatehouse::base::Error::not_found())
    };
    assert!(instance.app.store.write(fails).await.is_err());
    file(&instance, &admin).await;
    assert_eq!(follower.next().await.unwrap().event, "ticket.created");
}
