//! How history is kept and read: whatever was sealed, rolled up or came late, the answer is that of plain rows.

use std::collections::{BTreeMap, BTreeSet};

use gatehouse::base::{Actor, Role, Time};
use gatehouse::jobs;
use gatehouse::store::{self, params};
use gatehouse::vpn::history::{self, Point, Query, Sample};
use gatehouse::vpn::server::{self, NewServer, RawServer};
use http_body_util::BodyExt;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::app::{Caller, Instance, NOON};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Points of each server as plain rows.
#[derive(Default)]
struct Plain(Vec<BTreeMap<i64, Point>>);

impl Plain {
    /// One row for each hour that ended 72 hours ago.
    fn roll_up(&mut self, now: i64) {
        let before = (now - 3 * DAY).div_euclid(HOUR) * HOUR;
        for rows in &mut self.0 {
            let kept = rows.split_off(&before);
            let old: Vec<Point> = std::mem::replace(rows, kept).into_values().collect();
            rows.extend(bucketed(&old, HOUR).into_iter().map(|point| (point.at.0, point)));
        }
    }

    fn read(&self, query: &Query, now: i64) -> Vec<Sample> {
        let from = query.from.map_or(now - 3 * DAY, |at| at.0);
        let to = query.to.map_or(i64::MAX, |at| at.0);
        let mut all = Vec::new();
        for (server, rows) in self.0.iter().enumerate() {
            let mut own: Vec<Point> = rows.range(from..to).map(|(_, point)| *point).collect();
            if let Some(seconds) = query.resolution.or_else(|| resolution(&own)) {
                own = bucketed(&own, seconds * SECOND);
            }
            let is_asked = query.server_id.as_ref().is_none_or(|id| *id == slug(server));
            all.extend(own.into_iter().filter(|_| is_asked).map(|point| Sample { server, point }));
        }
        all.sort_by_key(|sample| (sample.point.at, sample.server));
        all
    }
}

fn bucketed(points: &[Point], length: i64) -> Vec<Point> {
    let mut buckets = BTreeMap::<i64, Vec<Point>>::new();
    points.iter().for_each(|point| buckets.entry(point.at.0.div_euclid(length)).or_default().push(*point));
    let end = |bucket: Vec<Point>| {
        let pings: Vec<f64> = bucket.iter().filter_map(|point| point.ping_ms).collect();
        let mean = (!pings.is_empty()).then(|| pings.iter().sum::<f64>() / pings.len() as f64);
        Point { ping_ms: mean, ..*bucket.last().unwrap() }
    };
    buckets.into_values().map(end).collect()
}

fn resolution(points: &[Point]) -> Option<i64> {
    let span = points.last()?.at.0 / SECOND - points.first()?.at.0 / SECOND;
    let ladder = [10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 86_400];
    (points.len() >= 5_000).then(|| ladder.into_iter().find(|seconds| span / seconds + 2 < 5_000).unwrap_or(86_400))
}

fn slug(server: usize) -> String {
    format!("s{server:02}")
}

fn point(at: i64, seed: u64) -> Point {
    let ping_ms = (!seed.is_multiple_of(7)).then(|| (seed % 100_000) as f64 / 1e3);
    Point { at: Time(at), ping_ms, transfer_rx: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), transfer_tx: seed }
}

/// Servers whose slugs are not in the order of their numbers.
async fn servers(instance: &Instance, count: usize) -> Vec<i64> {
    let made = instance.app.store.write(move |tx| {
        let make = |server: usize| {
            let raw = RawServer {
                id: Some(slug(server)),
                name: Some(slug(server)),
                endpoint: Some("203.0.113.7:51820".into()),
                address: Some("10.8.0.1/24".into()),
                ..RawServer::default()
            };
            server::create(tx, &Actor::system(), &NewServer::parse(&raw)?)
        };
        (0..count).rev().map(make).collect::<gatehouse::base::Result<Vec<i64>>>()
    });
    made.await.unwrap().into_iter().rev().collect()
}

async fn add(instance: &Instance, numbers: &[i64], samples: Vec<Sample>) {
    let numbers = numbers.to_vec();
    let added = instance
        .app
        .store
        .write(move |tx| samples.iter().try_for_each(|sample| history::add(tx, numbers[sample.server], &sample.point)));
    added.await.unwrap();
}

fn read(instance: &Instance, query: &Query) -> Vec<Sample> {
    let mut reading = store::read_once(&instance.directory, &instance.app.clock, |conn| {
        history::begin(conn, &Actor::system(), query)
    })
    .unwrap();
    let slugs: Vec<String> = reading.servers().map(str::to_owned).collect();
    let mut all = Vec::new();
    while let Some(stretch) =
        store::read_once(&instance.directory, &instance.app.clock, |conn| reading.next(conn)).unwrap()
    {
        all.extend(stretch);
    }
    let place = |sample: Sample| Sample { server: slugs[sample.server][1..].parse().unwrap(), ..sample };
    all.into_iter().map(place).collect()
}

#[derive(Clone, Debug)]
enum Step {
    /// A server's point, so many milliseconds ago.
    Report(usize, i64, u64),
    Wait(i64),
    /// What the job does each minute.
    Keep,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let ago = prop_oneof![3 => 0..MINUTE, 2 => 0..6 * HOUR, 1 => 0..=3 * DAY];
    let report = (0..3_usize, ago, any::<u64>()).prop_map(|(server, ago, seed)| Step::Report(server, ago, seed));
    let wait = prop_oneof![4 => 0..10 * MINUTE, 2 => 0..3 * HOUR, 1 => 0..30 * HOUR].prop_map(Step::Wait);
    proptest::collection::vec(prop_oneof![8 => report, 3 => wait, 1 => Just(Step::Keep)], 20..150)
}

fn queries(now: i64) -> Vec<Query> {
    let resolutions = [None, Some(1), Some(7), Some(60), Some(1_800), Some(3_600), Some(5_000), Some(86_400)];
    let times = [(None, None), (Some(0), None), (Some(now - 9 * HOUR - 17), Some(now - 2 * HOUR + 5))];
    let servers = [None, Some(slug(1)), Some("nowhere".to_owned())];
    let mut all = Vec::new();
    for (server_id, resolution) in servers.iter().flat_map(|id| resolutions.map(|resolution| (id, resolution))) {
        for (from, to) in times {
            all.push(Query { server_id: server_id.clone(), from: from.map(Time), to: to.map(Time), resolution });
        }
    }
    all
}

fn without_strangers(query: &Query, expected: Vec<Sample>) -> Vec<Sample> {
    if query.server_id.as_deref() == Some("nowhere") { Vec::new() } else { expected }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whenever_hours_are_sealed_and_however_late_points_come_the_answer_is_that_of_plain_rows(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let instance = Instance::start();
        let mut plain = Plain(vec![BTreeMap::new(); 3]);
        let mut now = NOON;
        runtime.block_on(async {
            let numbers = servers(&instance, 3).await;
            for step in steps {
                match step {
                    Step::Report(server, ago, seed) => {
                        // Two of one millisecond are another test's.
                        let at = (now - ago..).find(|at| !plain.0[server].contains_key(at)).unwrap();
                        let point = point(at, seed);
                        plain.0[server].insert(at, point);
                        add(&instance, &numbers, vec![Sample { server, point }]).await;
                    }
                    Step::Wait(milliseconds) => {
                        instance.later(milliseconds);
                        now += milliseconds;
                    }
                    Step::Keep => {
                        jobs::keep_history(&instance.app).await.unwrap();
                        plain.roll_up(now);
                    }
                }
            }
        });
        for sealed in ["now", "before hours were kept as points"] {
            if sealed != "now" {
                instance.sql("update sealed_hours set transfer_rx = null");
            }
            for query in queries(now) {
                let expected = without_strangers(&query, plain.read(&query, now));
                prop_assert_eq!(read(&instance, &query), expected, "{:?}, sealed {}", query, sealed);
            }
        }
    }
}

/// Every moment that is kept of a server, as often as it is kept.
fn kept(instance: &Instance) -> Vec<i64> {
    let query = Query { from: Some(Time(0)), ..Query::default() };
    let mut rows: Vec<i64> = store::read_once(&instance.directory, &instance.app.clock, |conn| {
        conn.all("select measured_at from samples", params! {}, |row| row.get("measured_at"))
    })
    .unwrap();
    store::read_once(&instance.directory, &instance.app.clock, |conn| {
        conn.each("select points from sealed_hours", params! {}, |row| {
            history::block::open(row.blob("points")?, |point| rows.push(point.at.0))
        })
    })
    .unwrap();
    rows.sort_unstable();
    let shown: Vec<i64> = read(instance, &query).iter().map(|sample| sample.point.at.0).collect();
    assert_eq!(shown, rows, "what is shown is what is kept");
    rows
}

#[tokio::test]
async fn points_of_one_millisecond_stand_beside_each_other_in_their_second_sealed_or_not() {
    let instance = Instance::start();
    let numbers = servers(&instance, 1).await;
    let at = NOON - HOUR + 999;
    let send = async |seed: u64| add(&instance, &numbers, vec![Sample { server: 0, point: point(at, seed) }]).await;
    send(1).await;
    send(2).await;
    assert_eq!(kept(&instance), [at - 1, at]);
    instance.later(HOUR);
    jobs::keep_history(&instance.app).await.unwrap();
    send(3).await;
    assert_eq!(kept(&instance), [at - 2, at - 1, at]);
    jobs::keep_history(&instance.app).await.unwrap();
    assert_eq!(kept(&instance), [at - 2, at - 1, at]);
    let rows = store::read_once(&instance.directory, &instance.app.clock, |conn| {
        conn.one("select count(*) as n from samples", params! {}, |row| row.get::<i64>("n"))
    });
    assert_eq!(rows.unwrap(), Some(0), "everything is sealed");
}

#[tokio::test]
async fn a_clock_that_stands_still_costs_no_more_and_its_points_are_kept_under_our_time() {
    let instance = Instance::start();
    let numbers = servers(&instance, 1).await;
    let still = NOON - 2 * HOUR;
    let all = |count: u64| (0..count).map(|seed| Sample { server: 0, point: point(still, seed) }).collect();
    add(&instance, &numbers, all(1_001)).await;
    let times = kept(&instance);
    assert_eq!((times.len(), times[999], times[1_000]), (1_001, still + 999, NOON));
    add(&instance, &numbers, all(2_000)).await;
    assert_eq!(kept(&instance).len(), 2_000, "a second of theirs and one of ours");
    instance.later(SECOND);
    add(&instance, &numbers, all(1)).await;
    assert_eq!(kept(&instance).len(), 2_001);
}

/// A server that reported for most of a year, one for a month, and one that is new.
#[tokio::test]
async fn buckets_of_days_and_points_of_a_new_server_come_in_one_order() {
    let instance = Instance::start();
    let numbers = servers(&instance, 3).await;
    let mut plain = Plain(vec![BTreeMap::new(); 3]);
    let first_hour = NOON / HOUR - 300 * 24;
    for (server, hours) in [(0, 0..297 * 24), (1, 267 * 24..297 * 24)] {
        let number = numbers[server];
        let rows: Vec<(i64, Point)> =
            hours.map(|n| (first_hour + n, point((first_hour + n) * HOUR + n * 7 % HOUR, n.cast_unsigned()))).collect();
        plain.0[server].extend(rows.iter().map(|(_, point)| (point.at.0, *point)));
        let insert = move |tx: &store::Tx<'_>| {
            for (hour, point) in &rows {
                tx.execute(
                    "insert into sample_rollups (server, hour, count, ping_ms, transfer_rx, transfer_tx, last_at)
                     values (:server, :hour, 1, :ping_ms, :rx, :tx, :at)",
                    params! {":server": number, ":hour": hour, ":ping_ms": point.ping_ms,
                    ":rx": point.transfer_rx.cast_signed(), ":tx": point.transfer_tx.cast_signed(), ":at": point.at.0},
                )?;
            }
            Ok(())
        };
        instance.app.store.write(insert).await.unwrap();
    }
    for server in 0..3 {
        let samples: Vec<Sample> = (0..72 * 30)
            .map(|n| Sample {
                server,
                point: point(NOON - 3 * DAY + n * 2 * MINUTE + server as i64, n.cast_unsigned()),
            })
            .collect();
        plain.0[server].extend(samples.iter().map(|sample| (sample.point.at.0, sample.point)));
        add(&instance, &numbers, samples).await;
    }
    for sealed in [false, true] {
        if sealed {
            jobs::keep_history(&instance.app).await.unwrap();
        }
        for query in queries(NOON) {
            let expected = without_strangers(&query, plain.read(&query, NOON));
            assert_eq!(read(&instance, &query), expected, "{query:?}");
        }
    }
    let all = plain.read(&Query { from: Some(Time(0)), ..Query::default() }, NOON);
    let of = |server: usize| all.iter().filter(|sample| sample.server == server).count();
    assert_eq!((of(0), of(1), of(2)), (301, 720 + 2_160, 2_160), "days, points, points");
}

struct Crowd {
    instance: Instance,
    admin: Caller,
    plain: Plain,
}

impl Crowd {
    /// More points in one hour than are read at once, and one server with too many to show them all.
    async fn start() -> Self {
        let instance = Instance::start();
        let admin = instance.signed_in("a@example.org", Role::Admin).await;
        let numbers = servers(&instance, 30).await;
        let mut plain = Plain(vec![BTreeMap::new(); 30]);
        for server in 0..30_usize {
            let every = if server == 0 { 600 } else { 720 };
            let at = |n: i64| NOON - 2 * HOUR + n * every + server as i64;
            let samples: Vec<Sample> = (0..HOUR / every)
                .filter(|n| server == 0 || n % 50 != 0)
                .map(|n| Sample { server, point: point(at(n), n.cast_unsigned() * 31) })
                .collect();
            plain.0[server].extend(samples.iter().map(|sample| (sample.point.at.0, sample.point)));
            add(&instance, &numbers, samples).await;
        }
        jobs::keep_history(&instance.app).await.unwrap();
        Self { instance, admin, plain }
    }

    fn expected(&self, query: &Query) -> Value {
        let row = |Sample { server, point }: &Sample| {
            json!({"server_id": slug(*server), "ping_ms": point.ping_ms, "transfer_rx": point.transfer_rx,
            "transfer_tx": point.transfer_tx, "recorded_at": point.at.to_seconds()})
        };
        self.plain.read(query, NOON).iter().map(row).collect()
    }

    async fn get(&self, path: &str) -> Value {
        self.instance.send(&self.admin, "GET", path, None).await.with(200)
    }
}

#[tokio::test]
async fn an_answer_of_many_stretches_is_whole_in_order_and_waits_for_a_slow_reader_without_holding_up_others() {
    let crowd = Crowd::start().await;
    let slow = crowd.instance.open(&crowd.admin, "/api/history").await;
    assert_eq!(slow.status(), 200);
    // The slow one has had nothing but its first pieces by now; there is one thread for such answers.
    let one = Query { server_id: Some(slug(3)), ..Query::default() };
    assert_eq!(crowd.get("/api/history?server_id=s03").await, crowd.expected(&one));
    let minutes = Query { resolution: Some(60), ..Query::default() };
    assert_eq!(crowd.get("/api/history?resolution=60").await, crowd.expected(&minutes));
    drop(crowd.instance.open(&crowd.admin, "/api/history").await);
    let body = slow.into_body().collect().await.unwrap().to_bytes();
    let shown: Value = serde_json::from_slice(&body).unwrap();
    assert!(shown == crowd.expected(&Query::default()), "the answer is not that of plain rows");
    let times: BTreeSet<&str> =
        shown.as_array().unwrap().iter().map(|row| row["recorded_at"].as_str().unwrap()).collect();
    assert_eq!(times.len(), 3_600);
    assert_eq!(
        crowd.get("/api/history?resolution=1").await,
        crowd.expected(&Query { resolution: Some(1), ..Query::default() })
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_finished_breaks_off_and_is_never_taken_for_a_whole_one() {
    let crowd = Crowd::start().await;
    let begun = crowd.instance.open(&crowd.admin, "/api/history").await;
    let damage = |tx: &store::Tx<'_>| tx.execute("update sealed_hours set points = x'09'", params! {});
    crowd.instance.app.store.write(damage).await.unwrap();
    assert!(begun.into_body().collect().await.is_err());
    let damaged = crowd.instance.open(&crowd.admin, "/api/history").await;
    assert_eq!(damaged.status(), 500);
}
