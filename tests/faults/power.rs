//! Power cuts: what was on its way to the disk arrives in part, out of order and torn.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use crate::checks::{check, verdict};
use crate::ledger::{Ledger, Outcome};
use crate::load::{Load, settle};
use crate::plane::{Plane, Site};
use crate::recorder::{Mounted, Record, Recorder};
use crate::space::{self, until};
use crate::{Outcome as Withstood, Scale};

/// Requests that are acknowledged before the load ends.
const ACKED: usize = 600;
/// Every so many cuts, `serve` starts on what is left, and what is unknown is asked for again.
const STARTED: usize = 10;

pub fn run(scale: Scale, random: &mut fastrand::Rng) -> Withstood {
    space::run("power-cut", &[&scale.cuts.to_string(), &random.u64(..).to_string()])
}

pub fn control(random: &mut fastrand::Rng) -> Withstood {
    space::run("power-cut", &["0", &random.u64(..).to_string()])
}

/// The fault itself; no cuts means a disk that says it has written what it has not.
pub fn inside(folder: &Path, arguments: &[&str]) -> ExitCode {
    let [cuts, seed] = arguments else { return ExitCode::from(2) };
    let (cuts, mut random) = (cuts.parse().unwrap(), fastrand::Rng::with_seed(seed.parse().unwrap()));
    let disk = match Recorder::start(folder) {
        Ok(disk) => disk,
        Err(why) => return space::answer(Ok(format!("skipped: no disk that records what is written to it: {why}"))),
    };
    space::answer(recorded(disk).and_then(|(record, ledger, token)| match cuts {
        0 => lied_to(folder, record, &ledger, &mut random),
        cuts => cut(folder, record, &ledger, &token, cuts, &mut random),
    }))
}

/// Mixed work on a disk that records.
fn recorded(disk: Recorder) -> Result<(Record, Ledger, String), String> {
    let site = Site::inside(disk.folder());
    let ledger = Arc::new(Ledger::stamped(disk.position()));
    let plane = Plane::start(&site.data)?;
    let load = Load::start(plane.address, &site.token, &ledger);
    until("enough is acknowledged", || ledger.acked() >= ACKED)?;
    load.stop();
    plane.stop();
    let record = disk.stop()?;
    Ok((record, Arc::into_inner(ledger).ok_or("somebody holds the ledger")?, site.token))
}

/// Where the record was when the first and the last request were acknowledged.
fn span(ledger: &Ledger) -> (u64, u64) {
    let entries = ledger.entries();
    let acked = entries.iter().filter(|entry| matches!(entry.outcome, Outcome::Acked(_))).map(|entry| entry.at);
    (acked.clone().min().unwrap(), acked.max().unwrap())
}

fn cut(
    folder: &Path,
    mut record: Record,
    ledger: &Ledger,
    token: &str,
    cuts: usize,
    random: &mut fastrand::Rng,
) -> Withstood {
    let first = span(ledger).0;
    let mut points: Vec<u64> = (0..cuts).map(|_| random.u64(first..=record.len())).collect();
    points.sort_unstable();
    let mut settled = 0;
    for (turn, point) in points.iter().enumerate() {
        // A name of its own: what the kernel remembers of another image must not be seen in this one.
        let image = folder.join(format!("cut-{turn}.raw"));
        record.cut(*point, random, &image).map_err(|error| error.to_string())?;
        let mounted = Mounted::after_a_cut(&image, &folder.join(format!("cut-{turn}")))?;
        let (data, then) = (mounted.folder.join("data"), ledger.as_of(*point));
        let at = |what| format!("cut {point} of {}: {what}", record.len());
        verdict(check(&data, &then)).map_err(at)?;
        if turn % STARTED == 0 {
            let plane = Plane::start(&data).map_err(at)?;
            settled += settle(plane.address, token, &then).map_err(at)?;
            plane.stop();
            verdict(check(&data, &then)).map_err(at)?;
        }
        drop(mounted);
        std::fs::remove_file(&image).map_err(|error| error.to_string())?;
    }
    Ok(format!(
        "{cuts} cuts in {} writes and flushes: {}; {settled} settled by a retry",
        record.len(),
        ledger.figures()
    ))
}

/// A disk that loses a tenth of what it has flushed: that must be noticed.
fn lied_to(folder: &Path, mut record: Record, ledger: &Ledger, random: &mut fastrand::Rng) -> Withstood {
    let (first, last) = span(ledger);
    let lost = first + (last - first) * random.u64(80..90) / 100;
    let image = folder.join("lied.raw");
    record.behind(lost, &image).map_err(|error| error.to_string())?;
    let mounted = Mounted::new(&image, &folder.join("lied"))?;
    let wrong = check(&mounted.folder.join("data"), ledger);
    assert!(wrong.iter().any(|what| what.starts_with("N1")), "lost rows went unnoticed: {wrong:?}");
    verdict(wrong).map(|()| String::new())
}
