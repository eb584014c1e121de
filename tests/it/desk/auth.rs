//! Signing up, staying in, signing out, and oneself.

use std::sync::Arc;

use gatehouse::base::Role;
use gatehouse::store::{self, params};
use serde_json::{Value, json};

use super::links::mailed;
use crate::app::{Caller, Instance, NOON};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

fn sign_up(email: &str, password: &str) -> Value {
    json!({"name": "Tunde", "email": email, "password": password, "password_confirmation": password})
}

async fn log_in(instance: &Instance, email: &str, password: &str) -> crate::app::Reply {
    let body = json!({"email": email, "password": password});
    instance.send(&Caller::default(), "POST", "/api/auth/login", Some(body)).await
}

async fn caller(instance: &Instance, email: &str) -> Caller {
    let body = log_in(instance, email, "correct horse").await.with(200);
    Caller::bearer(body["access_token"].as_str().unwrap())
}

async fn refresh(instance: &Instance, caller: &Caller) -> crate::app::Reply {
    instance.send(caller, "POST", "/api/auth/refresh", None).await
}

#[tokio::test]
async fn a_sign_up_makes_a_customer_and_signs_them_in_whatever_else_it_asks_for() {
    let instance = Instance::start();
    let mut body = sign_up("tunde@example.org", "battery staple");
    let wishes = json!({"role": "super_admin", "is_active": false, "projects": [1], "email_verified": true,
        "phone": "+234 1"});
    body.as_object_mut().unwrap().extend(wishes.as_object().unwrap().clone());
    let reply = instance.send(&Caller::default(), "POST", "/api/auth/register", Some(body)).await;
    assert!(reply.headers.contains_key("set-cookie"));
    let begun = reply.with(201);
    assert_eq!((&begun["token_type"], &begun["expires_in"]), (&json!("bearer"), &json!(3600)));
    assert_eq!(begun["user"]["role"], json!("customer"));
    let caller = Caller::bearer(begun["access_token"].as_str().unwrap());
    let me = instance.send(&caller, "GET", "/api/auth/me", None).await.with(200)["user"].clone();
    assert_eq!(
        (&me["role"], &me["is_active"], &me["email_verified"]),
        (&json!("customer"), &json!(true), &json!(false))
    );
    assert_eq!((&me["phone"], &me["projects"]), (&json!("+234 1"), &json!([])));
    let mails = mailed(&instance);
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].template.as_str(), mails[0].address.as_str()), ("verify", "tunde@example.org"));
    assert!(!mails[0].content.to_string().contains("Tunde"), "a stranger's text is mailed: {}", mails[0].content);
}

#[tokio::test]
async fn a_taken_address_is_told_in_whatever_case() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    let nobody = Caller::default();
    let body = sign_up("A@Example.org", "battery staple");
    let refused = instance.send(&nobody, "POST", "/api/auth/register", Some(body)).await.with(409);
    assert!(refused["details"]["email"][0].is_string(), "{refused}");
    for other in ["a+b@example.org", "a.b@example.org"] {
        instance.send(&nobody, "POST", "/api/auth/register", Some(sign_up(other, "battery staple"))).await.with(201);
    }
}

#[tokio::test]
async fn a_sign_up_hears_of_everything_that_is_wrong_at_once() {
    let instance = Instance::start();
    let nobody = Caller::default();
    let body = json!({"name": " ", "email": "nobody", "password": "short", "password_confirmation": "other",
        "phone": "1".repeat(65)});
    let refused = instance.send(&nobody, "POST", "/api/auth/register", Some(body)).await.with(422);
    let fields: Vec<&String> = refused["details"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["email", "name", "password", "password_confirmation", "phone"]);
    let missing = instance.send(&nobody, "POST", "/api/auth/register", Some(json!({}))).await.with(422);
    assert_eq!(missing["details"]["password"], json!(["The password field is required."]));
}

#[tokio::test]
async fn a_sign_up_over_an_account_that_others_made_waits_for_the_mailed_link() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "Secret Name", "email": "tunde@example.org", "role": "customer"});
    instance.send(&admin, "POST", "/api/admin/users", Some(made)).await.with(201);
    let nobody = Caller::default();
    let reply = instance
        .send(&nobody, "POST", "/api/auth/register", Some(sign_up("tunde@example.org", "battery staple")))
        .await;
    assert!(!reply.headers.contains_key("set-cookie"));
    let waiting = reply.with(201);
    assert_eq!(waiting.as_object().unwrap().keys().collect::<Vec<_>>(), ["message"]);
    assert!(!waiting.to_string().contains("Secret Name"));
    log_in(&instance, "tunde@example.org", "battery staple").await.with(401);
    let link = mailed(&instance).into_iter().find(|mail| mail.template == "verify").unwrap();
    let body = json!({"token": link.token()});
    instance.send(&nobody, "POST", "/api/auth/verify", Some(body.clone())).await.with(200);
    log_in(&instance, "tunde@example.org", "battery staple").await.with(200);
    instance.send(&nobody, "POST", "/api/auth/verify", Some(body)).await.with(422);
}

#[tokio::test]
async fn an_admin_who_vouches_for_the_address_lets_a_waiting_password_work() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "T", "email": "tunde@example.org", "role": "customer"});
    let user = instance.send(&admin, "POST", "/api/admin/users", Some(made)).await.with(201)["user"].clone();
    assert_eq!(user["email_verified"], json!(false));
    let nobody = Caller::default();
    // The same sign-up twice is one.
    for _ in 0..2 {
        let body = sign_up("tunde@example.org", "battery staple");
        instance.send(&nobody, "POST", "/api/auth/register", Some(body)).await.with(201);
    }
    let path = format!("/api/admin/users/{}", user["id"]);
    instance.send(&admin, "PUT", &path, Some(json!({"phone": "1"}))).await.with(200);
    log_in(&instance, "tunde@example.org", "battery staple").await.with(401);
    instance.send(&admin, "PUT", &path, Some(json!({"email_verified": true}))).await.with(200);
    log_in(&instance, "tunde@example.org", "battery staple").await.with(200);
}

#[tokio::test]
async fn of_two_passwords_that_wait_for_one_address_neither_works() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "T", "email": "tunde@example.org", "role": "customer"});
    instance.send(&admin, "POST", "/api/admin/users", Some(made)).await.with(201);
    let nobody = Caller::default();
    for password in ["a stranger's", "the owner's own", "a stranger's"] {
        let body = sign_up("tunde@example.org", password);
        instance.send(&nobody, "POST", "/api/auth/register", Some(body)).await.with(201);
    }
    let mails: Vec<_> = mailed(&instance).into_iter().filter(|mail| mail.template == "verify").collect();
    assert_eq!(mails.len(), 1, "an address is mailed once a day");
    instance.send(&nobody, "POST", "/api/auth/verify", Some(json!({"token": mails[0].token()}))).await.with(200);
    for password in ["a stranger's", "the owner's own"] {
        log_in(&instance, "tunde@example.org", password).await.with(401);
    }
}

#[tokio::test]
async fn nobody_signs_up_over_an_invited_colleague_or_a_closed_account() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    for (email, body) in [
        ("agent@example.org", json!({"role": "agent"})),
        ("closed@example.org", json!({"role": "customer", "is_active": false})),
    ] {
        let mut made = json!({"name": "X", "email": email});
        made.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let user = instance.send(&admin, "POST", "/api/admin/users", Some(made)).await.with(201)["user"]["id"].clone();
        let body = sign_up(email, "battery staple");
        instance.send(&Caller::default(), "POST", "/api/auth/register", Some(body)).await.with(201);
        let change = json!({"email_verified": true, "is_active": true});
        instance.send(&admin, "PUT", &format!("/api/admin/users/{user}"), Some(change)).await.with(200);
        log_in(&instance, email, "battery staple").await.with(401);
    }
    assert!(mailed(&instance).iter().all(|mail| mail.template != "verify"));
}

#[tokio::test]
async fn a_token_is_refreshed_up_to_14_days_after_its_issue() {
    for (age, status) in [
        (59 * MINUTE, 200),
        (60 * MINUTE + 1_000, 200),
        (14 * DAY - 60 * MINUTE, 200),
        (14 * DAY, 200),
        (14 * DAY + 1_000, 401),
    ] {
        let instance = Instance::start();
        instance.person("a@example.org", Role::Agent);
        let caller = caller(&instance, "a@example.org").await;
        instance.later(age);
        let reply = refresh(&instance, &caller).await;
        assert_eq!(reply.status.as_u16(), status, "after {age} ms");
        if status == 200 {
            let token = reply.with(200);
            assert_eq!((&token["token_type"], &token["expires_in"]), (&json!("bearer"), &json!(3600)));
            let next = Caller::bearer(token["access_token"].as_str().unwrap());
            instance.send(&next, "GET", "/api/auth/me", None).await.with(200);
            instance.send(&caller, "GET", "/api/auth/me", None).await.with(401);
            refresh(&instance, &caller).await.with(401);
        }
    }
}

#[tokio::test]
async fn both_lifetimes_can_be_set() {
    let flags = ["--rate-limit", "off", "--jwt-ttl", "1", "--jwt-refresh-ttl", "2"];
    let instance = Instance::start_with(&flags);
    instance.person("a@example.org", Role::Agent);
    let caller = caller(&instance, "a@example.org").await;
    instance.later(MINUTE);
    instance.send(&caller, "GET", "/api/auth/me", None).await.with(401);
    instance.later(MINUTE + 1_000);
    refresh(&instance, &caller).await.with(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_refreshed_fifty_times_at_once_gives_one_new_one() {
    let instance = Arc::new(Instance::start());
    instance.person("a@example.org", Role::Agent);
    let caller = caller(&instance, "a@example.org").await;
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (instance, caller) = (instance.clone(), caller.clone());
        all.spawn(async move { refresh(&instance, &caller).await.status.as_u16() });
    }
    let mut answers = all.join_all().await;
    answers.sort_unstable();
    assert_eq!((answers[0], answers[1], answers[49]), (200, 401, 401));
}

#[tokio::test]
async fn a_logout_ends_the_token_for_use_and_for_refresh() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Agent);
    let (first, second) = (caller(&instance, "a@example.org").await, caller(&instance, "a@example.org").await);
    let reply = instance.send(&first, "POST", "/api/auth/logout", None).await;
    assert!(reply.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(reply.with(200), json!({"message": "Logged out successfully"}));
    instance.send(&first, "GET", "/api/auth/me", None).await.with(401);
    refresh(&instance, &first).await.with(401);
    instance.later(61 * MINUTE);
    instance.send(&second, "POST", "/api/auth/logout", None).await.with(200);
    refresh(&instance, &second).await.with(401);
}

#[tokio::test]
async fn a_closed_account_refreshes_nothing_even_after_it_is_opened_again() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let id = instance.person("a@example.org", Role::Agent);
    let caller = caller(&instance, "a@example.org").await;
    for active in [false, true] {
        let path = format!("/api/admin/users/{id}");
        instance.send(&admin, "PUT", &path, Some(json!({"is_active": active}))).await.with(200);
        instance.send(&caller, "GET", "/api/auth/me", None).await.with(401);
        refresh(&instance, &caller).await.with(401);
    }
}

#[tokio::test]
async fn an_account_without_a_password_reads_like_an_unknown_one() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "I", "email": "invited@example.org", "role": "agent"});
    instance.send(&admin, "POST", "/api/admin/users", Some(made)).await.with(201);
    instance.person("known@example.org", Role::Agent);
    let mut seen = Vec::new();
    for email in ["invited@example.org", "known@example.org", "unknown@example.org"] {
        let reply = log_in(&instance, email, "wrong horse").await;
        seen.push((reply.status, reply.body));
    }
    assert_eq!(seen[0].0.as_u16(), 401);
    assert!(seen.iter().all(|reply| *reply == seen[0]));
    log_in(&instance, "invited@example.org", "").await.with(422);
}

#[tokio::test]
async fn a_login_is_remembered() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Agent);
    instance.later(MINUTE);
    let caller = caller(&instance, "a@example.org").await;
    let me = instance.send(&caller, "GET", "/api/auth/me", None).await.with(200);
    assert_eq!(me["user"]["last_login_at"], json!("2026-05-06T12:01:00Z"));
}

#[tokio::test]
async fn everybody_is_told_the_projects_that_they_work_for() {
    let instance = Instance::start();
    let agent = instance.person("agent@example.org", Role::Agent);
    instance.person("admin@example.org", Role::Admin);
    instance.person("customer@example.org", Role::Customer);
    store::write_once(&instance.directory, &instance.app.clock, |tx| {
        tx.execute(
            "insert into projects (id, uuid, name, slug, prefix, is_active, created_at, updated_at)
             values (7, 'u7', 'Homes', 'homes', 'HOME', 1, 1, 1), (8, 'u8', 'Old', 'old', 'OLDX', 0, 1, 1)",
            params![],
        )?;
        tx.execute(
            "insert into project_agents (project_id, user_id, created_at) values (7, :user, 1)",
            params! {":user": agent},
        )
    })
    .unwrap();
    let homes = json!({"id": 7, "name": "Homes", "slug": "homes"});
    let support = json!({"id": 1, "name": "Support", "slug": "support"});
    for (who, projects) in [("agent", json!([homes])), ("admin", json!([homes, support])), ("customer", json!([]))] {
        let caller = caller(&instance, &format!("{who}@example.org")).await;
        let me = instance.send(&caller, "GET", "/api/auth/me", None).await.with(200);
        assert_eq!(me["user"]["projects"], projects, "{who}");
    }
}

#[tokio::test]
async fn a_profile_changes_what_is_given_and_nothing_that_is_not_its_owners() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    let caller = caller(&instance, "a@example.org").await;
    let send = |body: Value| instance.send(&caller, "PUT", "/api/auth/profile", Some(body));
    let wishes = json!({"name": "Ann", "phone": "+1 2", "role": "admin", "is_active": false, "projects": [1],
        "email": "b@example.org", "department": "x"});
    let user = send(wishes).await.with(200)["user"].clone();
    assert_eq!((&user["name"], &user["phone"]), (&json!("Ann"), &json!("+1 2")));
    assert_eq!(
        (&user["role"], &user["is_active"], &user["email"], &user["department"]),
        (&json!("customer"), &json!(true), &json!("a@example.org"), &Value::Null)
    );
    assert_eq!(send(json!({})).await.with(200)["user"]["phone"], json!("+1 2"));
    let cleared = send(json!({"phone": null})).await.with(200);
    assert_eq!((&cleared["user"]["phone"], &cleared["user"]["name"]), (&Value::Null, &json!("Ann")));
    assert!(cleared.get("access_token").is_none());
    for (field, body) in [
        ("name", json!({"name": ""})),
        ("phone", json!({"phone": "a\nb"})),
        ("password", json!({"password": "short", "password_confirmation": "short"})),
        ("password_confirmation", json!({"password": "battery staple"})),
        ("password_confirmation", json!({"password": "battery staple", "password_confirmation": "battery stapler"})),
    ] {
        let refused = send(body).await.with(422);
        assert!(refused["details"][field][0].is_string(), "{field}: {refused}");
    }
    log_in(&instance, "a@example.org", "correct horse").await.with(200);
}

#[tokio::test]
async fn a_password_change_ends_every_session_and_begins_one() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    let (here, elsewhere) = (caller(&instance, "a@example.org").await, caller(&instance, "a@example.org").await);
    let body = json!({"password": "battery staple", "password_confirmation": "battery staple"});
    let changed = instance.send(&here, "PUT", "/api/auth/profile", Some(body)).await.with(200);
    for old in [&here, &elsewhere] {
        instance.send(old, "GET", "/api/auth/me", None).await.with(401);
        refresh(&instance, old).await.with(401);
    }
    let next = Caller::bearer(changed["access_token"].as_str().unwrap());
    instance.send(&next, "GET", "/api/auth/me", None).await.with(200);
    log_in(&instance, "a@example.org", "correct horse").await.with(401);
    log_in(&instance, "a@example.org", "battery staple").await.with(200);
}

#[tokio::test]
async fn what_happens_to_an_account_is_in_the_audit_log() {
    let instance = Instance::start();
    let nobody = Caller::default();
    let body = sign_up("tunde@example.org", "battery staple");
    let begun = instance.send(&nobody, "POST", "/api/auth/register", Some(body)).await.with(201);
    let caller = Caller::bearer(begun["access_token"].as_str().unwrap());
    let next = refresh(&instance, &caller).await.with(200);
    let caller = Caller::bearer(next["access_token"].as_str().unwrap());
    let change = json!({"name": "T", "password": "correct horse", "password_confirmation": "correct horse"});
    let changed = instance.send(&caller, "PUT", "/api/auth/profile", Some(change)).await.with(200);
    let caller = Caller::bearer(changed["access_token"].as_str().unwrap());
    instance.send(&caller, "POST", "/api/auth/logout", None).await.with(200);
    let token = mailed(&instance)[0].token();
    instance.send(&nobody, "POST", "/api/auth/verify", Some(json!({"token": token}))).await.with(200);
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let rows = instance.send(&admin, "GET", "/api/audit", None).await.with(200);
    let rows: Vec<&Value> = rows.as_array().unwrap().iter().collect();
    let actions: Vec<&str> = rows
        .iter()
        .rev()
        .filter(|row| row["target"] == json!("tunde@example.org"))
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        ["user_created", "login", "session_refreshed", "user_updated", "password_changed", "logout", "email_verified"]
    );
    assert_eq!(instance.app.clock.now().0, NOON);
}
