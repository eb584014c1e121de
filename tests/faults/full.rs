//! A disk that fills up, and is freed again: a small tmpfs in a mount namespace of its own. The log of `serve` lies there too.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;

use crate::checks::{check, verdict};
use crate::client::{Client, Reply};
use crate::ledger::{Ledger, Outcome};
use crate::load::{Load, settle};
use crate::plane::{Plane, Site};
use crate::space::{self, until};
use crate::{Outcome as Withstood, Scale};

pub fn run(_: Scale, _: &mut fastrand::Rng) -> Withstood {
    space::run("disk-full", &[])
}

pub fn control(_: &mut fastrand::Rng) -> Withstood {
    space::run("disk-full", &["sabotage"])
}

/// The fault itself.
pub fn inside(folder: &Path, arguments: &[&str]) -> ExitCode {
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=40m", "tmpfs"]).arg(folder).status().unwrap();
    assert!(mounted.success(), "a small disk");
    space::answer(full(folder, !arguments.is_empty()))
}

fn fill(path: &Path) {
    let mut file = File::options().create(true).append(true).open(path).unwrap();
    for size in [1 << 20, 4_096, 64] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

fn full(folder: &Path, sabotage: bool) -> Withstood {
    let (site, ledger) = (Site::inside(folder), Arc::new(Ledger::default()));
    let plane = Plane::start(&site.data)?;
    let load = Load::start(plane.address, &site.token, &ledger);
    until("something is acknowledged", || ledger.acked() > 50)?;
    let filler = folder.join("filler");
    let refused = || ledger.count(|outcome| *outcome == Outcome::Refused(507));
    for round in 1..=3 {
        let before = refused();
        until("writes are refused with 507", || {
            fill(&filler);
            refused() > before + 20
        })
        .map_err(|what| format!("{what}, {}", ledger.figures()))?;
        let mut reader = Client::new(plane.address, &site.token);
        match reader.get("/api/tickets") {
            Reply::Answer(200, _) => {}
            Reply::Answer(status, _) => return Err(format!("a read on a full disk was answered with {status}")),
            Reply::Lost | Reply::Unsent => return Err("nobody answers a read on a full disk".to_owned()),
        }
        std::fs::remove_file(&filler).unwrap();
        let acked = ledger.acked();
        until("writes go on once there is room", || ledger.acked() > acked + 10)
            .map_err(|what| format!("round {round}: {what}, {}", ledger.figures()))?;
    }
    let figures = ledger.figures();
    plane.kill();
    load.end();
    let plane = Plane::start(&site.data)?;
    settle(plane.address, &site.token, &ledger)?;
    plane.stop();
    if sabotage {
        let entries = ledger.entries();
        let refused = entries.iter().find(|entry| entry.outcome == Outcome::Refused(507)).unwrap();
        ledger.settle(&refused.key, Outcome::Acked(None));
    }
    verdict(check(&site.data, &ledger))?;
    Ok(format!("filled and freed 3 times, then killed: {figures}"))
}
