//! Merging tickets, and undoing it.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::shared::{Desk, path, wrong};
use crate::app::Caller;

async fn merge(desk: &Desk, ticket: &Value, into: &Value) -> Value {
    desk.send("POST", &format!("{}/merge", path(ticket)), json!({"into": into["id"]})).await.with(200)
}

async fn say(desk: &Desk, ticket: &Value, user: &str, text: &str) {
    let body = json!({"userId": user, "content": text});
    desk.send("POST", &format!("{}/replies", path(ticket)), body).await.with(201);
}

fn column(listed: &Value, name: &str) -> Vec<Value> {
    listed.as_array().unwrap().iter().map(|row| row[name].clone()).collect()
}

#[tokio::test]
async fn a_merged_ticket_closes_and_its_ids_and_number_lead_to_the_other() {
    let desk = Desk::open().await;
    let one = desk.ticket(json!({"description": "First", "status": "pending"})).await;
    let two = desk.ticket(json!({"description": "Second"})).await;
    say(&desk, &one, &desk.agent_id, "A").await;
    say(&desk, &two, &desk.agent_id, "B").await;
    let target = merge(&desk, &one, &two).await;
    assert_eq!((&target["id"], &target["description"]), (&two["id"], &json!("Second")));
    assert_eq!(desk.get(&path(&one)).await, target);
    // What is said to it is said to the other, whose conversation shows what was said to it.
    say(&desk, &one, &desk.customer_id, "C").await;
    let said = desk.get(&format!("{}/replies", path(&two))).await;
    assert_eq!(column(&said, "content"), ["First", "A", "B", "C"]);
    // The same holds of the integers of the other surfaces.
    for ticket in [1, 2] {
        let shown = desk.instance.send(&desk.customer, "GET", &format!("/api/tickets/{ticket}"), None).await.with(200);
        assert_eq!(shown["ticket"]["ticket_number"], "SUPP-2026-00002");
        assert_eq!(shown["ticket"]["messages"].as_array().map(Vec::len), Some(4));
    }
    let listed = desk.get("/api/tickets").await;
    assert_eq!((&listed[1]["id"], &listed[1]["status"]), (&one["id"], &json!("closed")));
}

#[tokio::test]
async fn a_merge_is_undone_as_if_it_had_never_been() {
    let desk = Desk::open().await;
    let one = desk.ticket(json!({"description": "First", "status": "pending"})).await;
    let two = desk.ticket(json!({"description": "Second"})).await;
    merge(&desk, &one, &two).await;
    let unmerge = format!("{}/unmerge", path(&one));
    let undone = desk.instance.send(&desk.key, "POST", &unmerge, None).await.with(200);
    assert_eq!(undone, one);
    assert_eq!(desk.get(&path(&one)).await, one);
    assert_eq!(desk.get(&format!("{}/replies", path(&two))).await, json!([]));
    desk.instance.send(&desk.key, "POST", &unmerge, None).await.with(409);
    let trail = desk.get(&format!("{}/activities", path(&two))).await;
    assert_eq!(column(&trail, "action"), ["created", "merged", "unmerged"]);
}

#[tokio::test]
async fn staff_see_what_was_merged_into_a_ticket_and_can_undo_it_long_afterwards() {
    let desk = Desk::open().await;
    let (one, two) = (desk.ticket(json!({"subject": "First"})).await, desk.ticket(json!({})).await);
    let three = desk.ticket(json!({})).await;
    merge(&desk, &one, &two).await;
    merge(&desk, &two, &three).await;
    let shown =
        async |who: &Caller| desk.instance.send(who, "GET", "/api/tickets/3", None).await.with(200)["ticket"].clone();
    let merged = shown(&desk.admin).await["merged"].clone();
    assert_eq!(column(&merged, "uuid"), [one["id"].clone(), two["id"].clone()]);
    assert_eq!((&merged[0]["ticket_number"], &merged[0]["subject"]), (&json!("SUPP-2026-00001"), &json!("First")));
    assert_eq!(shown(&desk.customer).await["merged"], json!([]), "numbers of tickets are for staff");
    desk.instance.later(400 * 86_400_000);
    say(&desk, &three, &desk.agent_id, "Since then").await;
    let uuid = merged[0]["uuid"].as_str().unwrap();
    let undone = desk.instance.send(&desk.key, "POST", &format!("/api/tickets/{uuid}/unmerge"), None).await.with(200);
    assert_eq!((&undone["id"], &undone["status"]), (&one["id"], &json!("open")));
    let admin = desk.instance.sign_in("admin@example.org").await;
    assert_eq!(column(&shown(&admin).await["merged"], "uuid"), [two["id"].clone()]);
}

#[tokio::test]
async fn a_merge_and_its_undoing_change_when_the_ticket_that_goes_on_was_last_touched() {
    let desk = Desk::open().await;
    let (one, two) = (desk.ticket(json!({})).await, desk.ticket(json!({})).await);
    let touched = async || desk.get(&path(&two)).await["updatedAt"].clone();
    let first = touched().await;
    desk.instance.later(60_000);
    merge(&desk, &one, &two).await;
    let second = touched().await;
    desk.instance.later(60_000);
    desk.instance.send(&desk.key, "POST", &format!("{}/unmerge", path(&one)), None).await.with(200);
    let third = touched().await;
    assert!(first.as_str() < second.as_str() && second.as_str() < third.as_str(), "{first} {second} {third}");
}

#[tokio::test]
async fn a_merge_is_refused_where_it_makes_no_sense() {
    let desk = Desk::open().await;
    let (one, two) = (desk.ticket(json!({})).await, desk.ticket(json!({})).await);
    let refused = async |ticket: &Value, into: Value| {
        wrong(desk.send("POST", &format!("{}/merge", path(ticket)), json!({"into": into})).await)
    };
    let other = json!({"name": "Other"});
    let other = desk.instance.send(&desk.admin, "POST", "/api/admin/projects", Some(other)).await.with(201);
    let body = json!({"project_id": other["project"]["id"], "subject": "s", "description": "d"});
    desk.instance.send(&desk.admin, "POST", "/api/tickets", Some(body)).await.with(201);
    let elsewhere = desk.get("/api/tickets?limit=1").await[0]["id"].clone();
    for into in [Value::Null, json!("x"), one["id"].clone(), elsewhere] {
        assert_eq!(refused(&one, into.clone()).await, ["into"], "{into}");
    }
    merge(&desk, &one, &two).await;
    // Both lead to the same ticket now.
    assert_eq!(refused(&two, one["id"].clone()).await, ["into"]);
    assert_eq!(refused(&one, two["id"].clone()).await, ["into"]);
}

#[tokio::test]
async fn merges_chain_and_come_apart_again() {
    let desk = Desk::open().await;
    let (one, two) = (desk.ticket(json!({"description": "1"})).await, desk.ticket(json!({"description": "2"})).await);
    let three = desk.ticket(json!({"description": "3"})).await;
    merge(&desk, &one, &two).await;
    merge(&desk, &two, &three).await;
    for ticket in [&one, &two, &three] {
        assert_eq!(desk.get(&path(ticket)).await["id"], three["id"]);
        let said = desk.get(&format!("{}/replies", path(ticket))).await;
        assert_eq!(column(&said, "content"), ["1", "2"]);
    }
    let unmerge = format!("{}/unmerge", path(&two));
    desk.instance.send(&desk.key, "POST", &unmerge, None).await.with(200);
    assert_eq!(desk.get(&path(&one)).await["id"], two["id"]);
    assert_eq!(desk.get(&path(&three)).await["id"], three["id"]);
    // Deleting one for good takes that one alone, whatever it led to.
    desk.instance.send(&desk.key, "DELETE", &path(&one), None).await.with(204);
    assert_eq!(desk.get(&path(&two)).await["id"], two["id"]);
}

#[tokio::test]
async fn a_customer_neither_finds_anothers_ticket_nor_loses_their_own() {
    let desk = Desk::open().await;
    let other = desk.instance.person("other@example.org", Role::Customer);
    let others = desk.instance.user_uuid(other);
    let other = desk.instance.sign_in("other@example.org").await;
    let one = desk.ticket(json!({"description": "Mine"})).await;
    let two = desk.ticket(json!({"description": "Theirs", "customerId": others})).await;
    merge(&desk, &one, &two).await;
    let own = desk.instance.send(&desk.customer, "GET", "/api/tickets/1", None).await;
    assert_eq!(own.status, 200);
    assert!(own.text().contains("Mine") && !own.text().contains("Theirs") && !own.text().contains("00002"));
    desk.instance.send(&desk.customer, "GET", "/api/tickets/2", None).await.with(404);
    let theirs = desk.instance.send(&other, "GET", "/api/tickets/2", None).await;
    assert!(theirs.text().contains("Theirs") && !theirs.text().contains("Mine") && !theirs.text().contains("00001"));
}

#[tokio::test]
async fn deleting_the_other_sets_a_merged_ticket_free() {
    let desk = Desk::open().await;
    let (one, two) = (desk.ticket(json!({})).await, desk.ticket(json!({})).await);
    merge(&desk, &one, &two).await;
    desk.instance.send(&desk.key, "DELETE", &path(&two), None).await.with(204);
    let left = desk.get(&path(&one)).await;
    assert_eq!((&left["id"], &left["status"]), (&one["id"], &json!("closed")));
    desk.patch(&one, json!({"status": "open"})).await.with(200);
}
