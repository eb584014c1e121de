//! Attached files: those that rows name, and those that lie there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Finding, first_few};
use crate::base::{Clock, Result};
use crate::store::{Conn, Directory, Hash, hash_of, params, place_of};

/// Younger files may be getting their rows at this moment.
const YOUNG: Duration = Duration::from_secs(60 * 60);

/// What rows name: a file's hash, and a ticket that has it.
pub type Named = BTreeMap<Hash, (i64, i64)>;

/// Every file that rows name, with its size and the id of a ticket.
pub fn named(conn: &Conn<'_>) -> Result<Named> {
    let rows = conn.all(
        "select hash, max(size) as size, min(ticket_id) as ticket from attachments group by hash",
        params![],
        |row| Ok((row.get::<Hash>("hash")?, (row.get("size")?, row.get("ticket")?))),
    )?;
    Ok(rows.into_iter().collect())
}

/// Holds what rows name against what is there; reads each file unless it has to be quick.
pub fn examine(directory: &Directory, named: Named, clock: &Clock, quick: bool) -> Vec<Finding> {
    let folder = directory.attachments();
    let (mut missing, mut damaged) = (Vec::new(), Vec::new());
    for (hash, (size, ticket)) in &named {
        let path = folder.join(place_of(hash));
        let name = || format!("{} of ticket {ticket}", hex::encode(hash));
        match sound(&path, hash, *size, quick) {
            Ok(true) => {}
            Ok(false) => damaged.push(name()),
            Err(error) if error.kind() == ErrorKind::NotFound => missing.push(name()),
            Err(error) => damaged.push(format!("{} ({error})", name())),
        }
    }
    let mut found = Vec::new();
    let remedy = "Take these files from a backup (attachments/ab/cdef… in the tar) and put them back where they lay.";
    for (files, what) in [(missing, "missing"), (damaged, "damaged")] {
        if !files.is_empty() {
            let what = format!("{} of {} files are {what}: {}.", files.len(), named.len(), first_few(&files));
            found.push(Finding::wrong("attachments", what, remedy));
        }
    }
    if found.is_empty() {
        let how = if quick { "there, as long as they should be" } else { "there, byte for byte" };
        found.push(Finding::fine("attachments", format!("Attached files: {}, all {how}.", named.len())));
    }
    found.extend(orphans(&folder, &named, clock));
    found
}

fn sound(path: &Path, hash: &Hash, size: i64, quick: bool) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != size.unsigned_abs() {
        return Ok(false);
    }
    if quick {
        return Ok(true);
    }
    Ok(hash_of(&mut file)?.1 == *hash)
}

fn orphans(folder: &Path, named: &Named, clock: &Clock) -> Option<Finding> {
    let now = u64::try_from(clock.now().0).map(Duration::from_millis).unwrap_or_default();
    let before = SystemTime::UNIX_EPOCH + now.saturating_sub(YOUNG);
    let mut orphans = Vec::new();
    for shelf in fs::read_dir(folder).ok()?.flatten() {
        let shelf_name = shelf.file_name().to_string_lossy().into_owned();
        for file in fs::read_dir(shelf.path()).into_iter().flatten().flatten() {
            let mut hash = [0; 32];
            let name = format!("{shelf_name}{}", file.file_name().to_string_lossy());
            let is_named = hex::decode_to_slice(&name, &mut hash).is_ok() && named.contains_key(&hash);
            let old = file.metadata().and_then(|meta| meta.modified()).is_ok_and(|written| written < before);
            if old && !is_named {
                orphans.push(file.path().display().to_string());
            }
        }
    }
    let what = format!("{} files belong to nothing: {}.", orphans.len(), first_few(&orphans));
    let remedy = "A running `serve` removes them within two hours. What stays then was not put there by Gatehouse.";
    (!orphans.is_empty()).then(|| Finding::note("attachments", what, remedy))
}
