//! The nth write, sync, truncation, rename of each thread fails once: `strace` answers in the kernel's place.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::checks::{check, verdict};
use crate::ledger::Ledger;
use crate::load::{Load, settle};
use crate::plane::{Plane, Site, copy_folder};
use crate::{Outcome as Withstood, Scale};

/// Calls that write, and what they may come to.
const FAILING: [(&str, &[&str]); 8] = [
    ("pwrite64", &["EIO", "ENOSPC"]),
    ("write", &["EIO", "ENOSPC"]),
    ("fdatasync", &["EIO"]),
    ("fsync", &["EIO", "ENOSPC"]),
    ("ftruncate", &["EIO"]),
    ("openat", &["EMFILE", "EIO"]),
    ("rename", &["EIO", "ENOSPC"]),
    ("unlink", &["EIO"]),
];
/// The last call of a thread that is made to fail.
const LAST: u32 = 400;
/// Requests that are acknowledged before the load ends, where the fault does not end it.
const ACKED: usize = 40;
/// Longest that a load runs.
const LONGEST: Duration = Duration::from_secs(8);
/// What `strace` writes to a file of the database that never arrives there.
const SWALLOWED: &str = "pwrite64:retval=4096:when=60+";

/// `serve` under this fault with mixed work until it ends, or enough was done; then killed.
fn under(fault: &str, data: &Path, token: &str, ledger: &Arc<Ledger>) -> Result<(), String> {
    // It may fail to start, and say so: nothing was acknowledged then.
    let Ok(plane) =
        Plane::start_under(&["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", &format!("inject={fault}")], data)
    else {
        return Ok(());
    };
    let load = Load::start(plane.address, token, ledger);
    let began = Instant::now();
    while ledger.acked() < ACKED && !load.is_over() && began.elapsed() < LONGEST {
        std::thread::sleep(Duration::from_millis(5));
    }
    plane.kill();
    load.end();
    Ok(())
}

pub fn run(scale: Scale, random: &mut fastrand::Rng) -> Withstood {
    let traces = std::process::Command::new("strace").args(["-D", "-f", "-qq", "-o", "/dev/null", "true"]).status();
    if !traces.is_ok_and(|status| status.success()) {
        return Ok("skipped: there is no strace, or it may not trace".to_owned());
    }
    let model = Site::new();
    let (mut done, mut acked, mut settled) = (0, 0, 0);
    for turn in 0..scale.syscalls {
        let (call, errors) = FAILING[turn % FAILING.len()];
        // Half of them early: starting is where most kinds of calls are made.
        let most = if random.bool() { 30 } else { LAST };
        let fault = format!("{call}:error={}:when={}", random.choice(errors).unwrap(), random.u32(1..most));
        let folder = tempfile::TempDir::new().unwrap();
        let data = folder.path().join("data");
        copy_folder(&model.data, &data);
        let ledger = Arc::new(Ledger::default());
        let failed = |what: String| format!("{fault}: {what}, {}", ledger.figures());
        under(&fault, &data, &model.token, &ledger)?;
        // What answers 500 here has met a fault that nothing else explains.
        crate::client::BROKEN.store(0, std::sync::atomic::Ordering::Relaxed);
        verdict(check(&data, &ledger)).map_err(failed)?;
        let plane = Plane::start(&data).map_err(failed)?;
        settled += settle(plane.address, &model.token, &ledger).map_err(failed)?;
        plane.stop();
        verdict(check(&data, &ledger)).map_err(failed)?;
        done += 1;
        acked += ledger.acked();
    }
    Ok(format!("{done} calls failed: {acked} acked, {settled} settled by a retry"))
}

/// Writes that are confirmed and never made.
pub fn control(_: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    under(SWALLOWED, &site.data, &site.token, &ledger)?;
    verdict(check(&site.data, &ledger))?;
    Ok(ledger.figures())
}
