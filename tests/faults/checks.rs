//! The ledger against the disk.
//!
//! N1 what was acknowledged is there once and equal. N2 what was refused is not. N3 what is unknown is there once at most.
//! N4 nothing else is there. N5 the audit log holds, with a row for each change. N6 pages and references are sound. N7 kept
//! counts are those that are counted. N9 each attachment has its file. N5 to N9 are also what `doctor` says. N8, who was told,
//! and N10, what a VPN server holds, take somebody outside to know: `around` has them.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::Ordering;

use gatehouse::store::place_of;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::client::BROKEN;
use crate::ledger::{Entry, Ledger, Outcome, What};
use crate::plane::{gatehouse, said};

/// What lies in a database, by the keys of those who asked for it.
pub struct Found {
    tickets: HashMap<String, (usize, String)>,
    replies: HashMap<String, usize>,
    peers: HashMap<String, usize>,
    /// Names of those that are kept out.
    disabled: HashMap<String, usize>,
    files: HashMap<String, (usize, [u8; 32])>,
    /// Rows of the audit log by action.
    pub audited: HashMap<String, usize>,
}

pub fn open(data: &Path) -> Connection {
    Connection::open_with_flags(data.join("gatehouse.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

impl Found {
    pub fn read(db: &Connection) -> Result<Self, String> {
        let counted = |sql: &str| -> rusqlite::Result<HashMap<String, usize>> {
            let mut found = HashMap::new();
            let mut statement = db.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                *found.entry(row.get(0)?).or_insert(0) += 1;
            }
            Ok(found)
        };
        let read = || -> rusqlite::Result<Self> {
            let (mut tickets, mut files) = (HashMap::new(), HashMap::new());
            let mut statement = db.prepare("select subject, status from tickets")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let known = tickets.entry(row.get(0)?).or_insert((0, row.get(1)?));
                known.0 += 1;
            }
            let mut statement = db.prepare("select filename, hash from attachments")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let name: String = row.get(0)?;
                let known = files.entry(name.trim_end_matches(".txt").to_owned()).or_insert((0, row.get(1)?));
                known.0 += 1;
            }
            Ok(Self {
                tickets,
                files,
                replies: counted("select body from messages where kind = 'reply'")?,
                peers: counted("select name from peers")?,
                disabled: counted("select name from peers where not enabled")?,
                audited: counted("select action from audit")?,
            })
        };
        read().map_err(|error| format!("N6 the database cannot be read: {error}"))
    }

    /// How often there is what a request makes.
    pub fn times(&self, entry: &Entry) -> usize {
        let ticket = |key: &str| self.tickets.get(key).map_or(0, |(times, _)| *times);
        match &entry.what {
            What::Ticket => ticket(&entry.key),
            What::TicketWithFile => {
                let file = self.files.get(&entry.key).map_or(0, |(times, _)| *times);
                if ticket(&entry.key) == file { file } else { 99 }
            }
            What::Reply { .. } => self.replies.get(&entry.key).copied().unwrap_or(0),
            What::Peer => self.peers.get(&entry.key).copied().unwrap_or(0),
            What::Disable { name, .. } => self.disabled.get(name).copied().unwrap_or(0),
            What::Resolve { .. } => 0,
        }
    }

    /// What there is, and one row of the audit log for each.
    pub fn counts(&self) -> [(&'static str, usize, usize); 4] {
        let audited = |action: &str| self.audited.get(action).copied().unwrap_or(0);
        let tickets = self.tickets.values().map(|(times, _)| times).sum();
        [
            ("tickets", tickets, audited("ticket_created")),
            ("replies", self.replies.values().sum(), audited("ticket_replied")),
            ("peers", self.peers.values().sum(), audited("wg_client_created")),
            ("disabled peers", self.disabled.values().sum(), audited("wg_client_disabled")),
        ]
    }

    fn strangers(&self, known: &HashSet<&str>) -> Vec<String> {
        let all = self.tickets.keys().chain(self.replies.keys()).chain(self.peers.keys()).chain(self.files.keys());
        all.filter(|key| !known.contains(key.as_str())).map(|key| format!("N4 nobody asked for {key}")).collect()
    }
}

/// Everything that does not hold; empty when all is well.
pub fn check(data: &Path, ledger: &Ledger) -> Vec<String> {
    let db = open(data);
    let found = match Found::read(&db) {
        Ok(found) => found,
        Err(what) => return vec![what],
    };
    let entries = ledger.entries();
    let subjects: HashMap<i64, &str> = entries
        .iter()
        .filter_map(|entry| match (&entry.what, &entry.outcome) {
            (What::Ticket | What::TicketWithFile, Outcome::Acked(Some(id))) => Some((*id, entry.key.as_str())),
            _ => None,
        })
        .collect();
    let mut wrong = Vec::new();
    let broken = BROKEN.swap(0, Ordering::Relaxed);
    if broken > 0 {
        wrong.push(format!("{broken} requests were answered with 500"));
    }
    for entry in &entries {
        if let What::Resolve { ticket } = entry.what {
            let status =
                subjects.get(&ticket).and_then(|subject| found.tickets.get(*subject)).map(|(_, status)| status);
            if matches!(entry.outcome, Outcome::Acked(_)) && status.is_none_or(|status| status != "resolved") {
                wrong.push(format!("N1 {entry:?} is {status:?}"));
            }
            continue;
        }
        let times = found.times(entry);
        match entry.outcome {
            Outcome::Acked(_) if times != 1 => wrong.push(format!("N1 {entry:?} is there {times} times")),
            Outcome::Refused(_) if times != 0 => wrong.push(format!("N2 {entry:?} is there {times} times")),
            Outcome::Unknown if times > 1 => wrong.push(format!("N3 {entry:?} is there {times} times")),
            _ => {}
        }
        if entry.what == What::TicketWithFile && times == 1 {
            let hash = found.files[&entry.key].1;
            let bytes = std::fs::read(data.join("attachments").join(place_of(&hash))).unwrap_or_default();
            if bytes != entry.file().as_bytes() || Sha256::digest(&bytes).as_slice() != hash {
                wrong.push(format!("N9 the file of {} is not what was sent", entry.key));
            }
        }
    }
    wrong.extend(found.strangers(&entries.iter().map(|entry| entry.key.as_str()).collect()));
    for (what, rows, audited) in found.counts() {
        if rows != audited {
            wrong.push(format!("N5 there are {rows} {what}, and {audited} in the audit log"));
        }
    }
    wrong.extend(doctor(data));
    wrong
}

/// What `doctor` says is wrong, but for disks that this harness has filled.
pub fn doctor(data: &Path) -> Vec<String> {
    let output = gatehouse(data, &["doctor", "--json"]);
    let Ok(answer) = serde_json::from_slice::<Value>(&output.stdout) else {
        return vec![format!("N6 doctor did not answer: {}", said(&output))];
    };
    let findings = answer["findings"].as_array().cloned().unwrap_or_default();
    if findings.is_empty() {
        return vec!["N6 doctor looked at nothing".to_owned()];
    }
    let wrong = findings.iter().filter(|finding| finding["state"] == "wrong" && finding["check"] != "disk");
    wrong.map(|finding| format!("doctor: {}: {}", finding["check"], finding["what"])).collect()
}

/// The first of what does not hold.
pub fn verdict(wrong: Vec<String>) -> Result<(), String> {
    match wrong.first() {
        None => Ok(()),
        Some(first) => Err(format!("{} things do not hold, the first: {first}", wrong.len())),
    }
}
