//! Rules: what a hundred of them cost a new ticket, and how long a dry run over the past takes.

use std::time::Instant;

use serde_json::{Value, json};

use super::tickets::data;
use crate::Bench;
use crate::fleet::{self, EMAIL, sign_in_as};
use crate::instance::Instance;
use crate::load::{self, Load, Same, percentile};
use crate::report::{Goal, Report, digits};
use crate::rounds::{Series, interleave};

/// Rules that are active at once.
const RULES: usize = 100;

pub fn measure(bench: &Bench, report: &mut Report) {
    creating(bench, report);
    rehearsing(bench, report);
}

/// One client files tickets, in turns where there are no rules, rules that look and leave it, and rules one of which acts.
fn creating(bench: &Bench, report: &mut Report) {
    let words = format!(
        "One client files tickets, in turns: without rules; with {RULES} that look at subject, description, priority and \
         tags, and none applies; and with {RULES} of which one applies and adds a tag."
    );
    report.section("Rules on new tickets", &words);
    let instances = ["rules-none", "rules-look", "rules-act"].map(|name| {
        let folder = bench.folder(name);
        fleet::make(&folder, 1, 1);
        Instance::gatehouse(&folder)
    });
    let [mut none, mut look, mut act] = [0, RULES, RULES].map(|_| Vec::new());
    for (instance, (source, (rules, last))) in instances.iter().zip([&mut none, &mut look, &mut act].into_iter().zip([
        (0, ""),
        (RULES, "never"),
        (RULES, "VPN"),
    ])) {
        let token = bench.wait(sign_in_as(instance, EMAIL));
        for number in 0..rules {
            let word = if number + 1 == rules { last.to_owned() } else { format!("word {number} that nobody writes") };
            bench.wait(load::ask(
                instance.address,
                "POST",
                "/api/automation-rules",
                Some(&token),
                &rule(number, &word),
            ));
        }
        let body = json!({"project_id": 1, "subject": "The VPN is slow since this morning",
            "description": "Every page takes half a minute. It was fine yesterday.", "priority": "medium"});
        source.push(Same(load::request("POST", "/api/tickets", Some(&token), &body.to_string())));
    }
    let [a, b, c] = &instances;
    let [without, looked, acted]: [Vec<Load>; 3] = interleave(
        bench.rounds(),
        [&mut || bench.load(a, &mut none), &mut || bench.load(b, &mut look), &mut || bench.load(c, &mut act)],
    );
    let rates = Series::rates(&without);
    for (what, loads, goal) in [
        ("none applies: time of a ticket against one without rules", &looked, Goal::AtMost(2.0)),
        ("one applies: time of a ticket against one without rules", &acted, Goal::None),
    ] {
        let beside = format!(
            "{} /s against {} /s; p99 {} ms against {} ms",
            digits(Series::rates(loads).median()),
            digits(rates.median()),
            digits(percentile(loads, 0.99).as_secs_f64() * 1_000.0),
            digits(percentile(&without, 0.99).as_secs_f64() * 1_000.0),
        );
        report.row(what, rates.over(&Series::rates(loads)).median(), "×", goal, &beside);
    }
    instances.into_iter().for_each(Instance::stop);
}

fn rule(number: usize, word: &str) -> Value {
    json!({"name": format!("Rule {number}"), "ruleType": "ticket_creation", "conditionMatch": "all", "conditions": [
            {"field": "subject", "operator": "contains", "value": word},
            {"field": "description", "operator": "contains", "value": "minute"},
            {"field": "priority", "operator": "less_than", "value": "urgent"},
            {"field": "tags", "operator": "is_not", "value": "seen"},
        ], "actions": [{"type": "add_tag", "value": "seen"}]})
}

/// Dry runs over thirty days of many made-up tickets, by each type of rule.
fn rehearsing(bench: &Bench, report: &mut Report) {
    let tickets = bench.many(1_000_000, 10_000) as u64;
    let instance = Instance::gatehouse(&data(bench, tickets));
    let token = bench.wait(sign_in_as(&instance, EMAIL));
    report.section(
        "Dry runs",
        &format!("A rule over the last 30 days of {tickets} made-up tickets, by one administrator."),
    );
    let urgent = json!([{"field": "priority", "operator": "is", "value": "urgent"}]);
    let old = json!([{"field": "hoursSinceUpdated", "operator": "greater_than", "value": 24},
        {"field": "status", "operator": "is_not", "value": "closed"}]);
    for (what, kind, conditions) in [
        ("on new tickets", "ticket_creation", &urgent),
        ("on changes", "ticket_update", &urgent),
        ("on time", "time_trigger", &old),
    ] {
        let body = json!({"name": what, "ruleType": kind, "conditions": conditions,
            "actions": [{"type": "add_tag", "value": "rehearsed"}]});
        let mut answer = Value::Null;
        let took = Series::new((0..bench.rounds()).map(|_| {
            let began = Instant::now();
            let path = "/api/automation-rules/dry-run?limit=10";
            answer = bench.wait(load::ask(instance.address, "POST", path, Some(&token), &body));
            began.elapsed().as_secs_f64()
        }));
        let beside = format!(
            "{} tickets examined, {} changed, complete: {}",
            answer["ticketsExamined"], answer["ticketsChanged"], answer["isComplete"]
        );
        report.row(what, took.median(), "s", Goal::AtMost(10.0), &beside);
    }
    instance.stop();
}
