//! Ten thousand tickets, a hundred thousand, a million: opened, listed, searched and made.

use tempfile::TempDir;

use super::figures::{Growth, Part, Point, Size};
use super::{SETTLED, clients, show, time};
use crate::Bench;
use crate::fleet::{sign_in_as, size};
use crate::instance::{self, Instance};
use crate::load::{self, Anew, Made, Source};
use crate::measure::{peers, tickets};
use crate::report::Report;
use crate::rounds::in_turns;

/// What is asked, and in words.
const READS: [(&str, &str); 3] =
    [("open", "Open a ticket"), ("list", "First page of the list"), ("search", "Search for two words")];
const CREATE: (&str, &str) = ("create", "Create a ticket");
/// A name that one ticket in thirty has, and a device of one in ten.
const WORDS: [&str; 4] = ["lindqvist%20television", "okafor%20tablet", "silva%20router", "zhang%20desktop"];
/// New tickets make an instance larger: by more than this share of it, and it begins anew.
const LARGER: f64 = 0.2;

/// Answers the largest instance.
pub fn measure(bench: &Bench, report: &mut Report) -> Desk {
    let amounts: &[u64] = if bench.is_quick { &[10_000] } else { &[10_000, 100_000, 1_000_000] };
    report.part(
        "Growth of tickets",
        &format!(
            "Made-up tickets with about four messages each, asked for by an agent of all projects; sizes in turns, {} rounds. \
             Another ticket is opened each time, and one of {} pairs of words is searched for. A new ticket is on disk before \
             its answer; an instance that has grown by a fifth is replaced by a fresh copy. The load comes from one thread \
             on the same cores. Processor time is that of the server, user and system; `resident` is after the questions, \
             before tickets are created.",
            bench.rounds(),
            WORDS.len(),
        ),
    );
    let mut desks: Vec<Desk> = amounts.iter().map(|tickets| Desk::start(bench, *tickets)).collect();
    std::thread::sleep(SETTLED);
    let mut points = Vec::new();
    let mut ask = |desks: &mut [Desk], work: &'static str| {
        for clients in clients(bench) {
            let rounds = in_turns(bench.rounds(), desks, |desk| desk.ask(bench, work, *clients));
            let sizes = amounts.iter().zip(rounds);
            points.extend(sizes.map(|(tickets, rounds)| Point::new(work, *tickets, *clients, rounds)));
        }
    };
    for (work, _) in READS {
        ask(&mut desks, work);
    }
    let resident: Vec<f64> = desks.iter().map(|desk| instance::memory(desk.instance.pid()).resident).collect();
    ask(&mut desks, CREATE.0);
    let sizes = desks.iter().zip(resident);
    let sizes = sizes.map(|(desk, resident)| Size { size: desk.tickets, disk: desk.disk, resident, peak: desk.peak() });
    let works = READS.into_iter().chain([CREATE]).collect();
    show::show(report, &Growth { of: "tickets", works, points, sizes: sizes.collect() });
    desks.pop().unwrap()
}

/// An instance with so many tickets.
pub struct Desk {
    /// Before the load.
    pub tickets: u64,
    // Ended before its folder is removed.
    instance: Instance,
    folder: TempDir,
    token: String,
    disk: u64,
    made: usize,
    /// Of those that this one replaces.
    peak: f64,
}

impl Desk {
    fn start(bench: &Bench, tickets: u64) -> Self {
        let folder = tickets::copied(bench, tickets);
        let disk = size(folder.path());
        let instance = Instance::gatehouse(folder.path());
        let token = bench.wait(sign_in_as(&instance, tickets::AGENT));
        Self { tickets, instance, folder, token, disk, made: 0, peak: 0.0 }
    }

    /// One part of a round.
    fn ask(&mut self, bench: &Bench, work: &'static str, clients: usize) -> Part {
        if self.made as f64 > self.tickets as f64 * LARGER {
            *self = Self { peak: self.peak(), ..Self::start(bench, self.tickets) };
        }
        let is_new = work == CREATE.0;
        // What is created stays.
        let time = if is_new { time(bench) / 3 } else { time(bench) };
        let mut sources: Vec<_> = (0..clients).map(|_| asks(vec![work], self.tickets, self.token.clone())).collect();
        let part = Part::ask(bench, &self.instance, &mut sources, time);
        self.made += if is_new { part.load.count() } else { 0 };
        part
    }

    fn peak(&self) -> f64 {
        self.peak.max(instance::peak(self.instance.pid()))
    }

    /// Its folder, when it has stopped.
    pub fn stop(self) -> TempDir {
        self.instance.stop();
        self.folder
    }
}

/// One of these works after the other, in no order.
pub fn asks(works: Vec<&'static str>, tickets: u64, token: String) -> Made<impl FnMut() -> Vec<u8>> {
    let mut random = fastrand::Rng::new();
    Made::new(move || {
        let get = |path: &str| load::request("GET", path, Some(&token), "");
        let request = match works[random.usize(..works.len())] {
            "open" => get(&format!("/api/tickets/{}", random.u64(1..=tickets))),
            "search" => get(&format!("/api/tickets?search={}", WORDS[random.usize(..WORDS.len())])),
            work => peers::ours(work, tickets, &token),
        };
        Anew::of(request).next().to_vec()
    })
}
