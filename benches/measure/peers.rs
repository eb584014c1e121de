//! The same work by others, with the same tickets on the same machine: PocketBase and django-helpdesk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::reports::milliseconds;
use super::tickets;
use crate::fleet::sign_in_as;
use crate::instance::Instance;
use crate::load::{self, Load, percentile};
use crate::report::{Goal, Report, digits, range};
use crate::rounds::{Series, in_turns};
use crate::{Bench, CLIENTS};

/// What each is asked, and how it is called.
const WORK: [(&str, &str); 5] = [
    ("open", "a ticket with its messages"),
    ("list", "first page"),
    ("search", "two words that few tickets hold"),
    ("create", "a new ticket"),
    ("dashboard", "dashboard"),
];

/// Another program: how it is started, and how many times faster Gatehouse should be at [`WORK`].
struct Peer {
    name: &'static str,
    script: &'static str,
    /// At once: each of them has an answer within a round.
    clients: usize,
    goals: [Goal; 5],
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "PocketBase",
        script: "pocketbase.py",
        clients: CLIENTS,
        goals: [Goal::AtLeast(5.0), Goal::AtLeast(10.0), Goal::AtLeast(100.0), Goal::AtLeast(4.0), Goal::None],
    },
    Peer { name: "django-helpdesk", script: "django_helpdesk.py", clients: 8, goals: [Goal::AtLeast(20.0); 5] },
];

pub fn measure(bench: &Bench, report: &mut Report) {
    let installed = Command::new("sh").arg("benches/peers/install.sh").status();
    let amounts = if bench.is_quick { vec![2_000] } else { vec![10_000, 100_000] };
    for amount in amounts {
        let words = format!(
            "{amount} tickets, {CLIENTS} clients (8 beside django-helpdesk), in turns; how many times as many answers a second. Gatehouse writes each new \
             ticket to disk before it answers, and its pages are whole tickets; PocketBase gives single rows, and syncs \
             when it likes. Each answer of Gatehouse is made anew, but for what is asked again while nothing has changed. \
             `benches/peers` has what each was asked."
        );
        report.section(&format!("Others, {amount} tickets"), &words);
        match &installed {
            Ok(status) if status.success() => beside(bench, report, amount),
            _ => report.skipped("others", "`sh benches/peers/install.sh` could not install them"),
        }
    }
}

fn beside(bench: &Bench, report: &mut Report, amount: u64) {
    let model = tickets::data(bench, amount);
    for peer in PEERS {
        let own = tickets::copied(bench, amount);
        let other = make(bench, &peer, amount, &model);
        let (instance, theirs) = (Instance::gatehouse(own.path()), peer.serve(&other));
        let token = bench.wait(sign_in_as(&instance, tickets::AGENT));
        let text = fs::read_to_string(other.join("requests.json")).unwrap();
        let asked: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        for ((work, what), goal) in WORK.into_iter().zip(peer.goals) {
            let request = ours(work, amount, &token);
            let mut them = bench.clients(peer.clients, asked[work].clone().into_bytes());
            let mut anew = bench.clients_anew(peer.clients, request.clone());
            let mut again = bench.clients(peer.clients, request);
            let mut them = || bench.load(&theirs, &mut them);
            let mut anew = || bench.load(&instance, &mut anew);
            let mut again = || bench.load(&instance, &mut again);
            let mut all: Vec<&mut dyn FnMut() -> Load> = vec![&mut them, &mut anew];
            // A new ticket is another one each time.
            if work != "create" {
                all.push(&mut again);
            }
            let loads = in_turns(bench.rounds(), &mut all, |measure| measure());
            for (what, ours) in [what.to_owned(), format!("{what}, asked again")].iter().zip(&loads[1..]) {
                let (ratio, beside) = compared(ours, &loads[0]);
                report.row(&format!("{}: {what}", peer.name), ratio, "×", goal, &beside);
            }
        }
        theirs.stop();
        instance.stop();
        fs::remove_dir_all(&other).unwrap();
    }
}

/// How many times as many answers a second, and what stands beside that.
fn compared(ours: &[Load], theirs: &[Load]) -> (f64, String) {
    let (rates, rival) = (Series::rates(ours), Series::rates(theirs));
    let ratio = rates.over(&rival);
    let beside = format!(
        "{}; {}/s (p99 {} ms) against {}/s (p99 {} ms)",
        range(&ratio),
        digits(rates.median()),
        milliseconds(percentile(ours, 0.99)),
        digits(rival.median()),
        milliseconds(percentile(theirs, 0.99))
    );
    (ratio.median(), beside)
}

/// What Gatehouse is asked: an agent of all projects asks.
pub fn ours(work: &str, tickets: u64, token: &str) -> Vec<u8> {
    let get = |path: &str| load::request("GET", path, Some(token), "");
    match work {
        "open" => get(&format!("/api/tickets/{}", tickets / 2)),
        "list" => get("/api/tickets"),
        "search" => get("/api/tickets?search=lindqvist%20television"),
        "create" => {
            let text = "Somebody wrote this";
            let body = json!({"subject": text, "description": text, "project_id": 1}).to_string();
            load::request("POST", "/api/tickets", Some(token), &body)
        }
        _ => get("/api/admin/reports/dashboard"),
    }
}

/// A data directory of theirs with the tickets of ours.
fn make(bench: &Bench, peer: &Peer, amount: u64, model: &Path) -> PathBuf {
    let folder = bench.folder(&format!("{}-{amount}", peer.script));
    eprintln!("-- filling {} with {amount} tickets", peer.name);
    let made = peer.command("make").arg(&folder).arg(model.join("gatehouse.db")).status().unwrap();
    assert!(made.success(), "{} could not be filled", peer.name);
    folder
}

impl Peer {
    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new("target/peers/bin/python");
        command.arg(Path::new("benches/peers").join(self.script)).arg(verb);
        command
    }

    fn serve(&self, folder: &Path) -> Instance {
        let mut command = self.command("serve");
        command.arg(folder);
        Instance::start(command, folder)
    }
}
