//! Canned responses, as integrators set them up.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

const PATH: &str = "/api/canned-responses";

async fn start() -> (Instance, Caller, Caller) {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let key = instance.api_key(&admin, &["settings:read", "settings:write"]).await;
    (instance, admin, key)
}

async fn make(instance: &Instance, key: &Caller, title: &str) -> Value {
    let body = json!({"title": title, "content": "Text"});
    instance.send(key, "POST", PATH, Some(body)).await.with(201)
}

fn path(response: &Value) -> String {
    format!("{PATH}/{}", response["id"].as_str().unwrap())
}

/// The titles that a caller of either surface is shown.
async fn titles(instance: &Instance, caller: &Caller) -> Vec<String> {
    let listed = instance.send(caller, "GET", PATH, None).await.with(200);
    let rows = listed.get("canned_responses").unwrap_or(&listed).as_array().unwrap().clone();
    rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn those_of_a_key_are_shared_with_all_staff() {
    let (instance, admin, key) = start().await;
    let body = json!({"title": "Hello", "content": "Hi {{customer.name}}", "shortcut": "/hi", "isShared": false});
    let made = instance.send(&key, "POST", PATH, Some(body)).await.with(201);
    assert_eq!(made["id"].as_str().unwrap().len(), 36);
    assert_eq!(
        made,
        json!({"id": made["id"], "title": "Hello", "content": "Hi {{customer.name}}", "shortcut": "/hi",
            "isShared": true})
    );
    assert_eq!(instance.send(&key, "GET", PATH, None).await.with(200), json!([made]));
    let agent = instance.signed_in("agent@example.org", Role::Agent).await;
    assert_eq!(titles(&instance, &agent).await, ["Hello"]);
    let log = instance.send(&admin, "GET", "/api/audit?limit=5", None).await.with(200);
    assert!(log.as_array().unwrap().iter().any(|entry| entry["action"] == json!("canned_response_created")));
}

#[tokio::test]
async fn a_key_sees_what_is_shared_and_nobodys_own() {
    let (instance, admin, key) = start().await;
    for (title, shared) in [("the admin's own", false), ("shared", true)] {
        let body = json!({"title": title, "body": "b", "is_shared": shared});
        instance.send(&admin, "POST", PATH, Some(body)).await.with(201);
    }
    assert_eq!(titles(&instance, &key).await, ["shared"]);
    let private = instance.app.store.read(|conn| {
        let sql = "select uuid from canned_responses where not is_shared";
        conn.one(sql, gatehouse::store::params! {}, |row| row.get::<String>("uuid"))
    });
    let private = json!({"id": private.await.unwrap().unwrap()});
    for (method, body) in [("PATCH", Some(json!({}))), ("DELETE", None)] {
        instance.send(&key, method, &path(&private), body).await.with(404);
    }
    // Its owner's session reaches it.
    let body = json!({"title": "renamed", "isShared": true});
    let changed = instance.send(&admin, "PATCH", &path(&private), Some(body)).await.with(200);
    assert_eq!((&changed["title"], &changed["isShared"]), (&json!("renamed"), &json!(true)));
}

#[tokio::test]
async fn a_key_changes_and_deletes_what_is_shared() {
    let (instance, admin, key) = start().await;
    let made = make(&instance, &key, "Hello").await;
    let body = json!({"content": "New", "shortcut": "/n", "isShared": false});
    let changed = instance.send(&key, "PATCH", &path(&made), Some(body)).await.with(200);
    assert_eq!(
        changed,
        json!({"id": made["id"], "title": "Hello", "content": "New", "shortcut": "/n", "isShared": true})
    );
    let cleared = instance.send(&key, "PATCH", &path(&made), Some(json!({"shortcut": null}))).await.with(200);
    assert_eq!((&cleared["shortcut"], &cleared["content"]), (&Value::Null, &json!("New")));
    let gone = instance.send(&key, "DELETE", &path(&made), None).await;
    assert!(gone.body.is_empty());
    gone.with(204);
    instance.send(&key, "DELETE", &path(&made), None).await.with(404);
    assert!(titles(&instance, &admin).await.is_empty());
}

#[tokio::test]
async fn a_key_that_is_narrowed_to_a_project_leaves_what_is_for_others_alone() {
    let (instance, admin, key) = start().await;
    instance.send(&admin, "POST", "/api/admin/projects", Some(json!({"name": "Homes"}))).await.with(201);
    let narrow = async |project: &str| {
        let body = json!({"name": "n", "scopes": ["settings:read", "settings:write"], "projectId": project});
        let made = instance.send(&admin, "POST", "/api/api-keys", Some(body)).await.with(201);
        Caller::bearer(made["key"].as_str().unwrap())
    };
    let (first, homes) = (narrow("1").await, narrow("2").await);
    let everywhere = make(&instance, &key, "everywhere").await;
    let own = make(&instance, &first, "of the first").await;
    assert_eq!(titles(&instance, &first).await, ["everywhere", "of the first"]);
    assert_eq!(titles(&instance, &homes).await, ["everywhere"]);
    for (method, body) in [("PATCH", Some(json!({"title": "x"}))), ("DELETE", None)] {
        instance.send(&homes, method, &path(&own), body.clone()).await.with(404);
        instance.send(&homes, method, &path(&everywhere), body).await.with(403);
    }
    instance.send(&first, "PATCH", &path(&own), Some(json!({"title": "x"}))).await.with(200);
    instance.send(&first, "DELETE", &path(&own), None).await.with(204);
}

#[tokio::test]
async fn what_cannot_be_is_told_in_this_surfaces_words() {
    let (instance, _, key) = start().await;
    let made = make(&instance, &key, "Hello").await;
    for (field, value) in [("title", json!("")), ("content", json!(" ")), ("shortcut", json!("a".repeat(65)))] {
        let mut body = json!({"title": "t", "content": "c"});
        body[field] = value;
        for (method, path) in [("POST", PATH.to_owned()), ("PATCH", path(&made))] {
            let refused = instance.send(&key, method, &path, Some(body.clone())).await.with(400);
            assert!(refused["details"][field][0].is_string(), "{method} {refused}");
        }
    }
    let refused = instance.send(&key, "POST", PATH, Some(json!({}))).await.with(400);
    assert_eq!(refused["details"].as_object().unwrap().keys().collect::<Vec<_>>(), ["content", "title"]);
    for id in ["1", "x", "00000000-0000-7000-8000-000000000000"] {
        instance.send(&key, "PATCH", &format!("{PATH}/{id}"), Some(json!({}))).await.with(404);
    }
}

#[tokio::test]
async fn the_shape_of_the_credential_chooses_the_surface() {
    let (instance, admin, key) = start().await;
    let made = make(&instance, &key, "Hello").await;
    assert!(instance.send(&admin, "GET", PATH, None).await.with(200)["canned_responses"].is_array());
    assert!(instance.send(&key, "GET", PATH, None).await.with(200).is_array());
    instance.send(&admin, "DELETE", &path(&made), None).await.with(404);
    instance.send(&key, "DELETE", &format!("{PATH}/1"), None).await.with(404);
    instance.send(&key, "PUT", &format!("{PATH}/1"), Some(json!({"title": "x"}))).await.with(401);
    instance.send(&key, "GET", &format!("{PATH}/1/rendered?ticket=1"), None).await.with(401);
    instance.send(&Caller::default(), "DELETE", &path(&made), None).await.with(401);
    instance.send(&Caller::bearer("hd_wrong"), "GET", PATH, None).await.with(401);
    instance.send(&admin, "DELETE", &format!("{PATH}/1"), None).await.with(200);
}

#[tokio::test]
async fn reading_tickets_is_enough_to_read_them_and_not_to_write() {
    let (instance, admin, key) = start().await;
    let made = make(&instance, &key, "Hello").await;
    let reader = instance.api_key(&admin, &["tickets:read"]).await;
    assert_eq!(titles(&instance, &reader).await, ["Hello"]);
    let body = json!({"title": "t", "content": "c"});
    instance.send(&reader, "POST", PATH, Some(body)).await.with(403);
    instance.send(&reader, "DELETE", &path(&made), None).await.with(403);
    let writer = instance.api_key(&admin, &["settings:write", "tickets:write"]).await;
    let refused = instance.send(&writer, "GET", PATH, None).await.with(403);
    assert_eq!(refused["error"], json!("This needs the scope settings:read."));
}

#[tokio::test]
async fn the_list_goes_on_behind_its_link() {
    let (instance, _, key) = start().await;
    for n in 0..5 {
        make(&instance, &key, &format!("{n}")).await;
    }
    let (mut next, mut seen) = (format!("{PATH}?limit=2"), Vec::new());
    loop {
        let page = instance.send(&key, "GET", &next, None).await;
        let link = page.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
        let rows = page.with(200);
        seen.extend(rows.as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()));
        let Some(link) = link else { break };
        next = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(seen, ["0", "1", "2", "3", "4"]);
    instance.send(&key, "GET", &format!("{PATH}?limit=1001"), None).await.with(400);
}
