//! Facts about what a ticket knows of the VPN.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::staffed::Staffed;
use crate::app::Caller;

const MINUTE: i64 = 60_000;

/// A customer's device on a server that has reported, and their ticket.
async fn scene() -> (Staffed, Value, Value) {
    let desk = Staffed::start().await;
    let agent = desk.instance.agent(&desk.admin, "la").await;
    let me = desk.get(&desk.customer, "/api/auth/me").await.with(200)["user"]["id"].clone();
    let phone = desk.instance.peer(&desk.admin, "la", json!({"name": "phone", "userId": me})).await;
    desk.instance.peer(&desk.admin, "la", json!({"name": "somebody else's"})).await;
    let report = json!({"server_id": "la", "ping_ms": 12.5, "peers": 1, "transfer_rx": 1, "transfer_tx": 2,
        "peer_stats": [{"public_key": phone["publicKey"], "rx": 700, "tx": 300,
            "latest_handshake_at": "2026-05-06T11:59:00Z"}]});
    desk.send(&agent, "POST", "/api/report", report).await;
    let ticket = desk.ticket(json!({})).await;
    (desk, phone, ticket)
}

async fn devices(desk: &Staffed, caller: &Caller, ticket: &Value) -> Value {
    desk.get(caller, &format!("/api/tickets/{}/devices", ticket["id"])).await.with(200)["devices"].take()
}

#[tokio::test]
async fn a_ticket_knows_its_customers_devices_their_last_handshake_and_their_servers_health() {
    let (desk, phone, ticket) = scene().await;
    for caller in [&desk.alice, &desk.admin] {
        let found = devices(&desk, caller, &ticket).await;
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        let device = &found[0];
        assert_eq!((&device["id"], &device["name"], &device["enabled"]), (&phone["id"], &json!("phone"), &json!(true)));
        assert_eq!(device["latest_handshake_at"], json!("2026-05-06T11:59:00Z"));
        assert_eq!((&device["transfer_rx"], &device["transfer_tx"]), (&json!(700), &json!(300)));
        assert_eq!((&device["server"]["name"], &device["server"]["online"]), (&json!("la"), &json!(true)));
    }
    desk.instance.later(10 * MINUTE);
    let found = devices(&desk, &desk.alice, &ticket).await;
    assert_eq!(found[0]["server"]["online"], json!(false), "it has not reported for long");
    desk.get(&desk.customer, &format!("/api/tickets/{}/devices", ticket["id"])).await.with(403);
    desk.get(&desk.bob, &format!("/api/tickets/{}/devices", ticket["id"])).await.with(404);
}

#[tokio::test]
async fn agents_list_the_devices_of_customers_whose_tickets_they_see_and_get_none_of_their_keys() {
    let (desk, phone, ticket) = scene().await;
    let listed = async |caller: &Caller| {
        let listed = desk.get(caller, "/api/wg-clients/la").await.with(200);
        listed.as_array().unwrap().iter().map(|peer| peer["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&desk.alice).await, [json!("phone")]);
    assert_eq!(listed(&desk.bob).await, Vec::<Value>::new(), "none of their tickets is in a project of his");
    let path = |verb: &str| format!("/api/wg-clients/la/{}/{verb}", phone["id"].as_str().unwrap());
    for verb in ["configuration", "qrcode"] {
        desk.get(&desk.alice, &path(verb)).await.with(403);
        desk.get(&desk.bob, &path(verb)).await.with(404);
    }
    desk.send(&desk.alice, "POST", &path("disable"), json!({})).await.with(403);
    desk.delete(&desk.admin, &format!("/api/tickets/{}", ticket["id"])).await.with(200);
    assert_eq!(listed(&desk.alice).await, Vec::<Value>::new(), "the ticket is gone");
}

#[tokio::test]
async fn an_agent_who_sees_less_than_their_projects_sees_fewer_devices() {
    let (desk, _, _) = scene().await;
    let carol = desk.instance.person("carol@example.org", Role::Agent);
    desk.instance.assign_to_project(carol, 1);
    desk.instance.sql("update users set ticket_scope = 'assigned' where email = 'carol@example.org'");
    let carol = desk.instance.sign_in("carol@example.org").await;
    assert_eq!(desk.get(&carol, "/api/wg-clients/la").await.with(200), json!([]), "the ticket is not hers");
}
