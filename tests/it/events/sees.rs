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
    // Let in again, they hear of what happens then, and of nothing in between.
    change(&instance, &admin, "/api/admin/projects/1/agents", json!({"user_id": id})).await;
    change(&instance, &admin, &status, json!({"status": "open"})).await;
    assert_eq!(follower.next().await.unwrap().data["content"]["to"], "open");
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
