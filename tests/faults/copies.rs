//! Backups that are made at full load, and what is in them.
//!
//! The audit log numbers all changes in the order of their commits. So a copy is an exact prefix of the ledger when its log
//! is the beginning of the original's, hash by hash, and it holds as many things as that log has rows.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::checks::{Found, doctor, open, verdict};
use crate::ledger::{Ledger, Outcome, What};
use crate::load::Load;
use crate::plane::{Plane, Site, gatehouse, said};
use crate::{Outcome as Withstood, Scale};

/// A copy, and what must be in it because it was acknowledged before.
struct Copy {
    data: PathBuf,
    before: HashSet<String>,
}

fn acked(ledger: &Ledger) -> HashSet<String> {
    let entries = ledger.entries().into_iter();
    entries.filter(|entry| matches!(entry.outcome, Outcome::Acked(_))).map(|entry| entry.key).collect()
}

fn last_hash(db: &Connection, until: i64) -> Result<Vec<u8>, String> {
    let sql = "select hash from audit where id = ?1";
    db.query_row(sql, [until], |row| row.get(0)).map_err(|error| format!("audit row {until}: {error}"))
}

/// Holds a copy against the ledger and the original, which has stopped.
fn is_prefix(copy: &Copy, original: &Path, ledger: &Ledger) -> Result<i64, String> {
    let (db, live) = (open(&copy.data), open(original));
    let sql = "select coalesce(max(id), 0) from audit where action <> 'instance_restored'";
    let newest: i64 = db.query_row(sql, [], |row| row.get(0)).map_err(|error| error.to_string())?;
    if last_hash(&db, newest)? != last_hash(&live, newest)? {
        return Err(format!("its audit log is not the beginning of the original's, up to {newest}"));
    }
    let found = Found::read(&db)?;
    for (what, rows, audited) in found.counts() {
        if rows != audited {
            return Err(format!("it holds {rows} {what}, and {audited} are in its log"));
        }
    }
    for entry in ledger.entries().iter().filter(|entry| !matches!(entry.what, What::Resolve { .. })) {
        let times = found.times(entry);
        let wanted = copy.before.contains(&entry.key);
        let refused = matches!(entry.outcome, Outcome::Refused(_));
        if times > 1 || (wanted && times == 0) || (refused && times == 1) {
            return Err(format!("{entry:?} is there {times} times"));
        }
    }
    verdict(doctor(&copy.data))?;
    Ok(newest)
}

pub fn run(scale: Scale, _: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let folder = tempfile::TempDir::new().unwrap();
    let plane = Plane::start(&site.data)?;
    let load = Load::start(plane.address, &site.token, &ledger);
    let (mut copies, mut longest) = (Vec::new(), Duration::ZERO);
    for number in 0..scale.backups {
        let start = ledger.acked();
        while ledger.acked() < start + 200 {
            std::thread::sleep(Duration::from_millis(10));
        }
        let before = acked(&ledger);
        let target = folder.path().join(format!("{number}.tar"));
        let (target, began) = (target.to_str().unwrap(), Instant::now());
        let made = gatehouse(&site.data, &["backup", target]);
        longest = longest.max(began.elapsed());
        if !made.status.success() {
            return Err(said(&made));
        }
        let data = folder.path().join(format!("restored-{number}"));
        let restored = gatehouse(&data, &["restore", target]);
        if !restored.status.success() {
            return Err(said(&restored));
        }
        // A hundred of them would fill the disk.
        std::fs::remove_file(target).unwrap();
        copies.push(Copy { data, before });
    }
    load.stop();
    let mib = std::fs::metadata(site.data.join("gatehouse.db")).map_or(0, |meta| meta.len()) >> 20;
    plane.stop();
    let mut prefixes = Vec::new();
    for copy in &copies {
        prefixes.push(is_prefix(copy, &site.data, &ledger)?);
        // It can be served.
        Plane::start(&copy.data)?.stop();
    }
    Ok(format!(
        "{} backups, the longest {} ms of {mib} MiB; prefixes {}..{} of the log; {}",
        copies.len(),
        longest.as_millis(),
        prefixes.iter().min().unwrap_or(&0),
        prefixes.iter().max().unwrap_or(&0),
        ledger.figures()
    ))
}

/// The file alone, copied as files are, and taken for what there was a little later.
pub fn control(_: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let plane = Plane::start(&site.data)?;
    let load = Load::start(plane.address, &site.token, &ledger);
    let until = |acked: usize| {
        while ledger.acked() < acked {
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    until(100);
    let folder = tempfile::TempDir::new().unwrap();
    for name in ["gatehouse.db", "secret.key"] {
        std::fs::copy(site.data.join(name), folder.path().join(name)).unwrap();
    }
    until(ledger.acked() + 50);
    let copy = Copy { data: folder.path().to_owned(), before: acked(&ledger) };
    load.stop();
    plane.stop();
    match is_prefix(&copy, &site.data, &ledger) {
        Err(what) if what.contains("is there 0 times") => Err(what),
        other => Ok(format!("a copy that lacks what was acknowledged: {other:?}")),
    }
}
