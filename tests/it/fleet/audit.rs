//! The audit log.

use gatehouse::audit::{Verdict, verify};
use gatehouse::base::Role;
use gatehouse::store::{self, params};
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

async fn with_history() -> (Instance, Caller) {
    let instance = Instance::start();
    let admin = instance.signed_in("a@example.org", Role::Admin).await;
    instance.server(&admin, "la").await;
    instance.peer(&admin, "la", json!({"name": "=cmd|'/c calc'"})).await;
    let wrong = json!({"email": "=1+1@example.org", "password": "wrong horse"});
    instance.send(&Caller::default(), "POST", "/api/login", Some(wrong)).await.with(401);
    (instance, admin)
}

fn verdict(instance: &Instance) -> Verdict {
    store::read_once(&instance.directory, &instance.app.clock, verify).unwrap()
}

fn tamper(instance: &Instance, sql: &str) {
    store::write_once(&instance.directory, &instance.app.clock, |tx| tx.execute(sql, params![])).unwrap();
}

#[tokio::test]
async fn every_change_and_every_login_is_there_newest_first() {
    let (instance, admin) = with_history().await;
    let log = instance.send(&admin, "GET", "/api/audit", None).await.with(200);
    let actions: Vec<&str> = log.as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        ["login_failed", "wg_client_created", "enrollment_created", "server_created", "login", "user_created"]
    );
    assert_eq!(log[0]["actor"], Value::Null);
    assert_eq!(log[0]["target"], json!("=1+1@example.org"));
    assert_eq!(
        log[1],
        json!({"id": 5, "actor": "a@example.org", "action": "wg_client_created", "target": "la/=cmd|'/c calc'",
            "ip": "127.0.0.1", "created_at": "2026-05-06T12:00:00Z"})
    );
}

#[tokio::test]
async fn pages_meet_without_a_gap_and_numbers_out_of_range_are_refused() {
    let (instance, admin) = with_history().await;
    let page = async |query: &str| instance.send(&admin, "GET", &format!("/api/audit?{query}"), None).await;
    let whole = page("limit=1000").await.with(200);
    let halves = [page("limit=3").await.with(200), page("limit=3&offset=3").await.with(200)];
    let joined: Vec<Value> = halves.iter().flat_map(|half| half.as_array().unwrap().clone()).collect();
    assert_eq!(whole, Value::Array(joined));
    for bad in ["limit=0", "limit=1001", "limit=a", "offset=-1", "limit=1e9", "offset=9223372036854775808"] {
        let refused = page(bad).await.with(400);
        assert!(refused["details"].is_object(), "{bad}");
    }
    assert_eq!(page("offset=1000000000000").await.with(200), json!([]));
}

#[tokio::test]
async fn the_export_defuses_cells_that_start_like_a_formula() {
    let (instance, admin) = with_history().await;
    let reply = instance.send(&admin, "GET", "/api/audit/export", None).await;
    assert!(reply.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    let text = reply.text();
    assert_eq!(text.lines().next(), Some("id,actor,action,target,ip,created_at"));
    assert!(text.contains(",'=1+1@example.org,"), "{text}");
    assert_eq!(text.lines().count(), 7);
}

#[tokio::test]
async fn an_untouched_log_is_sound() {
    let (instance, _) = with_history().await;
    assert_eq!(verdict(&instance), Verdict::Sound { rows: 6 });
}

#[tokio::test]
async fn rows_edited_removed_moved_or_cut_off_are_found() {
    let attacks = [
        "update audit set actor = 'eve@example.org' where id = 3",
        "update audit set created_at = created_at - 1 where id = 3",
        "update audit set ip = null where id = 4",
        "delete from audit where id = 3",
        "delete from audit where id = 1",
        "delete from audit where id >= 5",
        "delete from audit",
        "delete from audit_head",
        "update audit_head set last_id = 5, hash = (select hash from audit where id = 5)",
        "insert into audit (actor, action, target, created_at, hash) select actor, action, target, created_at, hash from audit where id = 6",
    ];
    for attack in attacks {
        let (instance, _) = with_history().await;
        tamper(&instance, attack);
        assert!(matches!(verdict(&instance), Verdict::Broken(_)), "{attack}");
    }
}
