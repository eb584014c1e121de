//! Who watches a VPN server without a pause: each device on its interface, its counters, and every report that its agent wrote
//! down. Afterwards the control plane must have counted all of that, each once and to the byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use gatehouse::agent::device::{Key, ShownPeer};
use gatehouse::base::{Clock, Time};
use gatehouse::store::{self, Directory};
use gatehouse::vpn::history::{Point, block};
use gatehouse::vpn::usage;
use gatehouse::wire::Report;
use serde_json::Value;

use crate::checks::open;
use crate::client::Client;
use crate::tunnel::{Tunnel, device};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// What was seen.
#[derive(Default)]
pub struct Seen {
    /// Devices that must be on the interface.
    pub must: BTreeSet<Key>,
    /// Bytes received and sent of every device that was ever there.
    counted: BTreeMap<Key, (u64, u64)>,
    /// By number.
    pub reports: BTreeMap<u64, Report>,
    /// What must not have been.
    pub wrong: Vec<String>,
}

impl Seen {
    fn look(&mut self, peers: &BTreeMap<Key, ShownPeer>) {
        for key in self.must.iter().filter(|key| !peers.contains_key(*key)) {
            self.wrong.push(format!("{} was absent from the interface", key.to_base64()));
        }
        for (key, peer) in peers {
            let (rx, tx) = self.counted.insert(*key, (peer.rx, peer.tx)).unwrap_or_default();
            // Whoever is taken away and comes back counts from nothing.
            if peer.rx < rx || peer.tx < tx {
                self.wrong.push(format!("{} was taken from the interface and came back", key.to_base64()));
            }
        }
    }

    /// Every report that waits now, and how many those are.
    pub fn read(&mut self, state: &Path) -> usize {
        let waiting = waiting(state);
        for (number, file) in &waiting {
            if !self.reports.contains_key(number)
                && let Some(report) = fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
            {
                self.reports.insert(*number, report);
            }
        }
        waiting.len()
    }

    /// Whether a server's usage is what its interface counted, to the byte; an error where it is more.
    fn is_counted(&self, tunnel: &Tunnel) -> Result<bool, String> {
        let (known, shown) = (tunnel.known()?, tunnel.shown()?);
        let mut all = true;
        for (key, _, rx, tx) in known {
            let now = shown.peers.get(&key).map(|peer| (peer.rx, peer.tx));
            let device = now.or_else(|| self.counted.get(&key).copied()).unwrap_or_default();
            if rx > device.0 || tx > device.1 {
                return Err(format!("{} counts {rx} and {tx} bytes of a device that has {device:?}", tunnel.id));
            }
            all &= (rx, tx) == device;
        }
        Ok(all)
    }
}

/// Reports that wait, by number.
fn waiting(state: &Path) -> BTreeMap<u64, PathBuf> {
    let files = fs::read_dir(state.join("spool")).into_iter().flatten().map_while(Result::ok).map(|entry| entry.path());
    let number = |path: &PathBuf| path.file_name()?.to_str()?.strip_suffix(".json")?.parse().ok();
    files.filter_map(|path| Some((number(&path)?, path))).collect()
}

pub struct Witness {
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Witness {
    pub fn watch(tunnel: &Tunnel) -> Self {
        let (seen, stop) = (Arc::new(Mutex::new(Seen::default())), Arc::new(AtomicBool::new(false)));
        let (own, told, near, state) = (seen.clone(), stop.clone(), tunnel.near.clone(), tunnel.state.clone());
        let thread = std::thread::spawn(move || {
            let mut device = device(&near);
            while !told.load(Ordering::Relaxed) {
                let shown = device.read();
                let mut seen = own.lock().unwrap();
                match shown {
                    Ok(shown) => seen.look(&shown.peers),
                    Err(error) => seen.wrong.push(format!("the interface cannot be read: {error}")),
                }
                seen.read(&state);
                drop(seen);
                std::thread::sleep(LOOK);
            }
        });
        Self { seen, stop, thread: Some(thread) }
    }

    /// Does something with what was seen so far; nobody looks meanwhile.
    pub fn with<T>(&self, work: impl FnOnce(&mut Seen) -> T) -> T {
        work(&mut self.seen.lock().unwrap())
    }

    /// Waits until usage is exact. It must come to that, and never be more.
    pub fn until_counted(&self, tunnel: &Tunnel, patience: Duration) -> Result<(), String> {
        let began = Instant::now();
        while !self.with(|seen| seen.is_counted(tunnel))? {
            if began.elapsed() > patience {
                return Err(format!("the usage of {} never becomes what its interface counted", tunnel.id));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Sabotage: what was reported is reported once more, as if it were new.
    pub fn report_again(&self, tunnel: &Tunnel) -> Result<(), String> {
        let used = |seen: &mut Seen| seen.reports.values().find(|report| report.transfer_rx > 0).cloned();
        let report = self.with(used).ok_or("nothing was reported")?;
        let report = serde_json::to_value(Report { epoch: Some(1), ..report }).unwrap();
        let identity = fs::read(tunnel.state.join("identity.json")).map_err(|error| error.to_string())?;
        let identity: Value = serde_json::from_slice(&identity).map_err(|error| error.to_string())?;
        let token = identity["token"].as_str().unwrap_or_default();
        let taken = Client::new(tunnel.relay.address, token).post("/api/report", &report);
        taken.map(drop).ok_or("a report was not taken".to_owned())
    }

    /// Looks no more.
    pub fn end(mut self, state: &Path) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().into_iter().for_each(|thread| thread.join().unwrap());
        self.with(|seen| {
            seen.read(state);
            std::mem::take(seen)
        })
    }
}

/// The reports that were seen, against those that are kept of a server: each once, none missing between them. Nobody may serve
/// the directory meanwhile. Answers how many are kept, and what is wrong.
pub fn kept(data: &Path, server: &str, reports: &BTreeMap<u64, Report>, state: &Path) -> (u64, Vec<String>) {
    let db = open(data);
    let number: i64 = db.query_row("select number from servers where id = ?1", [server], |row| row.get(0)).unwrap();
    let directory = Directory::open(data, None).unwrap();
    let ledger = store::read_once(&directory, &Clock::System, |conn| usage::load(conn, number, |_| false)).unwrap();
    let mut wrong = Vec::new();
    let newest = ledger.newest.unwrap_or_default();
    if newest.first != 1 || !ledger.closed.is_empty() {
        wrong.push(format!(
            "{server}: reports from {} to {} follow on others that were counted",
            newest.first, newest.last
        ));
    }
    let points = points(&db, number);
    if points.len() as u64 != newest.last {
        wrong.push(format!("{server}: {} reports were counted, and {} are kept", newest.last, points.len()));
    }
    let kept: BTreeSet<(i64, u64, u64)> =
        points.iter().map(|point| (point.at.0, point.transfer_rx, point.transfer_tx)).collect();
    let waiting = waiting(state);
    for (number, report) in reports.iter().filter(|(number, _)| !waiting.contains_key(*number)) {
        let at = report.measured_at.as_deref().and_then(Time::parse).map_or(0, |at| at.0);
        if !kept.contains(&(at, report.transfer_rx, report.transfer_tx)) {
            wrong.push(format!("{server}: report {number} was measured and is not kept"));
        }
    }
    (newest.last, wrong)
}

/// Every point of a server, whether its hour is sealed or not.
fn points(db: &rusqlite::Connection, server: i64) -> Vec<Point> {
    let mut rows = db
        .prepare("select measured_at, transfer_rx, transfer_tx from samples where server = ?1 order by measured_at")
        .unwrap();
    let point = |row: &rusqlite::Row<'_>| {
        let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        Ok(Point { at: Time(row.get(0)?), ping_ms: None, transfer_rx: number(1)?, transfer_tx: number(2)? })
    };
    let mut points: Vec<Point> = rows.query_map([server], point).unwrap().map(Result::unwrap).collect();
    let mut hours = db.prepare("select points from sealed_hours where server = ?1").unwrap();
    for bytes in hours.query_map([server], |row| row.get::<_, Vec<u8>>(0)).unwrap().map(Result::unwrap) {
        block::open(&bytes, |point| points.push(point)).unwrap();
    }
    points
}
