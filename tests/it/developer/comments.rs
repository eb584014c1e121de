//! Comments on document 003's surface.

use gatehouse::base::Role;
use serde_json::{Value, json};

use super::{Scene, access};
use crate::app::{Caller, Reply};

struct Thread {
    scene: Scene,
    key: Caller,
    ticket: i64,
}

async fn thread() -> Thread {
    let scene = Scene::new().await;
    let key = scene.instance.api_key(&scene.admin, &["tickets:write", "tickets:read"]).await;
    let ticket = scene.ticket().await;
    Thread { scene, key, ticket }
}

impl Thread {
    fn path(&self) -> String {
        format!("/v1/tickets/TICK-{}/comments", self.ticket)
    }

    async fn add(&self, caller: &Caller, body: Value) -> Reply {
        self.scene.instance.send(caller, "POST", &self.path(), Some(body)).await
    }

    async fn edit(&self, caller: &Caller, comment: &Value, body: Value) -> Reply {
        let path = format!("{}/{}", self.path(), comment["id"].as_str().unwrap());
        let put = self.scene.instance.send(caller, "PUT", &path, Some(body.clone())).await;
        let patch = self.scene.instance.send(caller, "PATCH", &path, Some(body)).await;
        assert_eq!((put.status, &put.body), (patch.status, &patch.body), "PATCH means the same");
        put
    }

    async fn list(&self, caller: &Caller) -> Value {
        let listed = self.scene.instance.send(caller, "GET", &self.path(), None).await.with(200);
        listed["comments"].clone()
    }
}

#[tokio::test]
async fn a_comment_is_its_key_owners_and_counts_as_staffs_answer() {
    let thread = thread().await;
    assert_eq!(thread.list(&thread.key).await, json!([]), "the description is none");
    let first = thread.add(&thread.key, json!({"content": "This is my comment/reply", "is_internal": false})).await;
    let first = first.with(201);
    assert_eq!(
        first,
        json!({"id": first["id"], "ticket_id": format!("TICK-{}", thread.ticket), "author_name": "admin",
            "content": "This is my comment/reply", "is_internal": false, "created_at": "2026-05-06T12:00:00.000Z"})
    );
    assert!(first["id"].as_str().unwrap().starts_with("COMM-"));
    let second = thread.add(&thread.key, json!({"content": "Between us", "is_internal": true})).await.with(201);
    assert_eq!(thread.list(&thread.key).await, json!([first, second]));
    let path = format!("/v1/tickets/TICK-{}", thread.ticket);
    let ticket = thread.scene.instance.send(&thread.key, "GET", &path, None).await.with(200);
    assert_eq!(ticket["status"], json!("in_progress"));
    let path = format!("/api/tickets/{}", thread.ticket);
    let shown = thread.scene.instance.send(&thread.scene.admin, "GET", &path, None).await.text();
    assert_eq!(shown.matches("is_first_response\":true").count(), 1);
}

#[tokio::test]
async fn a_key_answers_as_staff_also_where_it_filed_the_ticket() {
    let mut thread = thread().await;
    let body = json!({"title": "t", "description": "d"});
    let made = thread.scene.instance.send(&thread.key, "POST", "/v1/tickets", Some(body)).await.with(201);
    thread.ticket = made["id"].as_str().unwrap().strip_prefix("TICK-").unwrap().parse().unwrap();
    thread.add(&thread.key, json!({"content": "c"})).await.with(201);
    let path = format!("/v1/tickets/TICK-{}", thread.ticket);
    let ticket = thread.scene.instance.send(&thread.key, "GET", &path, None).await.with(200);
    assert_eq!(ticket["status"], json!("in_progress"));
}

#[tokio::test]
async fn what_is_internal_is_for_staff_alone() {
    let thread = thread().await;
    let public = thread.add(&thread.key, json!({"content": "public"})).await.with(201);
    let internal = thread.add(&thread.key, json!({"content": "internal", "is_internal": true})).await.with(201);
    let tokens = thread.scene.granted(&thread.scene.customer).await;
    let app = Caller::bearer(access(&tokens));
    assert_eq!(thread.list(&app).await, json!([public]));
    thread.edit(&app, &internal, json!({"content": "x"})).await.with(404);
    thread.add(&app, json!({"content": "x", "is_internal": true})).await.with(403);
    let own = thread.add(&app, json!({"content": "mine"})).await.with(201);
    assert_eq!(own["author_name"], json!("customer"));
    thread.edit(&app, &own, json!({"is_internal": true})).await.with(403);
    assert_eq!(thread.edit(&app, &own, json!({"content": "mine!"})).await.with(200)["content"], json!("mine!"));
}

#[tokio::test]
async fn a_comment_is_edited_by_its_author_alone() {
    let thread = thread().await;
    let comment = thread.add(&thread.key, json!({"content": "mine"})).await.with(201);
    let other = thread.scene.instance.signed_in("other@example.org", Role::Admin).await;
    let other = thread.scene.instance.api_key(&other, &["tickets:write", "tickets:read"]).await;
    thread.edit(&other, &comment, json!({"content": "theirs"})).await.with(403);
    let tokens = thread.scene.granted(&thread.scene.customer).await;
    thread.edit(&Caller::bearer(access(&tokens)), &comment, json!({"content": "x"})).await.with(403);
    let edited = thread.edit(&thread.key, &comment, json!({"content": "mine, edited"})).await.with(200);
    assert_eq!((&edited["content"], &edited["id"]), (&json!("mine, edited"), &comment["id"]));
    assert_eq!(thread.list(&thread.key).await, json!([edited]));
}

#[tokio::test]
async fn a_public_comment_may_become_internal_and_an_internal_one_never_public() {
    let thread = thread().await;
    let comment = thread.add(&thread.key, json!({"content": "oops"})).await.with(201);
    let hidden = thread.edit(&thread.key, &comment, json!({"content": "oops", "is_internal": true})).await.with(200);
    assert_eq!(hidden["is_internal"], json!(true));
    let refused = thread.edit(&thread.key, &comment, json!({"is_internal": false})).await.with(422);
    assert!(refused["error"]["details"]["is_internal"].is_array());
    assert_eq!(
        thread.edit(&thread.key, &comment, json!({"content": "still"})).await.with(200)["is_internal"],
        json!(true)
    );
}

#[tokio::test]
async fn what_cannot_be_a_comment_is_told_by_field() {
    let thread = thread().await;
    for (body, field) in [
        (json!({}), "content"),
        (json!({"content": "  "}), "content"),
        (json!({"content": 7}), "content"),
        (json!({"content": "x".repeat(65_537)}), "content"),
        (json!({"content": "x", "is_internal": "yes"}), "is_internal"),
    ] {
        let wrong = thread.add(&thread.key, body).await.with(422);
        assert!(wrong["error"]["details"][field].is_array(), "{wrong}");
    }
    assert_eq!(thread.list(&thread.key).await, json!([]));
}

#[tokio::test]
async fn a_comment_is_not_found_beside_another_ticket() {
    let mut thread = thread().await;
    let comment = thread.add(&thread.key, json!({"content": "c"})).await.with(201);
    let description = json!({"id": "COMM-1"});
    thread.edit(&thread.key, &description, json!({"content": "x"})).await.with(404);
    thread.ticket = thread.scene.ticket().await;
    thread.edit(&thread.key, &comment, json!({"content": "x"})).await.with(404);
    for id in ["COMM-0", "COMM-x", "7"] {
        thread.edit(&thread.key, &json!({"id": id}), json!({"content": "x"})).await.with(404);
    }
}

#[tokio::test]
async fn a_customers_answer_to_a_closed_ticket_is_a_conflict() {
    let thread = thread().await;
    let tokens = thread.scene.granted(&thread.scene.customer).await;
    let app = Caller::bearer(access(&tokens));
    let path = format!("/v1/tickets/TICK-{}", thread.ticket);
    thread.scene.instance.send(&thread.key, "PUT", &path, Some(json!({"status": "closed"}))).await.with(200);
    let refused = thread.add(&app, json!({"content": "x"})).await.with(409);
    assert_eq!(refused["error"]["code"], json!("CONFLICT"));
    thread.add(&thread.key, json!({"content": "x"})).await.with(201);
}
