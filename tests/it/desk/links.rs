//! Mailed links: what they open, once, and what asking for one tells.

use std::sync::Arc;

use gatehouse::base::{Place, Role};
use gatehouse::store::{self, params};
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

const DAY: i64 = 24 * 3_600_000;

/// A mail that would be delivered.
pub struct Mailed {
    pub template: String,
    pub address: String,
    pub content: Value,
}

impl Mailed {
    pub fn link(&self) -> &str {
        self.content["link"].as_str().unwrap()
    }

    pub fn token(&self) -> String {
        self.link().split_once("?token=").unwrap().1.to_owned()
    }
}

/// Every mail with a link that waits, oldest first.
pub fn mailed(instance: &Instance) -> Vec<Mailed> {
    store::read_once(&instance.directory, &instance.app.clock, |conn| {
        conn.all(
            "select uuid, template, address, content from outbox
             where delivered_at is null and template in ('verify', 'reset', 'invite') order by id",
            params![],
            |row| {
                let uuid: String = row.get("uuid")?;
                let place = Place { table: "outbox", row: &uuid, column: "content" };
                let content = conn.keys().open(place, row.blob("content")?)?;
                Ok(Mailed {
                    template: row.get("template")?,
                    address: row.get("address")?,
                    content: serde_json::from_slice(&content).unwrap(),
                })
            },
        )
    })
    .unwrap()
}

async fn forget(instance: &Instance, email: &str) -> crate::app::Reply {
    let body = json!({"email": email});
    instance.send(&Caller::default(), "POST", "/api/auth/forgot-password", Some(body)).await
}

async fn set(instance: &Instance, token: &str, password: &str) -> crate::app::Reply {
    let body = json!({"token": token, "password": password, "password_confirmation": password});
    instance.send(&Caller::default(), "POST", "/api/auth/reset-password", Some(body)).await
}

async fn log_in(instance: &Instance, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password});
    instance.send(&Caller::default(), "POST", "/api/auth/login", Some(body)).await.status.as_u16()
}

#[tokio::test]
async fn asking_for_a_reset_tells_nothing_and_mails_once_a_day() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    let known = forget(&instance, "A@example.org").await;
    let unknown = forget(&instance, "b@example.org").await;
    assert_eq!((known.status.as_u16(), &known.body), (200, &unknown.body));
    forget(&instance, "a@example.org").await.with(200);
    assert_eq!(mailed(&instance).len(), 1);
    instance.later(DAY);
    forget(&instance, "a@example.org").await.with(200);
    let mails = mailed(&instance);
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().all(|mail| mail.template == "reset" && mail.address == "a@example.org"));
    forget(&instance, "no address").await.with(422);
}

#[tokio::test]
async fn asking_costs_the_same_rows_whether_there_is_an_account_or_not() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    let rows = |table: &str| {
        let statement = format!("select count(*) as n, sum(length(content)) as bytes from {table}");
        store::read_once(&instance.directory, &instance.app.clock, |conn| {
            conn.one(&statement, params![], |row| Ok((row.get::<i64>("n")?, row.get::<Option<i64>>("bytes")?)))
        })
        .unwrap()
        .unwrap()
    };
    forget(&instance, "a@example.org").await.with(200);
    let (one, bytes) = rows("outbox");
    forget(&instance, "b@example.org").await.with(200);
    assert_eq!(rows("outbox"), (one + 1, bytes.map(|bytes| 2 * bytes)));
    for email in ["a@example.org", "b@example.org"] {
        forget(&instance, email).await.with(200);
    }
    assert_eq!(rows("outbox").0, one + 1);
    instance.later(3 * DAY);
    instance.app.store.write(gatehouse::notify::purge).await.unwrap();
    assert_eq!(rows("outbox").0, one, "what was never to be delivered is forgotten");
}

#[tokio::test]
async fn a_reset_link_sets_a_password_once_and_ends_every_session() {
    let instance = Instance::start();
    let old = instance.signed_in("a@example.org", Role::Customer).await;
    forget(&instance, "a@example.org").await.with(200);
    let token = mailed(&instance)[0].token();
    assert_eq!(token.len(), 43, "256 bits");
    let short = set(&instance, &token, "short").await.with(422);
    assert!(short["details"]["password"][0].is_string());
    set(&instance, &token, "battery staple").await.with(200);
    instance.send(&old, "GET", "/api/auth/me", None).await.with(401);
    assert_eq!(log_in(&instance, "a@example.org", "battery staple").await, 200);
    assert_eq!(log_in(&instance, "a@example.org", "correct horse").await, 401);
    let again = set(&instance, &token, "third password").await.with(422);
    let wrong = set(&instance, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "third password").await.with(422);
    assert_eq!(again, wrong);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_opened_fifty_times_at_once_opens_once() {
    let instance = Arc::new(Instance::start());
    instance.person("a@example.org", Role::Customer);
    forget(&instance, "a@example.org").await.with(200);
    let token = mailed(&instance)[0].token();
    let mut all = tokio::task::JoinSet::new();
    for n in 0..50 {
        let (instance, token) = (instance.clone(), token.clone());
        all.spawn(async move { set(&instance, &token, &format!("battery staple {n}")).await.status.as_u16() });
    }
    let answers = all.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 200 | 422)), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verification_that_is_opened_fifty_times_at_once_opens_once() {
    let instance = Arc::new(Instance::start());
    let body = json!({"name": "A", "email": "a@example.org", "password": "correct horse",
        "password_confirmation": "correct horse"});
    instance.send(&Caller::default(), "POST", "/api/auth/register", Some(body)).await.with(201);
    let body = json!({"token": mailed(&instance)[0].token()});
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (instance, body) = (instance.clone(), body.clone());
        all.spawn(async move {
            instance.send(&Caller::default(), "POST", "/api/auth/verify", Some(body)).await.status.as_u16()
        });
    }
    let mut answers = all.join_all().await;
    answers.sort_unstable();
    assert_eq!((answers[0], answers[1], answers[49]), (200, 422, 422));
}

#[tokio::test]
async fn an_expired_link_is_told_to_be_expired() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    forget(&instance, "a@example.org").await.with(200);
    let token = mailed(&instance)[0].token();
    instance.later(DAY);
    set(&instance, &token, "battery staple").await.with(410);
    instance.later(DAY);
    instance.app.store.write(gatehouse::access::link::purge).await.unwrap();
    set(&instance, &token, "battery staple").await.with(410);
    instance.later(1);
    instance.app.store.write(gatehouse::access::link::purge).await.unwrap();
    set(&instance, &token, "battery staple").await.with(422);
}

#[tokio::test]
async fn a_link_opens_its_own_purpose_for_its_own_address() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let body = json!({"name": "A", "email": "a@example.org", "password": "correct horse",
        "password_confirmation": "correct horse"});
    let nobody = Caller::default();
    let user = instance.send(&nobody, "POST", "/api/auth/register", Some(body)).await.with(201)["user"]["id"].clone();
    forget(&instance, "a@example.org").await.with(200);
    let mails = mailed(&instance);
    let (verify, reset) = (mails[0].token(), mails[1].token());
    set(&instance, &verify, "battery staple").await.with(422);
    let crossed = json!({"token": reset});
    instance.send(&nobody, "POST", "/api/auth/verify", Some(crossed)).await.with(422);
    for token in [&verify, &reset] {
        instance.send(&Caller::bearer(token), "GET", "/api/auth/me", None).await.with(401);
    }
    let path = format!("/api/admin/users/{user}");
    instance.send(&admin, "PUT", &path, Some(json!({"email": "b@example.org"}))).await.with(200);
    set(&instance, &reset, "battery staple").await.with(422);
    instance.send(&nobody, "POST", "/api/auth/verify", Some(json!({"token": verify}))).await.with(422);
}

#[tokio::test]
async fn an_address_that_an_admin_changes_is_mailed_a_link_that_proves_it() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let path = format!("/api/admin/users/{}", instance.person("a@example.org", Role::Agent));
    let put = async |body: Value| instance.send(&admin, "PUT", &path, Some(body)).await.with(200)["user"].clone();
    put(json!({"name": "A", "email": "A@example.org"})).await;
    put(json!({"email": "b@example.org", "email_verified": true})).await;
    assert!(mailed(&instance).is_empty(), "nothing is to be proven");
    assert_eq!(put(json!({"email": "c@example.org"})).await["email_verified"], json!(false));
    let mails = mailed(&instance);
    let told: Vec<_> = mails.iter().map(|mail| (mail.template.as_str(), mail.address.as_str())).collect();
    assert_eq!(told, [("verify", "c@example.org")]);
    let token = json!({"token": mails[0].token()});
    instance.send(&Caller::default(), "POST", "/api/auth/verify", Some(token)).await.with(200);
    let shown = instance.send(&admin, "GET", &path, None).await.with(200);
    assert_eq!(shown["user"]["email_verified"], json!(true));
}

#[tokio::test]
async fn a_link_of_a_closed_or_deleted_account_opens_nothing() {
    let instance = Instance::start();
    instance.person("admin@example.org", Role::Admin);
    for (email, deleted) in [("a@example.org", false), ("b@example.org", true)] {
        let admin = instance.sign_in("admin@example.org").await;
        let path = format!("/api/admin/users/{}", instance.person(email, Role::Customer));
        forget(&instance, email).await.with(200);
        let token = mailed(&instance).pop().unwrap().token();
        if deleted {
            instance.send(&admin, "DELETE", &path, None).await.with(200);
        } else {
            instance.send(&admin, "PUT", &path, Some(json!({"is_active": false}))).await.with(200);
        }
        set(&instance, &token, "battery staple").await.with(422);
        instance.later(DAY);
        let before = mailed(&instance).len();
        forget(&instance, email).await.with(200);
        assert_eq!(mailed(&instance).len(), before);
    }
}

#[tokio::test]
async fn links_begin_with_the_configured_address_whatever_the_host_header_says() {
    let evil = Caller::default().header("host", "evil.example").header("x-forwarded-host", "evil.example");
    for (flags, origin) in [
        (vec!["--public-url", "https://vpn.example.org"], "https://vpn.example.org/"),
        (vec!["--listen", "127.0.0.1:9123"], "http://127.0.0.1:9123/"),
        (vec!["--listen", "0.0.0.0:9123"], "http://127.0.0.1:9123/"),
    ] {
        let instance = Instance::start_with(&[vec!["--rate-limit", "off"], flags].concat());
        instance.person("a@example.org", Role::Customer);
        let body = json!({"email": "a@example.org"});
        instance.send(&evil, "POST", "/api/auth/forgot-password", Some(body)).await.with(200);
        let mails = mailed(&instance);
        assert!(mails[0].link().starts_with(&format!("{origin}reset-password?token=")), "{}", mails[0].link());
    }
}

#[tokio::test]
async fn nothing_of_a_link_is_readable_in_the_database() {
    let instance = Instance::start();
    instance.person("a@example.org", Role::Customer);
    forget(&instance, "a@example.org").await.with(200);
    let token = mailed(&instance)[0].token();
    let folder = instance.directory.database().parent().unwrap().to_owned();
    let mut searched = 0;
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    for file in files.filter(|path| path.is_file()) {
        let bytes = std::fs::read(file).unwrap();
        searched += bytes.len();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
    assert!(searched > 4_096);
}

#[tokio::test]
async fn an_invitation_sets_the_first_password_and_proves_the_address() {
    let instance = Instance::start();
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "I", "email": "invited@example.org", "role": "agent"});
    let user = instance.send(&admin, "POST", "/api/admin/users", Some(made)).await.with(201)["user"].clone();
    assert_eq!(user["email_verified"], json!(false));
    let mails = mailed(&instance);
    assert_eq!((mails.len(), mails[0].template.as_str()), (1, "invite"));
    set(&instance, &mails[0].token(), "battery staple").await.with(200);
    assert_eq!(log_in(&instance, "invited@example.org", "battery staple").await, 200);
    let path = format!("/api/admin/users/{}", user["id"]);
    let shown = instance.send(&admin, "GET", &path, None).await.with(200);
    assert_eq!(shown["user"]["email_verified"], json!(true));
}

#[tokio::test]
async fn an_admin_hands_over_a_link_and_the_first_one_used_voids_the_others() {
    let instance = Instance::start_with(&["--rate-limit", "off", "--public-url", "https://vpn.example.org"]);
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let made = json!({"name": "I", "email": "invited@example.org", "role": "agent"});
    let id = instance.send(&admin, "POST", "/api/admin/users", Some(made)).await.with(201)["user"]["id"].clone();
    let path = format!("/api/admin/users/{id}/link");
    let ask = |purpose: &str| json!({"purpose": purpose});
    let keyed = admin.clone().header("idempotency-key", "k1");
    let handed = instance.send(&keyed, "POST", &path, Some(ask("invite"))).await.with(201);
    assert_eq!(handed["expires_at"], json!("2026-05-13T12:00:00Z"));
    let link = handed["link"].as_str().unwrap();
    let token = link.strip_prefix("https://vpn.example.org/invitation?token=").unwrap();
    instance.send(&keyed, "POST", &path, Some(ask("invite"))).await.with(409);
    set(&instance, token, "battery staple").await.with(200);
    set(&instance, &mailed(&instance)[0].token(), "another password").await.with(422);
    instance.send(&admin, "POST", &path, Some(ask("invite"))).await.with(409);
    let reset = instance.send(&admin, "POST", &path, Some(ask("reset"))).await.with(201);
    let token = reset["link"].as_str().unwrap().split_once("?token=").unwrap().1.to_owned();
    set(&instance, &token, "third password").await.with(200);
    instance.send(&admin, "POST", &path, Some(ask("verify"))).await.with(422);
    instance.send(&admin, "PUT", &format!("/api/admin/users/{id}"), Some(json!({"is_active": false}))).await.with(200);
    instance.send(&admin, "POST", &path, Some(ask("reset"))).await.with(409);
}

#[tokio::test]
async fn a_proven_address_owns_the_tickets_that_were_filed_under_it() {
    let instance = Instance::start();
    let ticket = |id: i64, email: &'static str| {
        store::write_once(&instance.directory, &instance.app.clock, |tx| {
            tx.execute(
                "insert into tickets (id, uuid, number, project_id, subject, status, priority, source,
                   customer_email, created_at, updated_at, last_activity_at)
                 values (:id, :id, :id, 1, 's', 'open', 'low', 'api', :email, 1, 1, 1)",
                params! {":id": id, ":email": email},
            )
        })
        .unwrap();
    };
    let creator = |id: i64| {
        store::read_once(&instance.directory, &instance.app.clock, |conn| {
            conn.one("select creator_id from tickets where id = :id", params! {":id": id}, |row| {
                row.get::<Option<i64>>("creator_id")
            })
        })
        .unwrap()
        .unwrap()
    };
    ticket(1, "A@example.org");
    ticket(2, "other@example.org");
    ticket(3, "staff@example.org");
    let body = json!({"name": "A", "email": "a@example.org", "password": "correct horse",
        "password_confirmation": "correct horse"});
    let nobody = Caller::default();
    let begun = instance.send(&nobody, "POST", "/api/auth/register", Some(body)).await.with(201);
    assert_eq!(creator(1), None);
    let token = mailed(&instance)[0].token();
    instance.send(&nobody, "POST", "/api/auth/verify", Some(json!({"token": token}))).await.with(200);
    assert_eq!(creator(1), begun["user"]["id"].as_i64());
    let admin = instance.signed_in("admin@example.org", Role::Admin).await;
    let make = async |email: &str, role: &str| {
        let body = json!({"name": "O", "email": email, "password": "correct horse", "role": role});
        let made = instance.send(&admin, "POST", "/api/admin/users", Some(body)).await.with(201);
        made["user"]["id"].as_i64()
    };
    let other = make("other@example.org", "customer").await;
    assert_eq!(creator(2), other, "an admin who sets a password vouches");
    make("staff@example.org", "agent").await;
    assert_eq!(creator(3), None, "staff are never made a creator by address");
}

#[tokio::test]
async fn a_verification_is_sent_again_the_next_day_and_not_to_a_proven_address() {
    let instance = Instance::start();
    let body = json!({"name": "A", "email": "a@example.org", "password": "correct horse",
        "password_confirmation": "correct horse"});
    let begun = instance.send(&Caller::default(), "POST", "/api/auth/register", Some(body)).await.with(201);
    let caller = Caller::bearer(begun["access_token"].as_str().unwrap());
    let path = "/api/auth/resend-verification";
    let early = instance.send(&caller, "POST", path, None).await;
    assert_eq!(early.headers["retry-after"], "86401");
    early.with(429);
    instance.later(DAY);
    let next = instance.send(&caller, "POST", "/api/auth/refresh", None).await.with(200);
    let caller = Caller::bearer(next["access_token"].as_str().unwrap());
    instance.send(&caller, "POST", path, None).await.with(200);
    let mails = mailed(&instance);
    assert_eq!(mails.len(), 2);
    let body = json!({"token": mails[0].token()});
    instance.send(&Caller::default(), "POST", "/api/auth/verify", Some(body)).await.with(200);
    let proven = instance.send(&caller, "POST", path, None).await.with(200);
    assert_eq!(proven, json!({"message": "Your email address is verified already."}));
    assert_eq!(mailed(&instance).len(), 2);
}
