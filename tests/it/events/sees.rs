//! Who is told: those who could read it at that moment, and nobody else.

use gatehouse::base::Role;
use serde_json::json;

use super::{Follower, change, file, staffed};

#[tokio::test]
async fn a_customer_hears_of_their_own_tickets_and_of_no_note() {
    let (instance, _, agent, customer) = staffed().await;
    let stranger = instance.signed_in("stranger@example.org", Role::Customer).await;
    let mut own = Follower::new(&instance, &customer).await;
    let mut other = Follower::new(&instance, &stranger).await;
    let ticket = file(&instance, &customer).await;
    let messages = format!("/api/tickets/{ticket}/messages");
    change(&instance, &agent, &messages, json!({"body": "note", "type": "note"})).await;
    change(&instance, &agent, &messages, json!({"body": "reply"})).await;
    // An open ticket moves with the first answer.
    assert_eq!(own.until("ticket.updated").await, ["ticket.created", "comment.created", "ticket.updated"]);
    let theirs = file(&instance, &stranger).await;
    let heard = other.next().await.unwrap();
    assert_eq!((heard.event.as_str(), &heard.data["ticket"]["id"]), ("ticket.created", &json!(theirs)));
}

#[tokio::test]
async fn an_agent_hears_of_nothing_once_out_of_the_project() {
    let (instance, admin, agent, customer) = staffed().await;
    let mut follower = Follower::new(&instance, &agent).await;
    let ticket = file(&instance, &customer).await;
    assert_eq!(follower.next().await.unwrap().event, "ticket.created");
    let users = instance.send(&admin, "GET", "/api/admin/users?search=agent", None).await.with(200);
    let id = users["data"][0]["id"].as_i64().unwrap();
    let path = format!("/api/admin/projects/1/agents/{id}");
    instance.send(&admin, "DELETE", &path, None).await.with(200);
    let status = format!("/api/tickets/{ticket}/status");
    change(&instance, &admin, &status, json!({"status": "closed"})).await;
    let heard = follower.next().await.unwrap();
    assert_eq!(
        (heard.id, heard.event.as_str(), heard.data),
        (None, "reset", json!({})),
        "what they have loaded is stale"
    );
    // Let in again, they hear of what happens then, and of nothing in between.
    change(&instance, &admin, "/api/admin/projects/1/agents", json!({"user_id": id})).await;
    change(&instance, &admin, &status, json!({"status": "open"})).await;
    assert_eq!(follower.next().await.unwrap().event, "reset");
    assert_eq!(follower.next().await.unwrap().data["content"]["to"], "open");
}

#[tokio::test]
async fn who_loses_sight_of_a_ticket_is_told_that_and_nothing_else() {
    let (instance, admin, agent, customer) = staffed().await;
    let other = instance.person("other@example.org", Role::Agent);
    instance.assign_to_project(other, 1);
    instance.sql("update users set ticket_scope = 'assigned' where role = 'agent'");
    let other_agent = instance.sign_in("other@example.org").await;
    let (mut first, mut second) =
        (Follower::new(&instance, &agent).await, Follower::new(&instance, &other_agent).await);
    let mut own = Follower::new(&instance, &customer).await;
    let ticket = file(&instance, &customer).await;
    assert_eq!(own.next().await.unwrap().event, "ticket.created");
    let users = instance.send(&admin, "GET", "/api/admin/users?search=agent@", None).await.with(200);
    let assign = format!("/api/tickets/{ticket}/assign");
    change(&instance, &admin, &assign, json!({"user_id": users["data"][0]["id"]})).await;
    let heard = first.next().await.unwrap();
    assert_eq!(heard.event, "ticket.assigned");
    change(&instance, &admin, &assign, json!({"user_id": other})).await;
    let gone = loop {
        let heard = first.next().await.unwrap();
        if heard.event == "ticket.gone" {
            break heard;
        }
    };
    assert_eq!(gone.data, json!({"ticket": {"id": ticket}}));
    // Who never saw it hears of it from when they do.
    assert_eq!(second.next().await.unwrap().event, "ticket.assigned");
    let path = format!("/api/tickets/{ticket}");
    instance.send(&admin, "DELETE", &path, None).await.with(200);
    for follower in [&mut second, &mut own] {
        assert_eq!(follower.until("ticket.gone").await.last().unwrap(), "ticket.gone");
    }
    // Who was away then is told afterwards, and those who had lost it before hear of nothing more.
    let mut late = Follower::since(&instance, &other_agent, heard.id).await;
    assert_eq!(late.until("ready").await.iter().filter(|kind| *kind == "ticket.gone").count(), 1);
    let mut early = Follower::since(&instance, &agent, gone.id).await;
    assert_eq!(early.next().await.unwrap().event, "ready");
}

#[tokio::test]
async fn a_deleted_ticket_is_told_of_to_admins_alone() {
    let (instance, admin, agent, customer) = staffed().await;
    let ticket = file(&instance, &customer).await;
    let mut agents = Follower::new(&instance, &agent).await;
    let mut admins = Follower::new(&instance, &admin).await;
    let path = format!("/api/tickets/{ticket}");
    instance.send(&admin, "DELETE", &path, None).await.with(200);
    assert_eq!(admins.next().await.unwrap().event, "ticket.deleted");
    assert_eq!(agents.next().await.unwrap().data, json!({"ticket": {"id": ticket}}), "it is gone for them, no more");
    change(&instance, &admin, &format!("{path}/restore"), json!({})).await;
    assert_eq!(agents.next().await.unwrap().event, "ticket.restored");
}

#[tokio::test]
async fn a_customer_hears_of_their_own_devices() {
    let (instance, admin, agent, _) = staffed().await;
    let owner = instance.person("owner@example.org", Role::Customer);
    let owner = (owner, instance.sign_in("owner@example.org").await);
    instance.server(&admin, "la").await;
    let mut own = Follower::new(&instance, &owner.1).await;
    let mut agents = Follower::new(&instance, &agent).await;
    instance.peer(&admin, "la", json!({"name": "foreign"})).await;
    let peer = instance.peer(&admin, "la", json!({"name": "own", "userId": owner.0})).await;
    let heard = own.next().await.unwrap();
    assert_eq!(heard.data["content"], json!({"server_id": "la", "client_id": peer["id"]}));
    // Agents list no devices, so the first they hear of is a ticket.
    file(&instance, &admin).await;
    assert_eq!(agents.next().await.unwrap().event, "ticket.created");
}

#[tokio::test]
async fn nobody_hears_of_other_peoples_accounts_but_admins() {
    let (instance, admin, agent, customer) = staffed().await;
    let mut agents = Follower::new(&instance, &agent).await;
    let mut own = Follower::new(&instance, &customer).await;
    let new = json!({"name": "n", "email": "n@example.org", "role": "agent"});
    change(&instance, &admin, "/api/admin/users", new).await;
    instance.send(&customer, "PUT", "/api/auth/profile", Some(json!({"name": "other"}))).await.with(200);
    assert_eq!(own.next().await.unwrap().event, "user.updated");
    file(&instance, &admin).await;
    assert_eq!(agents.next().await.unwrap().event, "ticket.created");
}
