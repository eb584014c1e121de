//! Commits: what many writers at once gain over one by one, each write on disk before it is answered.

use std::time::{Duration, Instant};

use gatehouse::base::{Actor, Clock};
use gatehouse::store::{Directory, Store};
use gatehouse::vpn::{report as reports, server};
use gatehouse::wire;
use tokio::task::{JoinSet, LocalSet};

use crate::Bench;
use crate::agents::{Reports, deal};
use crate::fleet::Enrolled;
use crate::instance::Instance;
use crate::machine;
use crate::report::{Goal, Report, digits, range};
use crate::rounds::{Series, interleave};

/// Writers at once, and what they should gain.
const MANY: [(usize, f64); 2] = [(64, 9.0), (256, 12.0)];

pub fn measure(bench: &Bench, report: &mut Report) {
    report.section(
        "Group commit",
        "Reports as document 002 has them, no devices in them; the ratio to one writer that waits for each, in the same \
         rounds. It grows with the time that the disk takes, so that is told too.",
    );
    over_http(bench, report);
    in_the_store(bench, report);
}

/// Rounds of one writer, of many, and of the disk alone.
fn rows(report: &mut Report, what: &str, [one, some, most, disk]: [Series; 4]) {
    let many = [some, most];
    for ((writers, least), series) in MANY.into_iter().zip(many) {
        let ratio = series.over(&one);
        let beside = format!(
            "{}; {}/s ({}) against {}/s ({}); an append is on disk in {} ms",
            range(&ratio),
            digits(series.median()),
            range(&series),
            digits(one.median()),
            range(&one),
            range(&disk)
        );
        report.row(&format!("{what}, {writers} writers over one"), ratio.median(), "×", Goal::AtLeast(least), &beside);
    }
}

fn over_http(bench: &Bench, report: &mut Report) {
    let (data, servers) = bench.fleet("commits-http");
    let instance = Instance::gatehouse(&data);
    let clients = |clients| deal(servers, clients, Reports::documented);
    let (mut one, mut some, mut most) = (clients(1), clients(MANY[0].0), clients(MANY[1].0));
    let rates = interleave(
        bench.rounds(),
        [
            &mut || bench.load(&instance, &mut one).rate(),
            &mut || bench.load(&instance, &mut some).rate(),
            &mut || bench.load(&instance, &mut most).rate(),
            &mut || machine::sync(&data),
        ],
    );
    rows(report, "over HTTP", rates.map(Series::new));
    instance.stop();
}

fn in_the_store(bench: &Bench, report: &mut Report) {
    let (data, servers) = bench.fleet("commits-store");
    let directory = Directory::open(&data, None).unwrap();
    let store = Store::start(&directory, &Clock::System, |_, _| Ok(()), Box::new(|_| {})).unwrap();
    let run = |writers: usize| bench.wait(write(&store, servers, writers, bench.time()));
    let rates = interleave(
        bench.rounds(),
        [&mut || run(1), &mut || run(MANY[0].0), &mut || run(MANY[1].0), &mut || machine::sync(&data)],
    );
    rows(report, "in the store alone", rates.map(Series::new));
    bench.wait(store.stop());
}

/// Writes a second.
async fn write(store: &Store, servers: &[Enrolled], writers: usize, time: Duration) -> f64 {
    let began = Instant::now();
    let until = began + time;
    let local = LocalSet::new();
    let mut all = JoinSet::new();
    for writer in 0..writers {
        let (store, id) = (store.clone(), servers[writer % servers.len()].id.clone());
        let system = Actor::system();
        let number = store.read(move |conn| server::find(conn, &system, &id)).await.unwrap().number;
        let write = async move {
            let mut count = 0_u64;
            while Instant::now() < until {
                let sent: wire::Report = serde_json::from_str(r#"{"server_id": "", "peers": 40}"#).unwrap();
                let measured = reports::parse(sent, Clock::System.now()).unwrap();
                store.write(move |tx| reports::take(tx, number, &measured)).await.unwrap();
                count += 1;
            }
            count
        };
        all.spawn_local_on(write, &local);
    }
    let counts = local.run_until(all.join_all()).await;
    counts.iter().sum::<u64>() as f64 / began.elapsed().as_secs_f64()
}
