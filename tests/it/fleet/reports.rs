//! What agents report, and what is shown of it.

use gatehouse::base::Role;
use serde_json::{Value, json};

use crate::app::{Caller, Instance};

struct Fleet {
    instance: Instance,
    admin: Caller,
    agent: Caller,
}

impl Fleet {
    async fn start() -> Self {
        let instance = Instance::start();
        let admin = instance.signed_in("a@example.org", Role::Admin).await;
        let agent = instance.agent(&admin, "la").await;
        Self { instance, admin, agent }
    }

    async fn report(&self, more: Value) -> crate::app::Reply {
        let mut body = json!({"server_id": "la", "ping_ms": 12.4, "transfer_rx": 1048576, "transfer_tx": 524288});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.instance.send(&self.agent, "POST", "/api/report", Some(body)).await
    }

    async fn get(&self, path: &str) -> Value {
        self.instance.send(&self.admin, "GET", path, None).await.with(200)
    }
}

#[tokio::test]
async fn a_server_that_never_reported_is_there_with_nulls() {
    let fleet = Fleet::start().await;
    let status = fleet.get("/api/statuses").await;
    assert_eq!(status[0]["server_id"], json!("la"));
    assert_eq!(status[0]["online"], json!(false));
    for field in ["ping_ms", "peers", "transfer_rx", "transfer_tx", "reported_at"] {
        assert_eq!(status[0][field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn anybody_sees_how_a_server_is_once_an_admin_made_it_public_and_nothing_else_of_it() {
    let fleet = Fleet::start().await;
    let seen = async || fleet.instance.send(&Caller::default(), "GET", "/api/public/status", None).await.with(200);
    assert_eq!(seen().await, json!([]));
    let path = "/api/servers/la";
    fleet.instance.send(&fleet.admin, "PUT", path, Some(json!({"is_public": true}))).await.with(200);
    assert_eq!(seen().await, json!([{"name": "la", "online": false, "reported_at": null}]));
    fleet.report(json!({})).await.with(200);
    assert_eq!(seen().await, json!([{"name": "la", "online": true, "reported_at": "2026-05-06T12:00:00Z"}]));
    fleet.instance.later(90_001);
    assert_eq!(seen().await[0]["online"], json!(false));
    fleet.instance.send(&fleet.admin, "PUT", path, Some(json!({"name": "Los Angeles"}))).await.with(200);
    assert_eq!(seen().await[0]["name"], json!("Los Angeles"), "what is left out stays");
    fleet.instance.send(&fleet.admin, "PUT", path, Some(json!({"is_public": false}))).await.with(200);
    assert_eq!(seen().await, json!([]));
}

#[tokio::test]
async fn the_documented_body_is_enough_and_a_server_is_online_for_three_intervals() {
    let fleet = Fleet::start().await;
    assert_eq!(fleet.report(json!({"peers": 5})).await.with(200), json!({"ok": true}));
    let status = fleet.get("/api/statuses").await;
    assert_eq!((&status[0]["online"], &status[0]["peers"]), (&json!(true), &json!(5)));
    assert_eq!(status[0]["reported_at"], json!("2026-05-06T12:00:00Z"));
    fleet.instance.later(90_000);
    assert_eq!(fleet.get("/api/statuses").await[0]["online"], json!(true));
    fleet.instance.later(1);
    assert_eq!(fleet.get("/api/statuses").await[0]["online"], json!(false));
    let history = fleet.get("/api/history").await;
    assert_eq!(
        history,
        json!([{"server_id": "la", "ping_ms": 12.4, "transfer_rx": 1048576, "transfer_tx": 524288,
            "recorded_at": "2026-05-06T12:00:00Z"}])
    );
}

#[tokio::test]
async fn counters_are_exact_over_resets_repeats_and_disorder() {
    let fleet = Fleet::start().await;
    let peer = fleet.instance.peer(&fleet.admin, "la", json!({"name": "phone"})).await;
    let send = async |seq: u64, rx: u64| {
        let stat = json!([{"public_key": peer["publicKey"], "rx": rx, "tx": 1}]);
        fleet.report(json!({"epoch": 7, "seq": seq, "peer_stats": stat})).await.with(200);
    };
    send(1, 9_007_199_254_740_993).await;
    send(4, 50).await;
    send(2, 9_007_199_254_740_995).await;
    send(2, 9_007_199_254_740_995).await;
    send(3, 10).await;
    send(4, 50).await;
    let shown = fleet.get("/api/wg-clients/la").await;
    assert_eq!(shown[0]["transferRx"], json!(9_007_199_254_740_995_u64 + 50));
    assert_eq!(shown[0]["transferTx"], json!(1));
}

#[tokio::test]
async fn a_late_report_counts_but_never_overwrites_a_newer_snapshot() {
    let fleet = Fleet::start().await;
    fleet.report(json!({"ping_ms": 2.0, "measured_at": "2026-05-06T11:59:00Z"})).await.with(200);
    fleet.report(json!({"ping_ms": 1.0, "measured_at": "2026-05-06T11:00:00Z"})).await.with(200);
    assert_eq!(fleet.get("/api/statuses").await[0]["ping_ms"], json!(2.0));
    let history = fleet.get("/api/history").await;
    let times: Vec<&str> = history.as_array().unwrap().iter().map(|s| s["recorded_at"].as_str().unwrap()).collect();
    assert_eq!(times, ["2026-05-06T11:00:00Z", "2026-05-06T11:59:00Z"]);
}

#[tokio::test]
async fn a_clock_ten_years_off_loses_nothing_and_our_time_stands() {
    let fleet = Fleet::start().await;
    for at in ["2036-05-06T12:00:00Z", "2016-05-06T12:00:00Z"] {
        fleet.report(json!({"measured_at": at})).await.with(200);
    }
    let history = fleet.get("/api/history").await;
    assert_eq!(history.as_array().unwrap().len(), 2);
    assert!(history.as_array().unwrap().iter().all(|s| s["recorded_at"] == json!("2026-05-06T12:00:00Z")));
}

#[tokio::test]
async fn what_cannot_be_is_refused_by_field_and_strangers_are_not_counted() {
    let fleet = Fleet::start().await;
    let cases = [
        ("ping_ms", json!({"ping_ms": -1})),
        ("ping_ms", json!({"ping_ms": "fast"})),
        ("interval_s", json!({"interval_s": 0})),
        ("seq", json!({"epoch": 1})),
        ("seq", json!({"epoch": 1, "seq": 0})),
        ("measured_at", json!({"measured_at": "yesterday"})),
        ("peer_stats[0].public_key", json!({"peer_stats": [{"public_key": "x", "rx": 1, "tx": 1}]})),
        ("peer_stats[0].rx", json!({"peer_stats": [{"public_key": crate::app::new_key(), "rx": -1, "tx": 1}]})),
    ];
    for (field, more) in cases {
        let refused = fleet.report(more.clone()).await.with(400);
        assert!(refused["details"][field][0].is_string(), "{more}: {refused}");
    }
    fleet.report(json!({"server_id": "tokyo"})).await.with(403);
    let media = Some("application/json");
    let nan =
        fleet.instance.send_raw(&fleet.agent, "POST", "/api/report", media, r#"{"server_id":"la","ping_ms":NaN}"#);
    nan.await.with(400);
    assert_eq!(fleet.get("/api/history").await, json!([]));
    let strangers: Vec<Value> =
        (0..2_000).map(|_| json!({"public_key": crate::app::new_key(), "rx": 1, "tx": 1})).collect();
    fleet.report(json!({"peer_stats": strangers})).await.with(200);
    assert_eq!(fleet.get("/api/wg-clients/la").await, json!([]));
}

#[tokio::test]
async fn history_is_cut_by_time_and_bucketed_when_asked_or_when_it_is_long() {
    let fleet = Fleet::start().await;
    for minute in 0..10 {
        let at = format!("2026-05-06T11:{minute:02}:30Z");
        fleet.report(json!({"ping_ms": minute, "transfer_rx": minute, "measured_at": at})).await.with(200);
    }
    let asked = async |query: &str| fleet.get(&format!("/api/history?{query}")).await;
    let cut = asked("from=2026-05-06T11:02:30Z&to=2026-05-06T11:04:30Z").await;
    assert_eq!(cut.as_array().unwrap().len(), 2);
    let buckets = asked("server_id=la&resolution=300").await;
    assert_eq!(buckets.as_array().unwrap().len(), 2);
    assert_eq!((&buckets[0]["ping_ms"], &buckets[0]["transfer_rx"]), (&json!(2.0), &json!(4)));
    assert_eq!(buckets[0]["recorded_at"], json!("2026-05-06T11:04:30Z"));
    assert_eq!(asked("server_id=nowhere").await, json!([]));
    for bad in ["from=x", "resolution=0", "resolution=a", "from=2026-05-06T12:00:00Z&to=2026-05-06T11:00:00Z"] {
        let path = format!("/api/history?{bad}");
        fleet.instance.send(&fleet.admin, "GET", &path, None).await.with(400);
    }
}

#[tokio::test]
async fn what_is_older_than_three_days_is_kept_by_the_hour() {
    let fleet = Fleet::start().await;
    for ping in [1.0, 3.0] {
        fleet.report(json!({"ping_ms": ping})).await.with(200);
        fleet.instance.later(60_000);
    }
    fleet.instance.later(74 * 3_600_000);
    let fleet = Fleet { admin: fleet.instance.sign_in("a@example.org").await, ..fleet };
    gatehouse::jobs::keep_history(&fleet.instance.app).await.unwrap();
    let old = fleet.get("/api/history?from=2026-05-06T00:00:00Z").await;
    assert_eq!(old.as_array().unwrap().len(), 1);
    assert_eq!((&old[0]["ping_ms"], &old[0]["recorded_at"]), (&json!(2.0), &json!("2026-05-06T12:01:00Z")));
    assert_eq!(fleet.get("/api/history").await, json!([]));
}

#[tokio::test]
async fn a_late_report_joins_its_hour_once_whether_that_is_sealed_or_not() {
    let fleet = Fleet::start().await;
    let send = async |seq: u64, at: &str| {
        fleet.report(json!({"epoch": 1, "seq": seq, "transfer_rx": seq, "measured_at": at})).await.with(200);
    };
    send(1, "2026-05-06T09:00:00Z").await;
    send(4, "2026-05-06T09:03:00Z").await;
    gatehouse::jobs::keep_history(&fleet.instance.app).await.unwrap();
    let shown = async || -> Vec<(u64, String)> {
        let history = fleet.get("/api/history").await;
        let row =
            |s: &Value| (s["transfer_rx"].as_u64().unwrap(), s["recorded_at"].as_str().unwrap()[11..16].to_owned());
        history.as_array().unwrap().iter().map(row).collect()
    };
    let row = |rx: u64, at: &str| (rx, at.to_owned());
    assert_eq!(shown().await, [row(1, "09:00"), row(4, "09:03")]);
    send(3, "2026-05-06T09:02:00Z").await;
    send(3, "2026-05-06T09:02:00Z").await;
    send(4, "2026-05-06T09:03:00Z").await;
    let expected = [row(1, "09:00"), row(3, "09:02"), row(4, "09:03")];
    assert_eq!(shown().await, expected);
    gatehouse::jobs::keep_history(&fleet.instance.app).await.unwrap();
    assert_eq!(shown().await, expected);
}

#[tokio::test]
async fn the_kept_statuses_never_lag_behind_a_report_a_change_of_servers_or_the_clock() {
    let fleet = Fleet::start().await;
    let statuses = async || {
        let first = fleet.get("/api/statuses").await;
        assert_eq!(fleet.get("/api/statuses").await, first, "asked twice");
        first
    };
    let online = |status: &Value| -> Vec<(String, bool)> {
        let row = |s: &Value| (s["server_id"].as_str().unwrap().to_owned(), s["online"].as_bool().unwrap());
        status.as_array().unwrap().iter().map(row).collect()
    };
    assert_eq!(online(&statuses().await), [("la".to_owned(), false)]);
    for ping in 1..20 {
        fleet.report(json!({"ping_ms": ping})).await.with(200);
        assert_eq!(statuses().await[0]["ping_ms"].as_f64(), Some(f64::from(ping)));
    }
    let tokyo = fleet.instance.agent(&fleet.admin, "tokyo").await;
    assert_eq!(online(&statuses().await), [("la".to_owned(), true), ("tokyo".to_owned(), false)]);
    let report = json!({"server_id": "tokyo", "ping_ms": 1, "transfer_rx": 1, "transfer_tx": 1, "interval_s": 10});
    fleet.instance.send(&tokyo, "POST", "/api/report", Some(report)).await.with(200);
    assert_eq!(online(&statuses().await), [("la".to_owned(), true), ("tokyo".to_owned(), true)]);
    fleet.instance.later(30_000);
    assert_eq!(online(&statuses().await), [("la".to_owned(), true), ("tokyo".to_owned(), true)]);
    fleet.instance.later(1);
    assert_eq!(online(&statuses().await), [("la".to_owned(), true), ("tokyo".to_owned(), false)]);
    fleet.instance.later(59_999);
    assert_eq!(online(&statuses().await), [("la".to_owned(), true), ("tokyo".to_owned(), false)]);
    fleet.instance.later(1);
    assert_eq!(online(&statuses().await), [("la".to_owned(), false), ("tokyo".to_owned(), false)]);
    // A clock that is set back.
    fleet.instance.later(-60_000);
    assert_eq!(online(&statuses().await), [("la".to_owned(), true), ("tokyo".to_owned(), false)]);
    fleet.instance.send(&fleet.admin, "DELETE", "/api/servers/la", None).await.with(204);
    assert_eq!(online(&statuses().await), [("tokyo".to_owned(), false)]);
}

#[tokio::test]
async fn the_kept_statuses_show_what_went_wrong_to_admins_alone_and_nothing_to_a_session_that_has_ended() {
    let fleet = Fleet::start().await;
    let customer = fleet.instance.signed_in("c@example.org", Role::Customer).await;
    let fault = json!({"code": "drift", "message": "repaired", "at": "2026-05-06T12:00:00Z"});
    fleet.report(json!({"errors": [fault]})).await.with(200);
    for _ in 0..2 {
        assert_eq!(fleet.get("/api/statuses").await[0]["errors"], json!([fault]));
        let seen = fleet.instance.send(&customer, "GET", "/api/statuses", None).await.with(200);
        assert_eq!((&seen[0]["errors"], &seen[0]["online"]), (&json!([]), &json!(true)));
    }
    fleet.instance.send(&fleet.agent, "GET", "/api/statuses", None).await.with(401);
    fleet.instance.send(&Caller::default(), "GET", "/api/statuses", None).await.with(401);
    gatehouse::store::write_once(&fleet.instance.directory, &fleet.instance.app.clock, |tx| {
        tx.execute("update sessions set revoked_at = 1", gatehouse::store::params! {})
    })
    .unwrap();
    fleet.instance.send(&fleet.admin, "GET", "/api/statuses", None).await.with(401);
}
