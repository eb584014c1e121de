//! Beside what is dear: how much of their rate reads keep while many sign in at once, and while the worst searches run.

use super::tickets::{AGENT, data};
use crate::fleet::{PASSWORD, sign_in_as};
use crate::instance::Instance;
use crate::load::{self, Anyhow, Load, request};
use crate::report::{Goal, Report, digits, range};
use crate::rounds::{Series, interleave};
use crate::{Bench, CLIENTS};

/// Who sign in over and over, each a client.
const STORM: usize = 20;
/// Searches that find much and rank it, that begin with one letter, or that find nothing together.
const SEARCHES: [&str; 8] = [
    "/api/tickets?search=h",
    "/api/tickets?search=t%20h",
    "/api/tickets?search=handshake%20since%20noon%20",
    "/api/tickets?search=hotel%20firewall%20&status=closed&unassigned=true",
    "/api/tickets?search=a%20e%20i%20o",
    "/api/tickets?search=handshake%20nowhere",
    "/api/tickets?search=the&page=200",
    "/api/tickets?search=no&priority=urgent&project_id=3",
];
/// Of those, the slowest run at once.
const WORST: usize = 4;

pub fn measure(bench: &Bench, report: &mut Report) {
    let tickets = bench.many(1_000_000, 50_000) as u64;
    let instance = Instance::gatehouse(&data(bench, tickets));
    let token = bench.wait(sign_in_as(&instance, AGENT));
    report.section(
        "Reads beside what is dear",
        &format!("{CLIENTS} clients that read a ticket of {tickets}: their rate beside others, over their rate alone, in turns."),
    );
    let logins = (1..=STORM).map(|agent| {
        let body = format!(r#"{{"email": "agent{agent}@example.org", "password": "{PASSWORD}"}}"#);
        request("POST", "/api/login", None, &body)
    });
    let searches = worst(bench, &instance, &token);
    for (what, least, others) in [
        (format!("{STORM} clients that sign in"), 0.9, logins.collect::<Vec<_>>()),
        (format!("the {WORST} worst searches"), 0.6, searches),
    ] {
        let mut others: Vec<Anyhow> = others.into_iter().map(Anyhow::of).collect();
        let read = request("GET", &format!("/api/tickets/{}", tickets / 2), Some(&token), "");
        let (mut alone, mut beside) = (bench.clients_anew(CLIENTS, read.clone()), bench.clients_anew(CLIENTS, read));
        let mut answered = Vec::new();
        let [alone, beside] = interleave(
            bench.rounds(),
            [&mut || bench.load(&instance, &mut alone), &mut || {
                let (reads, of_others) = bench.loads(&instance, &mut beside, &mut others);
                answered.push(of_others);
                reads
            }],
        );
        let kept = Series::rates(&beside).over(&Series::rates(&alone));
        let words = format!(
            "{}; {} /s alone; the others were answered {} times a second",
            range(&kept),
            digits(Series::rates(&alone).median()),
            digits(Series::rates(&answered).median())
        );
        report.row(&format!("reads beside {what}"), kept.median(), "", Goal::AtLeast(least), &words);
    }
    instance.stop();
}

/// The searches that take longest, slowest first.
fn worst(bench: &Bench, instance: &Instance, token: &str) -> Vec<Vec<u8>> {
    let mut timed: Vec<_> = SEARCHES
        .into_iter()
        .map(|path| {
            let search = request("GET", path, Some(token), "");
            let loads: [Load; 1] = [bench.load(instance, &mut vec![Anyhow::of(search.clone())])];
            (load::percentile(&loads, 0.5), search)
        })
        .collect();
    timed.sort_by(|(a, _), (b, _)| b.cmp(a));
    timed.into_iter().take(WORST).map(|(_, search)| search).collect()
}
