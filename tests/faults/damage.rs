//! Pages of the database that were changed behind our back.
//!
//! A page that was zeroed, overwritten or cut off must be named by `doctor`, or make no difference. A single bit inside a
//! value cannot be told from a value: pages bear no checksum. How many of those go unnoticed is counted, not judged.

use std::path::Path;
use std::sync::Arc;

use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

use crate::checks::{doctor, open};
use crate::ledger::Ledger;
use crate::load::Load;
use crate::plane::{Plane, Site};
use crate::{Outcome, Scale};

const PAGE: usize = 4_096;
const TABLES: [&str; 9] =
    ["tickets", "messages", "users", "peers", "servers", "audit", "attachments", "activities", "projects"];

/// An instance that was worked with and stopped, and what it holds.
fn site() -> Result<(Site, Vec<u8>), String> {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let plane = Plane::start(&site.data)?;
    let load = Load::start(plane.address, &site.token, &ledger);
    while ledger.acked() < 300 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    load.stop();
    plane.stop();
    // After a clean stop everything is in the file.
    if std::fs::metadata(site.data.join("gatehouse.db-wal")).is_ok_and(|log| log.len() > 0) {
        return Err("serve stopped cleanly and left something in its log".to_owned());
    }
    let bytes = std::fs::read(site.data.join("gatehouse.db")).map_err(|error| error.to_string())?;
    Ok((site, bytes))
}

/// A hash of every value.
fn content(data: &Path) -> rusqlite::Result<Vec<u8>> {
    let (db, mut hash) = (open(data), Sha256::new());
    for table in TABLES {
        let mut statement = db.prepare(&format!("select * from {table}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                match row.get_ref(column)? {
                    ValueRef::Null => hash.update([0]),
                    ValueRef::Integer(value) => hash.update(value.to_be_bytes()),
                    ValueRef::Real(value) => hash.update(value.to_be_bytes()),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => hash.update(bytes),
                }
                hash.update([255]);
            }
        }
    }
    Ok(hash.finalize().to_vec())
}

#[derive(Debug, PartialEq)]
enum Seen {
    Named,
    Harmless,
    Silent,
}

fn judge(site: &Site, content_before: &[u8]) -> Seen {
    if !doctor(&site.data).is_empty() {
        Seen::Named
    } else if content(&site.data).is_ok_and(|now| now == content_before) {
        Seen::Harmless
    } else {
        Seen::Silent
    }
}

fn put(site: &Site, bytes: &[u8]) {
    for name in ["gatehouse.db-wal", "gatehouse.db-shm"] {
        // Left by whoever read the last mutant.
        let _ = std::fs::remove_file(site.data.join(name));
    }
    std::fs::write(site.data.join("gatehouse.db"), bytes).unwrap();
}

pub fn run(scale: Scale, random: &mut fastrand::Rng) -> Outcome {
    let (site, whole) = site()?;
    let before = content(&site.data).map_err(|error| error.to_string())?;
    put(&site, &whole);
    match judge(&site, &before) {
        Seen::Harmless => {}
        seen => return Err(format!("what was not changed is {seen:?}: {:?}", content(&site.data))),
    }
    let (mut named, mut harmless, mut silent_bits, mut bits) = (0, 0, 0, 0);
    let mut refused = 0;
    for mutant in 0..scale.mutants {
        let (mut bytes, page) = (whole.clone(), random.usize(0..whole.len() / PAGE));
        let at = page * PAGE;
        let kind = ["zeroed", "overwritten", "cut off", "one bit"][mutant % 4];
        match kind {
            "zeroed" => bytes[at..at + PAGE].fill(0),
            "overwritten" => bytes[at..at + PAGE].iter_mut().for_each(|byte| *byte = random.u8(..)),
            "cut off" => bytes.truncate(at.max(PAGE)),
            _ => bytes[at + random.usize(0..PAGE)] ^= 1 << random.u8(0..8),
        }
        put(&site, &bytes);
        let seen = judge(&site, &before);
        bits += usize::from(kind == "one bit");
        match seen {
            Seen::Named => named += 1,
            Seen::Harmless => harmless += 1,
            Seen::Silent if kind == "one bit" => silent_bits += 1,
            Seen::Silent => return Err(format!("page {page} was {kind}, and nobody noticed")),
        }
        // After an unclean stop `serve` looks by itself.
        if seen == Seen::Named && kind != "one bit" && refused < 5 {
            put(&site, &bytes);
            std::fs::write(site.data.join("running"), "").unwrap();
            if Plane::start(&site.data).is_ok() {
                return Err(format!("page {page} was {kind}, and serve started after an unclean stop"));
            }
            std::fs::remove_file(site.data.join("running")).unwrap();
            refused += 1;
        }
    }
    Ok(format!(
        "{} mutants of {} pages: {named} named, {harmless} harmless; of {bits} single bits {silent_bits} unnoticed",
        scale.mutants,
        whole.len() / PAGE
    ))
}

/// A value that was changed as if by us: only a comparison of all values can tell.
pub fn control(_: &mut fastrand::Rng) -> Outcome {
    let (site, _) = site()?;
    let before = content(&site.data).map_err(|error| error.to_string())?;
    let db = rusqlite::Connection::open(site.data.join("gatehouse.db")).unwrap();
    db.execute_batch("update messages set body = body || '.' where id = 1").unwrap();
    drop(db);
    match judge(&site, &before) {
        Seen::Silent => Err("a changed value".to_owned()),
        seen => Ok(format!("a changed value was {seen:?}")),
    }
}
