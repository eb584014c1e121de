//! Tickets: lists, single ones, search and reports, at ten thousand and at a million of them.

use std::path::PathBuf;

use gatehouse::base::Clock;
use gatehouse::person::password::{self, Password};
use gatehouse::seed::{self, Amount};
use gatehouse::store::{self, Directory};
use tempfile::TempDir;

use super::reports::milliseconds;
use crate::fleet::{PASSWORD, copy, look, sign_in_as};
use crate::instance::Instance;
use crate::load::{self, Load, percentile};
use crate::report::{Goal, Report, digits};
use crate::rounds::{Series, interleave};
use crate::{Bench, CLIENTS};

/// What is small.
const FEW: u64 = 10_000;
/// Who asks: one of the agents, in all projects.
pub const AGENT: &str = "agent1@example.org";
/// Who asks for reports.
const ADMIN: &str = "admin@example.org";

/// A question, what its p99 may be at a million (ms), and how much slower than at ten thousand its p50 may be.
struct Question {
    what: &'static str,
    path: String,
    by_admin: bool,
    at_most: Option<f64>,
    growth: Option<f64>,
}

fn questions(tickets: u64, days: u64) -> Vec<Question> {
    let ask = |what, path: &str| Question { what, path: path.to_owned(), by_admin: false, at_most: None, growth: None };
    let list = |what, path: &str, growth| Question { at_most: Some(15.0), growth: Some(growth), ..ask(what, path) };
    let report = |what, path: &str| Question { by_admin: true, at_most: Some(300.0), ..ask(what, path) };
    vec![
        list("first page", "/api/tickets", 1.3),
        list("deep page", &format!("/api/tickets?page={}", tickets / 40), 2.5),
        list("last page", &format!("/api/tickets?page={}", tickets / 20), 2.5),
        list("open ones", "/api/tickets?status=open", 2.5),
        list("high ones of one project, unassigned", "/api/tickets?priority=high&project_id=1&unassigned=true", 2.5),
        Question { at_most: Some(10.0), ..ask("a ticket", &format!("/api/tickets/{}", tickets / 2)) },
        Question { at_most: Some(25.0), ..ask("two words", "/api/tickets?search=hotel%20firewall%20") },
        Question { at_most: Some(50.0), ..ask("beginning of a word", "/api/tickets?search=hand") },
        Question { at_most: Some(10.0), ..ask("dashboard", "/api/admin/reports/dashboard") },
        report("report by project", &format!("/api/admin/reports/by-project?from={}", ago(days))),
        report("report by agent", &format!("/api/admin/reports/agents?from={}", ago(days))),
        report("report of volume", &format!("/api/admin/reports/volume?from={}&group_by=week", ago(days))),
        report("report of SLAs", &format!("/api/admin/reports/sla?from={}", ago(days))),
        report("report by category", &format!("/api/admin/reports/categories?from={}", ago(days))),
    ]
}

fn ago(days: u64) -> String {
    let at = Clock::System.now().plus(-gatehouse::base::clock::DAY * i64::try_from(days).unwrap());
    at.to_seconds()[..10].to_owned()
}

pub fn measure(bench: &Bench, report: &mut Report) {
    let many = bench.many(1_000_000, 50_000) as u64;
    let few = asked(bench, FEW);
    let loads = asked(bench, many);
    let words = format!(
        "{many} made-up tickets against {FEW}, one client, each answer made anew; p99 at {many} is what the goal is for. Most questions are an \
         agent's who works for all projects, reports an administrator's."
    );
    report.section("Tickets", &words);
    let questions = questions(many, 90);
    for (question, (few, many)) in questions.iter().zip(few.iter().zip(&loads)) {
        let p50 = |loads: &[load::Load]| percentile(loads, 0.5).as_secs_f64() * 1_000.0;
        let growth = p50(many) / p50(few);
        let beside = format!(
            "p50 {} ms; at {FEW}: p50 {} ms, p99 {} ms",
            milliseconds(percentile(many, 0.5)),
            milliseconds(percentile(few, 0.5)),
            milliseconds(percentile(few, 0.99))
        );
        let goal = question.at_most.map_or(Goal::None, Goal::AtMost);
        report.row(question.what, percentile(many, 0.99).as_secs_f64() * 1_000.0, "ms", goal, &beside);
        if let Some(most) = question.growth {
            report.row(&format!("{}: growth of p50", question.what), growth, "×", Goal::AtMost(most), "");
        }
    }
    beside_the_constant(bench, report, many);
}

/// Rates of 64 clients, in turns with the constant answer.
fn beside_the_constant(bench: &Bench, report: &mut Report, tickets: u64) {
    let instance = Instance::gatehouse(&data(bench, tickets));
    let (constant, request) = bench.constant();
    let token = bench.wait(sign_in_as(&instance, AGENT));
    let words = format!(
        "{tickets} tickets, {CLIENTS} connections, each signed in. A session that asks the same again is given the same \
         bytes until something is committed, for a second at most; then, and to everybody else, the answer is made anew."
    );
    report.section("Tickets, many clients", &words);
    let ticket = format!("/api/tickets/{}", tickets / 2);
    for (what, path, least) in [
        ("a ticket", ticket.as_str(), 0.45),
        ("first page", "/api/tickets", 0.35),
        ("two words", "/api/tickets?search=hotel%20firewall%20", 0.6),
    ] {
        let mut constants = bench.clients(CLIENTS, request.clone());
        let question = load::request("GET", path, Some(&token), "");
        let (mut again, mut anew) = (bench.clients(CLIENTS, question.clone()), bench.clients_anew(CLIENTS, question));
        let [ceiling, again, anew] = interleave(
            bench.rounds(),
            [&mut || bench.load(&constant, &mut constants), &mut || bench.load(&instance, &mut again), &mut || {
                bench.load(&instance, &mut anew)
            }],
        );
        let mut row = |how: &str, loads: &[Load], goal| {
            let rates = Series::rates(loads);
            let beside = format!("{} /s", digits(rates.median()));
            let share = rates.over(&Series::rates(&ceiling)).median();
            report.row(&format!("{what}, {how}, share of the constant's rate"), share, "", goal, &beside);
        };
        row("asked again", &again, Goal::AtLeast(least));
        row("made anew each time", &anew, Goal::None);
    }
    instance.stop();
}

/// Every question, one client after the other.
fn asked(bench: &Bench, tickets: u64) -> Vec<Vec<load::Load>> {
    let instance = Instance::gatehouse(&data(bench, tickets));
    let agent = bench.wait(sign_in_as(&instance, AGENT));
    let admin = bench.wait(sign_in_as(&instance, ADMIN));
    let loads = questions(tickets, 90)
        .into_iter()
        .map(|question| {
            let token = if question.by_admin { &admin } else { &agent };
            let found = bench.wait(look(&instance, token, &question.path));
            assert!(found.get("error").is_none(), "{}: {found}", question.path);
            let mut one = bench.clients_anew(1, load::request("GET", &question.path, Some(token), ""));
            (0..bench.rounds()).map(|_| bench.load(&instance, &mut one)).collect()
        })
        .collect();
    instance.stop();
    loads
}

/// A copy of [`data`], to write to.
pub fn copied(bench: &Bench, tickets: u64) -> TempDir {
    let folder = TempDir::new_in(bench.folder.path()).unwrap();
    copy(&data(bench, tickets), folder.path());
    folder
}

/// A data directory with so many tickets. To make a million takes its time, so they are kept for the next run.
pub fn data(bench: &Bench, tickets: u64) -> PathBuf {
    bench.kept(&format!("tickets-{tickets}"), |folder| {
        let directory = Directory::open(folder, None).unwrap();
        store::migrate(&directory, &Clock::System).unwrap();
        let hash = password::hash(&Password::parse(PASSWORD.into(), 8).unwrap()).unwrap();
        let amount = Amount {
            tickets,
            agents: 20,
            customers: (tickets / 20).max(100),
            projects: 8,
            servers: 4,
            devices: 30,
            seed: 1,
        };
        bench.wait(seed::run(&directory, &amount, &hash, Clock::System.now(), |_| {})).unwrap();
    })
}
