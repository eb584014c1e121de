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

/// The ids that a query finds, and where its `Link` leads.
async fn found(instance: &Instance, admin: &Caller, path: &str) -> (Vec<i64>, Option<String>) {
    let reply = instance.send(admin, "GET", path, None).await;
    let link = reply.headers.get("link").map(|link| link.to_str().unwrap().to_owned());
    let next = link.map(|link| {
        let (path, relation) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
        assert_eq!(relation, "; rel=\"next\"");
        path.to_owned()
    });
    let log = reply.with(200);
    (log.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect(), next)
}

#[tokio::test]
async fn who_what_whom_when_and_words_narrow_the_log_and_its_export_alike() {
    let (instance, admin) = with_history().await;
    instance.later(3_600_000);
    let other = instance.signed_in("b@example.org", Role::Admin).await;
    instance.server(&other, "ny").await;
    let all = found(&instance, &admin, "/api/audit").await.0;
    assert_eq!(all, (1..=all.len() as i64).rev().collect::<Vec<_>>());
    for (query, expected) in [
        ("actor=A@Example.org", vec![5, 4, 3, 2]),
        ("actor=a", vec![]),
        ("action=server_created", vec![9, 3]),
        ("action=server", vec![]),
        ("target=LA", vec![4, 3]),
        ("actor=a@example.org&action=login", vec![2]),
        ("actor=a@example.org&target=la&action=server_created", vec![3]),
        ("from=2026-05-06T12:30:00Z&action=server_created", vec![9]),
        ("to=2026-05-06T12:30:00Z&action=server_created", vec![3]),
        ("from=2026-05-06T12:00:00Z&to=2026-05-06T12:00:00Z", vec![]),
        ("from=2026-05-07", vec![]),
        ("from=2026-05-06&to=2026-05-07&actor=b@example.org", vec![10, 9, 8]),
        ("search=SERVER", vec![9, 3]),
        ("search=server%20created%20ny", vec![9]),
        ("search=calc", vec![5]),
        ("search=127.0.0.1&action=login_failed", vec![6]),
        ("search=%25", vec![]),
        ("search=ny&actor=a@example.org", vec![]),
    ] {
        assert_eq!(found(&instance, &admin, &format!("/api/audit?{query}")).await.0, expected, "{query}");
        let csv = instance.send(&admin, "GET", &format!("/api/audit/export?{query}"), None).await.text();
        let ids: Vec<i64> = csv.lines().skip(1).map(|row| row.split(',').next().unwrap().parse().unwrap()).collect();
        assert_eq!(ids, expected, "{query}");
    }
    for (query, field) in [
        ("from=yesterday", "from"),
        ("from=2026-05-07&to=2026-05-06", "to"),
        ("cursor=0", "cursor"),
        ("search=x&offset=1", "offset"),
        ("cursor=3&offset=1", "offset"),
    ] {
        let refused = instance.send(&admin, "GET", &format!("/api/audit?{query}"), None).await.with(400);
        assert!(refused["details"][field].is_array(), "{query}: {refused}");
    }
    instance.send(&admin, "GET", "/api/audit/export?from=yesterday", None).await.with(400);
}

#[tokio::test]
async fn links_lead_through_the_log_without_a_gap_whatever_the_clock_did_and_whatever_is_looked_for() {
    let (instance, admin) = with_history().await;
    // 22,000 rows, a few of each moment, and an hour that came twice.
    tamper(
        &instance,
        "insert into audit (actor, action, target, created_at, hash)
         with recursive n (n) as (select 1 union all select n + 1 from n where n < 22000)
         select iif(n % 2, 'Eve@example.org', 'bob@example.org'), 'login', iif(n = 7, 'needle', 'user ' || (n % 10)),
           1778000000000 + n / 3 * 1000 - iif(n > 10000, 3600000, 0), zeroblob(32) from n",
    );
    let walk = async |query: &str| {
        let (mut ids, mut pages, mut next) = (Vec::new(), 0, Some(format!("/api/audit?{query}")));
        while let Some(path) = next {
            let (page, rest) = found(&instance, &admin, &path).await;
            ids.extend(page);
            (pages, next) = (pages + 1, rest);
        }
        (ids, pages)
    };
    let (all, pages) = walk("limit=1000").await;
    assert_eq!((all, pages), ((1..=22_006).rev().collect::<Vec<i64>>(), 23));
    for (query, count) in [
        ("actor=eve@example.org&limit=1000", 11_000),
        ("actor=eve@example.org&action=login&limit=999", 11_000),
        ("target=user%203&limit=77", 2_200),
        ("action=login&from=2026-05-05&limit=1000", 22_001),
        ("search=eve%20user&limit=1000", 10_999),
    ] {
        let (mut ids, _) = walk(query).await;
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{query}");
    }
    let (needle, pages) = walk("search=needle").await;
    assert_eq!((needle, pages), (vec![13], 3), "pages without a row lead on");
    assert_eq!(walk("search=nothing").await, (vec![], 3));
}

#[tokio::test]
async fn what_an_index_finds_is_found_without_walking_the_log() {
    let (instance, admin) = with_history().await;
    tamper(
        &instance,
        "insert into audit (actor, action, target, created_at, hash)
         with recursive n (n) as (select 1 union all select n + 1 from n where n < 20000)
         select 'many@example.org', 'login', 'many', 1778000000000 + n, zeroblob(32) from n",
    );
    for (query, index) in [
        ("lower(actor) = lower('a@example.org')", "audit_actor"),
        ("action = 'server_created'", "audit_action"),
        ("lower(target) = lower('la') and created_at < 5", "audit_target"),
        ("created_at >= 5", "audit_created"),
    ] {
        let sql = format!(
            "explain query plan select id, actor, action, target, ip, created_at from audit
             where {query} and (created_at, id) < (9, 9) order by created_at desc, id desc limit 9 offset 0"
        );
        let plan = store::read_once(&instance.directory, &instance.app.clock, |conn| {
            conn.all(&sql, params![], |row| row.get::<String>("detail"))
        });
        let plan = plan.unwrap().join("; ");
        assert!(plan.contains(&format!("INDEX {index} (")) && !plan.contains("B-TREE"), "{query}: {plan}");
    }
    assert_eq!(found(&instance, &admin, "/api/audit?target=la").await.0, [4, 3]);
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
