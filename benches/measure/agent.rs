//! What an agent with ten thousand devices spends on a change of one of them, and on none.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use super::footprint;
use crate::Bench;
use crate::fleet;
use crate::instance;
use crate::report::{Goal, Report, digits, range};
use crate::rounds::Series;
use crate::site::Site;
use crate::space::ready;

const SERVER: &str = "server-0000";
/// Enough for a change to be applied and read back.
const SETTLED: Duration = Duration::from_millis(1_000);
/// Four looks for drift.
const IDLE: Duration = Duration::from_secs(20);

pub fn measure(bench: &Bench, report: &mut Report) {
    let devices = bench.many(10_000, 2_000);
    report.section(
        "Agent",
        &format!(
            "An agent with {} devices on wireguard-go, one of which is disabled or enabled once a second; processor time of \
             the agent's threads, as the scheduler counts it.",
            digits(devices as f64)
        ),
    );
    if !ready("bench") {
        report.skipped("processor time of a change", "no root, no wireguard-go or no network namespaces");
        return;
    }
    let folder = bench.folder("agent");
    fleet::make(&folder.join("data"), 1, devices);
    let site = Site::start("agent", folder, SERVER);
    site.until("every device is there", |site| site.shown().len() == devices);
    let listed = site.ask("GET", &format!("/api/wg-clients/{SERVER}"), &Value::Null);
    std::thread::sleep(footprint::SETTLED);

    let before = instance::cpu(site.agent());
    std::thread::sleep(IDLE);
    let idle = (instance::cpu(site.agent()) - before).as_secs_f64() / IDLE.as_secs_f64();

    let (tries, began) = (bench.many(40, 10), std::time::Instant::now());
    let before = instance::cpu(site.agent());
    let times = Series::new((0..tries).map(|number| {
        let device = &listed[number / 2];
        let action = ["disable", "enable"][number % 2];
        let before = scheduled(site.agent());
        site.switch(SERVER, device["id"].as_str().unwrap(), action);
        std::thread::sleep(SETTLED);
        let used = scheduled(site.agent()) - before;
        let is_there = site.shown().iter().any(|key| device["publicKey"] == key.as_str());
        assert_eq!(is_there, action == "enable", "{action} was applied");
        used * 1_000.0
    }));
    let whole = (instance::cpu(site.agent()) - before).as_secs_f64() - idle * began.elapsed().as_secs_f64();
    let beside = format!(
        "{} ms over {tries} changes (some with a look for drift in them); mean less the idle load {} ms",
        range(&times),
        digits(whole * 1_000.0 / tries as f64)
    );
    report.row("processor time of a change", times.median(), "ms", Goal::AtMost(10.0), &beside);
    report.row("idle, with a look for drift every 5 s", idle * 100.0, "% of a core", Goal::None, "");
    footprint::memory(report, "agent, after that", site.agent(), Goal::None);
    drop(site);
    idle_memory(bench, report);
}

/// What an agent of a small server holds while nothing happens.
fn idle_memory(bench: &Bench, report: &mut Report) {
    let folder = bench.folder("agent-small");
    fleet::make(&folder.join("data"), 1, 1);
    let site = Site::start("agent-small", folder, SERVER);
    site.until("its device is there", |site| site.shown().len() == 1);
    std::thread::sleep(footprint::SETTLED);
    footprint::memory(report, "agent of one device, idle", site.agent(), Goal::AtMost(10.0));
}

/// Seconds that the threads of a process have run, finer than the kernel's ticks.
fn scheduled(pid: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap().filter_map(Result::ok);
    let texts = threads.filter_map(|thread| fs::read_to_string(thread.path().join("schedstat")).ok());
    texts.filter_map(|text| text.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e9
}
