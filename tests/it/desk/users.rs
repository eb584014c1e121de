//! Accounts, for admins.

use std::sync::Arc;

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, Reply};

async fn put(instance: &Instance, caller: &Caller, id: i64, body: Value) -> Reply {
    instance.send(caller, "PUT", &format!("/api/admin/users/{id}"), Some(body)).await
}

async fn log_in(instance: &Instance, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    instance.send(&Caller::default(), "POST", "/api/auth/login", Some(body)).await.status.as_u16()
}

#[tokio::test]
async fn a_new_user_has_the_documented_fields_and_can_sign_in() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"name": "Alice Okafor", "email": "alice@example.org", "password": "battery staple",
        "role": "agent", "department": "Support", "phone": "+1"});
    let made = instance.send(&admin, "POST", "/api/admin/users", Some(body)).await.with(201)["user"].clone();
    let uuid = made["uuid"].as_str().unwrap();
    assert_eq!(uuid.len(), 36);
    assert_eq!(
        made,
        json!({"id": made["id"], "uuid": uuid, "name": "Alice Okafor", "email": "alice@example.org", "role": "agent",
            "is_active": true, "phone": "+1", "department": "Support", "email_verified": true, "last_login_at": null,
            "created_at": "2026-05-06T12:00:00Z", "projects": []})
    );
    let path = format!("/api/admin/users/{}", made["id"]);
    let shown = instance.send(&admin, "GET", &path, None).await.with(200);
    assert_eq!(shown["user"], made);
    assert_eq!(log_in(&instance, "alice@example.org", "battery staple").await, 200);
    assert!(super::links::mailed(&instance).is_empty(), "who has a password needs no invitation");
}

#[tokio::test]
async fn what_cannot_be_is_told_by_field_all_at_once() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let send = |body: Value| instance.send(&admin, "POST", "/api/admin/users", Some(body));
    let missing = send(json!({})).await.with(422);
    assert_eq!(missing["details"].as_object().unwrap().keys().collect::<Vec<_>>(), ["email", "name", "role"]);
    let wrong = json!({"name": "a\nb", "email": "x", "role": "owner", "password": "short", "phone": "1".repeat(65),
        "department": "d".repeat(256)});
    let wrong = send(wrong).await.with(422);
    assert_eq!(
        wrong["details"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["department", "email", "name", "password", "phone", "role"]
    );
    let typed = send(json!({"name": 1})).await.with(422);
    assert!(typed["details"]["name"][0].is_string());
    let taken = json!({"name": "A", "email": "ADMIN@example.org", "role": "agent", "password": "battery staple"});
    let taken = send(taken).await.with(409);
    assert!(taken["details"]["email"][0].is_string());
}

#[tokio::test]
async fn the_list_pages_filters_and_searches() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for n in 0..5 {
        let body = json!({"name": format!("Person {n}"), "email": format!("p{n}@100%.example"), "role": "customer",
            "is_active": n > 0});
        instance.send(&admin, "POST", "/api/admin/users", Some(body)).await.with(201);
    }
    let names = |query: &str| {
        let (instance, admin, path) = (&instance, &admin, format!("/api/admin/users?{query}"));
        async move {
            let page = instance.send(admin, "GET", &path, None).await.with(200);
            let names: Vec<String> =
                page["data"].as_array().unwrap().iter().map(|u| u["name"].as_str().unwrap().to_owned()).collect();
            (names.join(","), page["total"].as_i64().unwrap())
        }
    };
    assert_eq!(names("").await, ("Person 4,Person 3,Person 2,Person 1,Person 0,admin".into(), 6));
    assert_eq!(names("per_page=2&page=2").await, ("Person 2,Person 1".into(), 6));
    assert_eq!(names("role=customer&active=false").await, ("Person 0".into(), 1));
    assert_eq!(names("role=admin").await, ("admin".into(), 1));
    assert_eq!(names("search=ADMIN").await, ("admin".into(), 1));
    assert_eq!(names("search=p3%40100%25").await, ("Person 3".into(), 1));
    assert_eq!(names("search=%25").await.1, 5, "a percent sign is a percent sign");
    assert_eq!(names("search=_").await.1, 0);
    let page = instance.send(&admin, "GET", "/api/admin/users?per_page=4&role=customer", None).await;
    assert_eq!(page.headers["link"], "</api/admin/users?per_page=4&role=customer&page=2>; rel=\"next\"");
    let page = page.json();
    assert_eq!((&page["current_page"], &page["last_page"], &page["per_page"]), (&json!(1), &json!(2), &json!(4)));
    assert!(page["data"][0].get("projects").is_none() && page["data"][0].get("password_hash").is_none());
    for query in ["per_page=0", "per_page=101", "page=0", "role=owner", "active=perhaps"] {
        let field = query.split('=').next().unwrap();
        let refused = instance.send(&admin, "GET", &format!("/api/admin/users?{query}"), None).await.with(422);
        assert!(refused["details"][field][0].is_string(), "{query}: {refused}");
    }
}

#[tokio::test]
async fn a_change_is_partial_and_a_new_role_bites_at_once() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let id = instance.person("a@example.org", Role::Agent);
    let agent = instance.sign_in("a@example.org").await;
    instance.send(&agent, "GET", "/api/admin/users", None).await.with(403);
    let changed = put(&instance, &admin, id, json!({"role": "admin", "department": "Ops"})).await.with(200);
    assert_eq!((&changed["user"]["name"], &changed["user"]["department"]), (&json!("a"), &json!("Ops")));
    instance.send(&agent, "GET", "/api/admin/users", None).await.with(200);
    put(&instance, &admin, id, json!({"role": "customer"})).await.with(200);
    instance.send(&agent, "GET", "/api/admin/users", None).await.with(403);
    let cleared = put(&instance, &admin, id, json!({"department": ""})).await.with(200);
    assert_eq!((&cleared["user"]["department"], &cleared["user"]["role"]), (&Value::Null, &json!("customer")));
    for (field, body) in
        [("name", json!({"name": " "})), ("email", json!({"email": ""})), ("role", json!({"role": "x"}))]
    {
        let refused = put(&instance, &admin, id, body).await.with(422);
        assert!(refused["details"][field][0].is_string(), "{refused}");
    }
    put(&instance, &admin, id, json!({"email": "Admin@example.org"})).await.with(409);
    put(&instance, &admin, 999, json!({"name": ""})).await.with(404);
}

#[tokio::test]
async fn a_password_that_an_admin_sets_ends_sessions_and_proves_the_address() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "A", "email": "a@example.org", "role": "customer"});
    let made = instance.send(&admin, "POST", "/api/admin/users", Some(made)).await.with(201);
    let id = made["user"]["id"].as_i64().unwrap();
    let changed = put(&instance, &admin, id, json!({"password": "correct horse"})).await.with(200);
    assert_eq!(changed["user"]["email_verified"], json!(true));
    let caller = instance.sign_in("a@example.org").await;
    put(&instance, &admin, id, json!({"password": "battery staple"})).await.with(200);
    instance.send(&caller, "GET", "/api/auth/me", None).await.with(401);
    assert_eq!(log_in(&instance, "a@example.org", "correct horse").await, 401);
    assert_eq!(log_in(&instance, "a@example.org", "battery staple").await, 200);
}

#[tokio::test]
async fn a_new_address_is_unproven_unless_the_admin_vouches_for_it() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let id = instance.person("a@example.org", Role::Customer);
    let verified = |reply: Reply| reply.with(200)["user"]["email_verified"].as_bool().unwrap();
    assert!(verified(put(&instance, &admin, id, json!({"email": "A@Example.org"})).await));
    assert!(!verified(put(&instance, &admin, id, json!({"email": "b@example.org"})).await));
    assert!(verified(put(&instance, &admin, id, json!({"email": "c@example.org", "email_verified": true})).await));
    assert!(!verified(put(&instance, &admin, id, json!({"email_verified": false})).await));
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_the_address_is_free() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let id = instance.person("a@example.org", Role::Agent);
    let agent = instance.sign_in("a@example.org").await;
    let path = format!("/api/admin/users/{id}");
    let deleted = instance.send(&admin, "DELETE", &path, None).await.with(200);
    assert_eq!(deleted, json!({"message": "User deleted"}));
    instance.send(&agent, "GET", "/api/auth/me", None).await.with(401);
    assert_eq!(log_in(&instance, "a@example.org", "correct horse").await, 401);
    let gone = instance.send(&admin, "GET", &path, None).await;
    let never = instance.send(&admin, "GET", "/api/admin/users/999", None).await;
    assert_eq!((gone.status.as_u16(), &gone.body), (404, &never.body));
    instance.send(&admin, "DELETE", &path, None).await.with(404);
    put(&instance, &admin, id, json!({"name": "Z"})).await.with(404);
    let listed = instance.send(&admin, "GET", "/api/admin/users", None).await.with(200);
    assert_eq!(listed["total"], json!(1));
    assert!(instance.person("a@example.org", Role::Agent) > id);
}

#[tokio::test]
async fn nobody_but_a_super_admin_makes_changes_or_deletes_one() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let root = instance.signed_in("root@example.org", Role::SuperAdmin).await;
    let other = instance.person("other@example.org", Role::SuperAdmin);
    let agent = instance.person("agent@example.org", Role::Agent);
    let body = |email: &str| json!({"name": "N", "email": email, "role": "super_admin", "password": "battery staple"});
    let path = format!("/api/admin/users/{other}");
    instance.send(&admin, "POST", "/api/admin/users", Some(body("n1@example.org"))).await.with(403);
    put(&instance, &admin, agent, json!({"role": "super_admin"})).await.with(403);
    for change in [json!({"name": "X"}), json!({"password": "x"}), json!({"role": "agent"}), json!({})] {
        put(&instance, &admin, other, change).await.with(403);
    }
    instance.send(&admin, "DELETE", &path, None).await.with(403);
    let link = json!({"purpose": "reset"});
    instance.send(&admin, "POST", &format!("{path}/link"), Some(link.clone())).await.with(403);
    let listed = instance.send(&admin, "GET", "/api/admin/users", None).await.with(200);
    assert_eq!(listed["total"], json!(4), "nothing was made");
    instance.send(&root, "POST", "/api/admin/users", Some(body("n2@example.org"))).await.with(201);
    instance.send(&root, "POST", &format!("{path}/link"), Some(link)).await.with(201);
    put(&instance, &root, agent, json!({"role": "super_admin"})).await.with(200);
    put(&instance, &root, other, json!({"role": "agent"})).await.with(200);
    instance.send(&root, "DELETE", &path, None).await.with(200);
}

#[tokio::test]
async fn nobody_changes_the_own_role_or_deletes_oneself() {
    let instance = Instance::start();
    for role in [Role::Admin, Role::SuperAdmin] {
        let email = format!("{}@example.org", role.as_str());
        let id = instance.person(&email, role);
        let caller = instance.sign_in(&email).await;
        put(&instance, &caller, id, json!({"role": "agent"})).await.with(403);
        put(&instance, &caller, id, json!({"role": role.as_str(), "name": "Same"})).await.with(200);
        instance.send(&caller, "DELETE", &format!("/api/admin/users/{id}"), None).await.with(403);
    }
}

#[tokio::test]
async fn the_last_active_super_admin_stays_one() {
    let instance = Instance::start();
    let id = instance.person("root@example.org", Role::SuperAdmin);
    let root = instance.sign_in("root@example.org").await;
    let other = instance.person("other@example.org", Role::SuperAdmin);
    put(&instance, &root, other, json!({"is_active": false})).await.with(200);
    put(&instance, &root, id, json!({"is_active": false})).await.with(409);
    put(&instance, &root, other, json!({"is_active": true})).await.with(200);
    put(&instance, &root, id, json!({"is_active": false})).await.with(200);
    instance.send(&root, "GET", "/api/auth/me", None).await.with(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_super_admins_who_demote_each_other_at_once_one_stays() {
    let instance = Arc::new(Instance::start());
    for round in 0..10 {
        let emails = [format!("a{round}@example.org"), format!("b{round}@example.org")];
        let ids = emails.each_ref().map(|email| instance.person(email, Role::SuperAdmin));
        let callers = [instance.sign_in(&emails[0]).await, instance.sign_in(&emails[1]).await];
        let mut all = tokio::task::JoinSet::new();
        for n in 0..2 {
            let (instance, caller, other) = (instance.clone(), callers[n].clone(), ids[1 - n]);
            all.spawn(async move { put(&instance, &caller, other, json!({"role": "agent"})).await.status.as_u16() });
        }
        let mut answers = all.join_all().await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 403]);
        let stayed =
            if instance.send(&callers[0], "GET", "/api/admin/users", None).await.status == 200 { 0 } else { 1 };
        let listed = instance.send(&callers[stayed], "GET", "/api/admin/users?role=super_admin", None).await.with(200);
        assert_eq!(listed["total"], json!(1));
        // The next round begins without one.
        gatehouse::store::write_once(&instance.directory, &instance.app.clock, |tx| {
            tx.execute("update users set role = 'agent'", gatehouse::store::params![])
        })
        .unwrap();
    }
}

#[tokio::test]
async fn a_retry_of_a_creation_makes_one_user_and_one_invitation() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await.header("idempotency-key", "k");
    let body = json!({"name": "A", "email": "a@example.org", "role": "agent"});
    let first = instance.send(&admin, "POST", "/api/admin/users", Some(body.clone())).await.with(201);
    let second = instance.send(&admin, "POST", "/api/admin/users", Some(body)).await.with(201);
    assert_eq!(first, second);
    assert_eq!(super::links::mailed(&instance).len(), 1);
}
