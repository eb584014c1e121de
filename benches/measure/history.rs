//! History: 72 hours with a sample a minute, of one server and of all of them, and what it takes on disk.

use super::reports::milliseconds;
use crate::Bench;
use crate::fleet::{self, sign_in};
use crate::instance::{self, Instance};
use crate::load::{self, Connection, percentile};
use crate::report::{Goal, Report, digits, range};
use crate::rounds::{Series, interleave};

/// Answers of the whole fleet, of which the middle one is told.
const WHOLE: usize = 5;

pub fn measure(bench: &Bench, report: &mut Report) {
    let data = bench.folder("history");
    let servers = fleet::make(&data, bench.many(1_000, 100), 0);
    let empty = fleet::size(&data);
    let samples = fleet::report_history(&data, &servers);
    let stored = fleet::size(&data) - empty;
    report.section(
        "History",
        &format!(
            "{} servers that reported every 60 s for 72 hours, {} samples; one client; the constant is asked in the \
             same rounds.",
            servers.len(),
            digits(samples as f64)
        ),
    );
    let instance = Instance::gatehouse(&data);
    let (constant, request) = bench.constant();
    let token = bench.wait(sign_in(&instance));
    let asked = |query: &str| load::request("GET", &format!("/api/history{query}"), Some(&token), "");

    let mut one = bench.clients(1, asked(&format!("?server_id={}", servers[servers.len() / 2].id)));
    let mut constants = bench.clients(1, request);
    let [ceiling, loads] = interleave(
        bench.rounds(),
        [&mut || bench.load(&constant, &mut constants), &mut || bench.load(&instance, &mut one)],
    );
    let (own, least) = (percentile(&loads, 0.5), percentile(&ceiling, 0.5));
    let beside = format!(
        "p50 {} ms, p99 {} ms, constant {} ms; {} KB",
        milliseconds(own),
        milliseconds(percentile(&loads, 0.99)),
        milliseconds(least),
        digits(loads[0].body as f64 / 1_000.0)
    );
    let beyond = own.saturating_sub(least).as_secs_f64() * 1_000.0;
    report.row("72 h of one server, beyond the constant", beyond, "ms", Goal::AtMost(1.0), &beside);

    for (what, query, goal) in [
        ("72 h of every server by the hour", "?resolution=3600", Goal::AtMost(300.0)),
        ("72 h of every server, every sample", "", Goal::None),
    ] {
        let (mut bytes, request) = (0, asked(query));
        let times = Series::new((0..WHOLE).map(|_| {
            let began = std::time::Instant::now();
            let mut connection = bench.wait(Connection::open(instance.address)).unwrap();
            let status = bench.wait(connection.send(&request)).unwrap();
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(connection.body()));
            bytes = connection.body().len();
            began.elapsed().as_secs_f64() * 1_000.0
        }));
        let beside = format!("{} ms; {} MB", range(&times), digits(bytes as f64 / 1e6));
        report.row(what, times.median(), "ms", goal, &beside);
    }
    let memory = instance::memory(instance.pid());
    report.row("memory after that, resident", memory.resident / 1e6, "MB", Goal::None, "");
    instance.stop();
    let beside = format!("{} MB", digits(stored as f64 / 1e6));
    report.row("on disk, of a sample", stored as f64 / samples as f64, "bytes", Goal::AtMost(16.0), &beside);
}
