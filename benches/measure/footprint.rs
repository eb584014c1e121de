//! Footprint: how soon the program answers after it was started, the memory it holds while idle, its size.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::Bench;
use crate::fleet;
use crate::instance::{self, Instance, PROGRAM};
use crate::load;
use crate::report::{Goal, Report, digits, range};
use crate::rounds::{Series, interleave};

/// Starts, of which the middle one is told.
const STARTS: usize = 20;
/// Until a process that has just started counts as idle.
pub const SETTLED: Duration = Duration::from_secs(5);

pub fn measure(bench: &Bench, report: &mut Report) {
    let (data, servers) = bench.fleet("footprint");
    report.section(
        "Footprint",
        &format!(
            "Starts on an existing data directory ({} servers of 100 devices) and the constant server's beside them, from \
             the start of the process to a whole answer; memory {} s after the first answer.",
            servers.len(),
            SETTLED.as_secs()
        ),
    );
    let health = load::request("GET", "/api/health", None, "");
    start(bench, report, ("start to the first answer", Goal::AtMost(30.0)), &data, &health);

    let small = bench.folder("footprint-small");
    fleet::make(&small, 1, 1);
    for (what, data, goal) in
        [("idle, one server of one device", &small, Goal::AtMost(20.0)), ("idle, the whole fleet", &data, Goal::None)]
    {
        let instance = Instance::gatehouse(data);
        bench.wait(load::read(instance.address, &health));
        std::thread::sleep(SETTLED);
        memory(report, what, instance.pid(), goal);
        instance.stop();
    }
    let (constant, request) = bench.constant();
    bench.wait(load::read(constant.address, &request));
    memory(report, "idle, the constant server", constant.pid(), Goal::None);
    let size = fs::metadata(PROGRAM).unwrap().len() as f64 / 1e6;
    report.row("size of the program", size, "MB", Goal::AtMost(15.0), "");
}

/// A row of how soon the program answers on this data directory, in turns with the constant server.
pub fn start(bench: &Bench, report: &mut Report, (what, goal): (&str, Goal), data: &Path, request: &[u8]) {
    let answered = |instance: &Instance, request: &[u8]| {
        bench.wait(load::read(instance.address, request));
        instance.began.elapsed().as_secs_f64() * 1_000.0
    };
    let mut constant = || {
        let (instance, request) = bench.constant();
        answered(&instance, &request)
    };
    let mut gatehouse = || {
        let instance = Instance::gatehouse(data);
        let took = answered(&instance, request);
        instance.stop();
        took
    };
    let [least, times] = interleave(STARTS, [&mut constant, &mut gatehouse]).map(Series::new);
    let beside = format!("{} ms; the constant server {} ms", range(&times), digits(least.median()));
    report.row(what, times.median(), "ms", goal, &beside);
}

/// A row of what a process holds.
pub fn memory(report: &mut Report, what: &str, pid: u32, goal: Goal) {
    let memory = instance::memory(pid);
    let beside =
        format!("{} MB proportional, {} MB private", digits(memory.proportional / 1e6), digits(memory.private / 1e6));
    report.row(&format!("{what}, resident"), memory.resident / 1e6, "MB", goal, &beside);
}
