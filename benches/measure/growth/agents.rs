//! Ten agents, a thousand, ten thousand: their reports, and the statuses that come of them.

use std::mem;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use super::figures::{Growth, Part, Point, Size};
use super::{SETTLED, clients, show, time};
use crate::Bench;
use crate::agents::{Reports, deal, share};
use crate::fleet::{self, DEVICES, copy, sign_in, size};
use crate::instance::{self, Instance};
use crate::load::{self, Source};
use crate::report::Report;
use crate::rounds::in_turns;

const STATUSES: (&str, &str) = ("statuses", "Statuses of all servers");
const REPORTS: (&str, &str) = ("report", "Take a report");
/// Between two reports of an agent.
const INTERVAL: Duration = Duration::from_secs(60);

pub fn measure(bench: &Bench, report: &mut Report) {
    let amounts: &[usize] = if bench.is_quick { &[10, 1_000] } else { &[10, 1_000, 10_000] };
    report.part(
        "Growth of agents",
        &format!(
            "A server each, of {DEVICES} devices, which has reported; sizes in turns, {} rounds. `GET /api/statuses` is asked \
             while every agent reports once in {} s, which is in its processor time. A report has the counters of {DEVICES} devices, and is on disk before \
             its answer; as reports of one agent never overtake each other, no more clients report than there are agents.",
            bench.rounds(),
            INTERVAL.as_secs()
        ),
    );
    let mut fleets: Vec<Fleet> = amounts.iter().map(|agents| Fleet::start(bench, *agents)).collect();
    std::thread::sleep(SETTLED);
    let mut points = Vec::new();
    let usual: Vec<Usual> = fleets.iter_mut().map(|fleet| fleet.report_as_usual(bench)).collect();
    for clients in clients(bench) {
        let rounds = in_turns(bench.rounds(), &mut fleets, |fleet| fleet.show(bench, *clients));
        let sizes = amounts.iter().zip(rounds);
        points.extend(sizes.map(|(agents, rounds)| Point::new(STATUSES.0, *agents as u64, *clients, rounds)));
    }
    for (fleet, usual) in fleets.iter_mut().zip(usual) {
        fleet.reports = bench.wait(usual.end());
    }
    let mut fewer = 0;
    for clients in clients(bench) {
        let mut able: Vec<&mut Fleet> = fleets.iter_mut().filter(|fleet| fleet.reports.len() > fewer).collect();
        fewer = *clients;
        let rounds = in_turns(bench.rounds(), &mut able, |fleet| fleet.report(bench, *clients));
        points.extend(able.iter().zip(rounds).map(|(fleet, rounds)| {
            let agents = fleet.reports.len();
            Point::new(REPORTS.0, agents as u64, agents.min(*clients), rounds)
        }));
    }
    let sizes = fleets.iter().map(|fleet| {
        let pid = fleet.instance.pid();
        let (resident, peak) = (instance::memory(pid).resident, instance::peak(pid));
        Size { size: fleet.reports.len() as u64, disk: fleet.disk, resident, peak }
    });
    let works = vec![STATUSES, REPORTS];
    show::show(report, &Growth { of: "agents", works, points, sizes: sizes.collect() });
}

/// An instance with so many agents.
struct Fleet {
    // Ended before its folder is removed.
    instance: Instance,
    _folder: TempDir,
    reports: Vec<Reports>,
    token: String,
    disk: u64,
}

impl Fleet {
    fn start(bench: &Bench, agents: usize) -> Self {
        let folder = TempDir::new_in(bench.folder.path()).unwrap();
        let (model, servers) = fleet::kept(bench, agents);
        copy(&model, folder.path());
        let mut all = deal(&servers, 1, Reports::whole).remove(0);
        let instance = Instance::gatehouse(folder.path());
        bench.wait(all.report_once(instance.address));
        instance.stop();
        let disk = size(folder.path());
        let instance = Instance::gatehouse(folder.path());
        let token = bench.wait(sign_in(&instance));
        Self { instance, _folder: folder, reports: all.all, token, disk }
    }

    /// A part of a round in which the statuses are asked for.
    fn show(&self, bench: &Bench, clients: usize) -> Part {
        let request = load::request("GET", "/api/statuses", Some(&self.token), "");
        Part::ask(bench, &self.instance, &mut bench.clients(clients, request), time(bench))
    }

    /// A part of a round in which the agents report as fast as they can.
    fn report(&mut self, bench: &Bench, clients: usize) -> Part {
        let mut agents = share(mem::take(&mut self.reports), clients);
        let part = Part::ask(bench, &self.instance, &mut agents, time(bench));
        self.reports = agents.into_iter().flat_map(|agents| agents.all).collect();
        // Next time it is the turn of others.
        let all = self.reports.len();
        self.reports.rotate_left(part.load.count() % all);
        part
    }

    /// Lets each agent report once in a while, whenever the load runs: it is the same thread.
    fn report_as_usual(&mut self, bench: &Bench) -> Usual {
        let (address, mut all) = (self.instance.address, share(mem::take(&mut self.reports), 1).remove(0));
        let (end, mut ended) = oneshot::channel();
        let task = bench.runtime.spawn(async move {
            let mut turn = tokio::time::interval(INTERVAL / u32::try_from(all.all.len()).unwrap());
            let mut sent = JoinSet::new();
            loop {
                tokio::select! {
                    _ = &mut ended => break,
                    _ = turn.tick() => {}
                }
                let request = all.next().to_vec();
                // The next does not wait for its answer: a slow server is not asked less.
                sent.spawn(async move { load::read(address, &request).await });
                while let Some(answered) = sent.try_join_next() {
                    answered.unwrap();
                }
            }
            sent.join_all().await;
            all.all
        });
        Usual { end, task }
    }
}

/// What runs beside the load.
struct Usual {
    end: oneshot::Sender<()>,
    task: JoinHandle<Vec<Reports>>,
}

impl Usual {
    /// Gives the agents back.
    async fn end(self) -> Vec<Reports> {
        self.end.send(()).unwrap();
        self.task.await.unwrap()
    }
}
