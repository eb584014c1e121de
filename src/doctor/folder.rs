//! The data directory: who may read what, how much room there is, what was left behind.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::Finding;
use crate::backup::{INCOMING, REPLACED, SCRATCH};
use crate::store::directory::log_is_gone;
use crate::store::reserve;

/// Bytes of the write-ahead log above which something holds it up.
const LONG_LOG: u64 = 64 << 20;
/// Bytes below which writes may soon be refused.
const FEW: u64 = 256 << 20;

/// Looks at a directory that has a database.
pub fn examine(path: &Path) -> Vec<Finding> {
    [permissions(path), room(path), log(path), leftovers(path)].into_iter().flatten().collect()
}

fn permissions(path: &Path) -> Vec<Finding> {
    let mut found = Vec::new();
    let owner = fs::metadata(path).map(|meta| meta.uid()).unwrap_or_default();
    let names = ["", "secret.key", "gatehouse.db", "gatehouse.db-wal", "attachments"];
    for name in names {
        let place = path.join(name);
        let Ok(meta) = fs::metadata(&place) else { continue };
        let mode = meta.permissions().mode() & 0o777;
        let shown = place.display();
        if mode & 0o077 != 0 {
            let what = format!("Others on this machine may look into {shown} (mode {mode:o}).");
            found.push(Finding::wrong("permissions", what, format!("chmod go= {shown}")));
        }
        if meta.uid() != owner {
            let what = format!("{shown} does not belong to the owner of the data folder.");
            found.push(Finding::wrong("permissions", what, format!("chown --reference={} {shown}", path.display())));
        }
    }
    if found.is_empty() {
        found.push(Finding::fine("permissions", "The data folder is its owner's alone."));
    }
    found
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

fn room(path: &Path) -> Vec<Finding> {
    let database = length(&path.join("gatehouse.db"));
    let disk = match rustix::fs::statvfs(path) {
        Ok(disk) => disk,
        Err(error) => {
            let what = format!("How full the disk is cannot be seen: {error}.");
            return vec![Finding::note("disk", what, "Look with df.")];
        }
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    // Only a running `serve` holds anything.
    if let Some(left) = reserve::left(path).filter(|_| path.join("running").exists()) {
        let what = format!(
            "The disk is full: changes are refused, but for logins and what takes access away, for which {} MiB are left.",
            left >> 20
        );
        return vec![Finding::wrong("disk", what, "Make room: `serve` goes on by itself. Do not stop it before.")];
    }
    let (free_mib, database_mib) = (free >> 20, database >> 20);
    let what = format!("{free_mib} MiB are free; the database has {database_mib} MiB.");
    vec![if free < FEW {
        let remedy =
            "Make room soon: when the disk is full, changes are refused, but for logins and what takes access away.";
        Finding::wrong("disk", what, remedy)
    } else if free < database * 2 {
        Finding::note("disk", what, "A backup makes a copy of the database: name another disk with --scratch-dir.")
    } else {
        Finding::fine("disk", what)
    }]
}

fn log(path: &Path) -> Vec<Finding> {
    if log_is_gone(path) {
        let what = "The write-ahead log gatehouse.db-wal is gone, and with it the newest changes.";
        return vec![Finding::wrong("log", what, "Put it back. If it is lost for good, restore a backup.")];
    }
    let log = length(&path.join("gatehouse.db-wal"));
    if log <= LONG_LOG {
        return Vec::new();
    }
    let what = format!("The write-ahead log has grown to {} MiB: something reads for very long.", log >> 20);
    vec![Finding::note("log", what, "It shrinks when a backup or a long report ends. If it does not, restart `serve`.")]
}

fn leftovers(path: &Path) -> Vec<Finding> {
    let names = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let ours = names.filter_map(|name| {
        let shown = path.join(&name).display().to_string();
        if name == INCOMING {
            let what = format!("{shown} is what is left of a restore that did not come off.");
            Some(Finding::note("leftovers", what, format!("rm -r {shown}")))
        } else if name.starts_with(REPLACED) {
            let what = format!("{shown} holds what was there before a restore.");
            Some(Finding::note("leftovers", what, "Remove it once you are sure that you need nothing of it."))
        } else if name.starts_with(SCRATCH) {
            let what = format!("{shown} belongs to a backup that is being made, or to one that was killed.");
            Some(Finding::note("leftovers", what, "The next backup removes it."))
        } else {
            None
        }
    });
    ours.collect()
}
