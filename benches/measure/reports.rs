//! Reports: how many a second are taken in, each on disk before it is answered.

use serde_json::json;

use crate::agents::{Reports, deal};
use crate::fleet::{look, sign_in};
use crate::instance::{self, Instance};
use crate::load::percentile;
use crate::report::{Goal, Report, digits, range};
use crate::rounds::{Series, interleave};
use crate::{Bench, CLIENTS};

/// Agents of the fleet whose share of the capacity is told, and the seconds between two reports of each.
const AGENTS: f64 = 10_000.0;
const INTERVAL: f64 = 60.0;

pub fn measure(bench: &Bench, report: &mut Report) {
    let (data, servers) = bench.fleet("reports");
    let instance = Instance::gatehouse(&data);
    let (constant, request) = bench.constant();
    let mut agents = deal(servers, CLIENTS, Reports::whole);
    let mut constants = bench.clients(CLIENTS, request);
    let size = agents[0].all[0].size();
    report.section(
        "Reports",
        &format!(
            "{CLIENTS} connections, {} servers of 100 devices, each report {} KB of JSON and on disk before its answer; \
             the constant is an axum server that answers 11 bytes of JSON, in the same rounds.",
            servers.len(),
            digits(size as f64 / 1_000.0),
        ),
    );
    let before = instance::cpu(instance.pid());
    let [ceiling, loads] = interleave(
        bench.rounds(),
        [&mut || bench.load(&constant, &mut constants), &mut || bench.load(&instance, &mut agents)],
    );
    let used = instance::cpu(instance.pid()) - before;
    let (ceiling, rates) = (Series::rates(&ceiling), Series::rates(&loads));
    let ratio = rates.over(&ceiling);
    let beside = format!(
        "{}; {} reports/s ({}) against {} answers/s ({}); p50 {} ms, p99 {} ms; {} µs of processor each",
        range(&ratio),
        digits(rates.median()),
        range(&rates),
        digits(ceiling.median()),
        range(&ceiling),
        milliseconds(percentile(&loads, 0.5)),
        milliseconds(percentile(&loads, 0.99)),
        digits(used.as_secs_f64() * 1e6 / loads.iter().map(|load| load.count() as f64).sum::<f64>()),
    );
    report.row("durable reports over the constant answer", ratio.median(), "", Goal::AtLeast(0.09), &beside);
    let share = AGENTS / INTERVAL / rates.median() * 100.0;
    let beside = format!("{} reports/s", digits(AGENTS / INTERVAL));
    report.row("10,000 agents every 60 s, of the capacity", share, "%", Goal::AtMost(5.0), &beside);
    let memory = instance::memory(instance.pid());
    let beside = format!("{} MB private", digits(memory.private / 1e6));
    report.row("memory after that, resident", memory.resident / 1e6, "MB", Goal::None, &beside);

    // What was answered was counted.
    let token = bench.wait(sign_in(&instance));
    for last in agents.iter().map(|agents| &agents.all[0]).filter(|reports| reports.count() > 0) {
        let devices = bench.wait(look(&instance, &token, &format!("/api/wg-clients/{}", last.id)));
        assert_eq!(devices[0]["transferRx"], json!(last.counter()), "{}", last.id);
    }
    instance.stop();
}

/// Of a duration, for a row.
pub fn milliseconds(time: std::time::Duration) -> String {
    digits(time.as_secs_f64() * 1_000.0)
}
