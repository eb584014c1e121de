//! A disk that fills up, and is freed again: a small tmpfs in a mount namespace of its own. The log of `serve` lies there too.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::checks::{check, verdict};
use crate::client::{Client, Reply};
use crate::ledger::{Ledger, Outcome};
use crate::load::{Load, settle};
use crate::plane::{Plane, Site};
use crate::{Outcome as Withstood, Scale};

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn run(_: Scale, _: &mut fastrand::Rng) -> Withstood {
    in_namespace(&[])
}

pub fn control(_: &mut fastrand::Rng) -> Withstood {
    in_namespace(&["sabotage"])
}

/// Runs this program again where nobody else sees its mounts.
fn in_namespace(rest: &[&str]) -> Withstood {
    if !rustix::process::geteuid().is_root() {
        return Ok("skipped: it needs root, for a small disk of its own".to_owned());
    }
    let folder = tempfile::TempDir::new().unwrap();
    let script = "mount -t tmpfs -o size=40m tmpfs \"$1\" && exec \"$0\" inside-full-disk \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c", script]).arg(std::env::current_exe().unwrap());
    let output = command.arg(folder.path()).args(rest).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match output.status.code() {
        Some(0) => Ok(said),
        Some(1) => Err(said),
        code => Err(format!("{code:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// The fault itself.
pub fn inside(folder: &Path, sabotage: bool) -> ExitCode {
    let (code, said) = match full(folder, sabotage) {
        Ok(said) => (ExitCode::SUCCESS, said),
        Err(said) => (ExitCode::FAILURE, said),
    };
    println!("{said}");
    code
}

/// Waits until something is so.
fn until(what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > PATIENCE {
            return Err(format!("waited in vain: {what}"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
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
