//! Statuses: the newest of every server, as the console asks for it.

use super::reports::milliseconds;
use crate::agents::{Reports, deal};
use crate::fleet::{look, sign_in};
use crate::instance::Instance;
use crate::load::{self, percentile};
use crate::report::{Goal, Report, digits, range};
use crate::rounds::{Series, interleave};
use crate::{Bench, CLIENTS};

pub fn measure(bench: &Bench, report: &mut Report) {
    let (data, servers) = bench.fleet("statuses");
    let instance = Instance::gatehouse(&data);
    let (constant, request) = bench.constant();
    report.section(
        "Statuses",
        &format!("`GET /api/statuses` of {} servers that have all reported, {CLIENTS} connections.", servers.len()),
    );
    bench.wait(deal(servers, 1, Reports::whole)[0].report_once(instance.address));
    let token = bench.wait(sign_in(&instance));
    let shown = bench.wait(look(&instance, &token, "/api/statuses"));
    assert!(shown.as_array().unwrap().iter().all(|status| status["online"] == true), "every server reported");
    let mut asked = bench.clients(CLIENTS, load::request("GET", "/api/statuses", Some(&token), ""));
    let mut constants = bench.clients(CLIENTS, request);
    let [ceiling, loads] = interleave(
        bench.rounds(),
        [&mut || bench.load(&constant, &mut constants), &mut || bench.load(&instance, &mut asked)],
    );
    let rates = Series::rates(&loads);
    let beside = format!(
        "{}; {} of the constant answer; {} KB each",
        range(&rates),
        digits(rates.over(&Series::rates(&ceiling)).median()),
        digits(loads[0].body as f64 / 1_000.0)
    );
    report.row("answers", rates.median(), "/s", Goal::None, &beside);
    let beside = format!("p99 {} ms", milliseconds(percentile(&loads, 0.99)));
    let middle = percentile(&loads, 0.5).as_secs_f64() * 1_000.0;
    report.row("time of an answer, p50", middle, "ms", Goal::None, &beside);
    instance.stop();
}
