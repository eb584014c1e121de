//! What arrives, when, and in which order.

use gatehouse::base::Role;
use gatehouse::base::clock::{DAY, HOUR, MINUTE};
use serde_json::{Value, json};

use super::Site;

fn kinds(received: &[super::Received]) -> Vec<String> {
    received.iter().map(|one| one.json()["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_happens_is_told_signed_and_once() {
    let site = Site::start().await;
    let ticket = site.file().await;
    let received = site.deliver().await;
    assert_eq!(kinds(&received), ["ticket.created"]);
    let body = received[0].json();
    assert_eq!(body["timestamp"], json!("2026-05-06T12:00:00.000Z"));
    assert_eq!((&body["data"]["ticket"]["id"], &body["data"]["ticket"]["subject"]), (&json!(ticket), &json!("s")));
    assert!(received[0].is_signed_by(site.webhook["secret"].as_str().unwrap()));
    assert!(!received[0].is_signed_by("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    assert!(site.deliver().await.is_empty(), "what has arrived is not sent again");
    let log = site.get(&site.path("/deliveries")).await;
    let first = &log["deliveries"][0];
    assert_eq!(
        (&first["status"], &first["tries"], &first["last_status"]),
        (&json!("delivered"), &json!(1), &json!(204))
    );
    assert_eq!(first["message_id"], json!(received[0].id));
}

#[tokio::test]
async fn a_failure_is_tried_again_under_the_same_id_and_holds_up_its_ticket_alone() {
    let site = Site::start().await;
    site.receiver.will_answer(&["500 Oops"]);
    let slow = site.file().await;
    let first = site.deliver().await.remove(0);
    let path = format!("/api/tickets/{slow}/status");
    site.post(&path, json!({"status": "closed"})).await;
    site.file().await;
    let received = site.deliver().await;
    assert_eq!(kinds(&received), ["ticket.created"], "only the other ticket's");
    site.instance.later(6_000);
    let received = site.deliver().await;
    assert_eq!((kinds(&received), received[0].id.as_str()), (vec!["ticket.created".to_owned()], first.id.as_str()));
    assert_eq!(received[0].text, first.text);
    assert_ne!(received[0].signatures, first.signatures, "each try is signed with its own time");
    assert_eq!(kinds(&site.deliver().await), ["ticket.updated"]);
}

#[tokio::test]
async fn redirects_are_failures_and_not_followed() {
    let site = Site::start().await;
    site.receiver.will_answer(&["302 Found\r\nLocation: /elsewhere"]);
    site.file().await;
    assert_eq!(site.deliver().await.len(), 1);
    let log = site.get(&site.path("/deliveries?status=waiting")).await;
    assert_eq!(log["deliveries"][0]["last_status"], json!(302));
}

#[tokio::test]
async fn notes_are_told_only_where_they_were_asked_for() {
    for (includes, expected) in [(false, vec![]), (true, vec!["comment.created"])] {
        let site = Site::start_with(json!({"events": ["comment.created"], "includes_internal": includes})).await;
        let ticket = site.file().await;
        let note = json!({"body": "secret words", "type": "note"});
        site.post(&format!("/api/tickets/{ticket}/messages"), note).await;
        let received = site.deliver().await;
        assert_eq!(kinds(&received), expected);
        assert!(received.iter().all(|one| one.json()["data"]["comment"]["body"] == "secret words"));
    }
}

#[tokio::test]
async fn a_webhook_of_a_project_hears_of_nothing_else() {
    let site = Site::start_with(json!({"project_id": 1})).await;
    let project = json!({"name": "Other"});
    let other = site.post("/api/admin/projects", project).await["project"]["id"].clone();
    site.post("/api/tickets", json!({"project_id": other, "subject": "s", "description": "d"})).await;
    site.post("/api/admin/users", json!({"name": "n", "email": "n@example.org", "role": "agent"})).await;
    assert!(site.deliver().await.is_empty());
    site.file().await;
    assert_eq!(site.deliver().await.len(), 1);
}

#[tokio::test]
async fn after_a_rotation_both_secrets_sign_for_a_day() {
    let site = Site::start().await;
    let old = site.webhook["secret"].as_str().unwrap();
    let rotated = site.post(&site.path("/rotate"), json!({})).await;
    let new = rotated["webhook"]["secret"].as_str().unwrap();
    assert_ne!(old, new);
    site.file().await;
    let received = site.deliver().await.remove(0);
    assert!(received.is_signed_by(old) && received.is_signed_by(new));
    site.instance.later(DAY);
    let admin = site.instance.sign_in("admin@example.org").await;
    let body = json!({"project_id": 1, "subject": "s", "description": "d"});
    site.instance.send(&admin, "POST", "/api/tickets", Some(body)).await.with(201);
    let received = site.deliver().await.remove(0);
    assert!(!received.is_signed_by(old) && received.is_signed_by(new));
}

#[tokio::test]
async fn gone_switches_a_webhook_off_and_admins_are_told() {
    let site = Site::start().await;
    site.receiver.will_answer(&["410 Gone"]);
    site.file().await;
    assert_eq!(site.deliver().await.len(), 1);
    let shown = site.get(&site.path("")).await["webhook"].clone();
    assert_eq!((&shown["is_active"], &shown["disabled_reason"]), (&json!(false), &json!("it answered 410 Gone")));
    let audit = site.get("/api/audit?limit=1").await;
    assert_eq!((&audit[0]["action"], &audit[0]["actor"]), (&json!("webhook_disabled"), &json!("gatehouse")));
    let outbox = site.get("/api/outbox").await;
    let mail = &outbox["mails"][0];
    assert_eq!((&mail["address"], &mail["template"]), (&json!("admin@example.org"), &json!("webhook_switched_off")));
    site.file().await;
    site.instance.later(HOUR);
    assert!(site.deliver().await.is_empty());
    // Switched on again, it is told what waited and what happens from then on.
    let on = site.instance.send(&site.admin, "PATCH", &site.path(""), Some(json!({"is_active": true}))).await.with(200);
    assert_eq!(on["webhook"]["disabled_reason"], Value::Null);
    site.file().await;
    assert_eq!(site.deliver().await.len(), 2);
}

#[tokio::test]
async fn a_webhook_to_which_nothing_arrives_for_three_days_is_switched_off() {
    let site = Site::start().await;
    site.receiver.will_answer(&["500 Oops"; 40]);
    site.file().await;
    let mut tries = 0;
    for _ in 0..200 {
        tries += site.deliver().await.len();
        site.instance.later(30 * MINUTE);
    }
    assert_eq!(tries, 11, "the first try and ten more");
    let admin = site.instance.sign_in("admin@example.org").await;
    let log = site.instance.send(&admin, "GET", &site.path("/deliveries?status=failed"), None).await.with(200);
    assert_eq!(log["deliveries"][0]["tries"], json!(11));
    let body = json!({"project_id": 1, "subject": "s", "description": "d"});
    site.instance.send(&admin, "POST", "/api/tickets", Some(body)).await.with(201);
    site.deliver().await;
    let shown = site.instance.send(&admin, "GET", &site.path(""), None).await.with(200);
    assert_eq!(shown["webhook"]["disabled_reason"], json!("nothing has arrived for three days"));
}

#[tokio::test]
async fn a_delivery_can_be_sent_once_more_and_a_test_at_any_time() {
    let site = Site::start_with(json!({"events": ["ticket.created"]})).await;
    site.file().await;
    let first = site.deliver().await.remove(0);
    let log = site.get(&site.path("/deliveries")).await;
    let again = site.path(&format!("/deliveries/{}/replay", log["deliveries"][0]["id"]));
    assert_eq!(site.post(&again, json!({})).await["delivery"]["status"], json!("waiting"));
    assert_eq!(site.deliver().await[0].id, first.id);
    assert_eq!(site.post(&site.path("/ping"), json!({})).await["delivery"]["kind"], json!("ping"));
    assert_eq!(kinds(&site.deliver().await), ["ping"]);
}

#[tokio::test]
async fn a_hundred_dead_targets_hold_up_no_other() {
    let site = Site::start().await;
    // Nobody listens there any more.
    let dead = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for number in 0..100 {
        site.post("/api/webhooks", json!({"name": format!("dead {number}"), "url": format!("http://{dead}/")})).await;
    }
    site.file().await;
    assert_eq!(site.deliver().await.len(), 1);
}

#[tokio::test]
async fn a_purged_ticket_takes_its_deliveries_along() {
    let site = Site::start().await;
    site.receiver.will_answer(&["500 Oops"]);
    let ticket = site.file().await;
    site.deliver().await;
    let key = site.instance.api_key(&site.admin, &["tickets:write"]).await;
    let uuid = site.instance.ticket_uuid(ticket);
    site.instance.send(&key, "DELETE", &format!("/api/tickets/{uuid}"), None).await.with(204);
    site.instance.later(HOUR);
    let received = site.deliver().await;
    assert_eq!(kinds(&received), ["ticket.deleted"]);
    assert_eq!(received[0].json()["data"]["ticket"], json!({"id": ticket, "project_id": 1}));
}

#[tokio::test]
async fn a_webhook_tells_nothing_once_its_owner_may_not_read_it() {
    let site = Site::start().await;
    let root = site.instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let own = site.get("/api/auth/me").await["user"]["id"].clone();
    let demoted = json!({"role": "agent"});
    site.instance.send(&root, "PUT", &format!("/api/admin/users/{own}"), Some(demoted)).await.with(200);
    let body = json!({"project_id": 1, "subject": "s", "description": "d"});
    site.instance.send(&root, "POST", "/api/tickets", Some(body)).await.with(201);
    assert!(site.deliver().await.is_empty());
}
