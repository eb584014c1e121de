//! A thousand agents that all come back at once: each reports, and waits for news on a connection of its own; the server is
//! killed and starts again. Every report must have been counted once.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gatehouse::base::{Actor, Clock, Result as Done};
use gatehouse::store::{self, Directory, Tx, params};
use gatehouse::vpn::peer::{self, NewPeer, PeerName};
use gatehouse::vpn::server::{self, NewServer, RawServer};
use gatehouse::vpn::{enrollment, key, usage};
use gatehouse::wire::News;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::agent::Held;
use crate::checks::{doctor, open, verdict};
use crate::client::{Client, Reply};
use crate::connection::{Connection, request};
use crate::plane::{Plane, Site, copy_folder};
use crate::{Outcome, Scale};

/// Agents of the herd, and of its control.
const AGENTS: usize = 1_000;
const FEW: usize = 50;
/// Longest between two reports of an agent, in milliseconds for each agent of its herd.
const PACE: u64 = 10;
/// Longest until an agent tries again that found nobody, in milliseconds.
const AGAIN: u64 = 500;
/// Devices that are kept out after each start, to see whether their servers' agents hear of it.
const KEPT_OUT: usize = 10;
/// Bytes that `serve` may ever have resident.
const MEMORY: u64 = 150 << 20;
/// Whoever is not back after this never comes.
const HANG: Duration = Duration::from_secs(120);

/// How often the server has started, and where it listens since.
type Place = (u64, SocketAddr);

/// One agent, as its two connections know it.
struct One {
    id: String,
    number: i64,
    /// Its only device, and that device's number and public key.
    device: String,
    device_number: i64,
    device_key: String,
    token: String,
    /// Reports that were acknowledged, and the start of the server that acknowledged the last.
    acked: AtomicU64,
    back: AtomicU64,
    held: Mutex<Option<Held>>,
    /// Longest until its next report, in milliseconds.
    pace: u64,
}

/// Makes servers with a device each, and enrols their agents.
fn enrol(data: &Path, count: usize) -> Vec<Arc<One>> {
    let directory = Directory::open(data, None).unwrap();
    let all = |tx: &Tx<'_>| (0..count).map(|number| one(tx, number, count as u64 * PACE)).collect::<Done<Vec<_>>>();
    store::write_once(&directory, &Clock::System, all).unwrap().into_iter().map(Arc::new).collect()
}

fn one(tx: &Tx<'_>, number: usize, pace: u64) -> Done<One> {
    let system = Actor::system();
    let raw = RawServer {
        id: Some(format!("herd-{number}")),
        endpoint: Some("192.0.2.1:51820".into()),
        address: Some("10.64.0.1/16".into()),
        ..RawServer::default()
    };
    let new = NewServer::parse(&raw)?;
    server::create(tx, &system, &new)?;
    let found = server::find(tx, &system, &new.id)?;
    let device = NewPeer {
        name: PeerName::parse("device")?,
        public_key: Some(key::new_pair()?.1),
        preshared_key: false,
        user: None,
        expires_at: None,
        quota_bytes: None,
    };
    let made = peer::create(tx, &system, &found, &device)?;
    let by_key = params! {":key": made.public_key};
    let device_number = tx.one("select number from peers where public_key = :key", by_key, |row| row.get("number"))?;
    let offered = enrollment::offer(tx, &system, &found)?;
    let accepted = enrollment::accept(tx, &Actor::nobody(None), offered.expose(), &key::new_pair()?.1)?;
    Ok(One {
        id: new.id,
        number: found.number,
        device: made.id,
        device_number: device_number.unwrap(),
        device_key: made.public_key,
        token: accepted.token.expose().clone(),
        acked: AtomicU64::new(0),
        back: AtomicU64::new(0),
        held: Mutex::new(None),
        pace,
    })
}

/// Bytes that its device has received by its nth report: a few more each time, and others for each agent.
fn counter(one: &One, seq: u64) -> u64 {
    seq * (1_000 + one.number.unsigned_abs())
}

impl One {
    fn report(&self, seq: u64) -> Vec<u8> {
        let rx = counter(self, seq);
        // A millisecond each, so that no two are of one moment.
        let at = Clock::System.now().to_milliseconds();
        let stats = json!([{"public_key": self.device_key, "rx": rx, "tx": 0}]);
        let body = json!({"server_id": self.id, "transfer_rx": rx, "transfer_tx": 0, "epoch": 1, "seq": seq,
            "measured_at": at, "interval_s": 30, "peer_stats": stats});
        request("POST", "/api/report", Some(&self.token), &body.to_string())
    }

    /// Reports until it is told to stop, each report until it is acknowledged.
    async fn reports(&self, mut place: watch::Receiver<Place>, stop: &AtomicBool, doubles: bool) -> Result<(), String> {
        let mut seq = 1;
        let mut body = self.report(seq);
        while !stop.load(Ordering::Relaxed) {
            let (start, address) = *place.borrow_and_update();
            let Ok(mut connection) = Connection::open(address).await else {
                sleep(Duration::from_millis(fastrand::u64(..AGAIN))).await;
                continue;
            };
            while !stop.load(Ordering::Relaxed) && !place.has_changed().unwrap_or(true) {
                match connection.send(&body).await {
                    Ok(200) => {}
                    Ok(503) => {
                        sleep(Duration::from_millis(fastrand::u64(..AGAIN))).await;
                        continue;
                    }
                    Ok(status) => return Err(format!("a report of {} was answered with {status}", self.id)),
                    Err(_) => break,
                }
                // Sabotage: one that it does not know of.
                if !(doubles && seq == 2) {
                    self.acked.fetch_add(1, Ordering::Relaxed);
                }
                self.back.store(start, Ordering::Relaxed);
                seq += 1;
                // Whoever learns that the server is back does not wait for its turn.
                tokio::select! {
                    () = sleep(Duration::from_millis(fastrand::u64(2..self.pace))) => {}
                    _ = place.changed() => {}
                }
                body = self.report(seq);
                if place.borrow().0 != start {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Waits for news for as long as it is let.
    async fn listens(&self, mut place: watch::Receiver<Place>) {
        loop {
            let (_, address) = *place.borrow_and_update();
            if let Ok(mut connection) = Connection::open(address).await {
                while self.hears(&mut connection).await.is_some() {}
            }
            sleep(Duration::from_millis(fastrand::u64(..AGAIN))).await;
        }
    }

    /// Asks once; none when nobody answers any more.
    async fn hears(&self, connection: &mut Connection) -> Option<()> {
        let path = match &*self.held.lock().unwrap() {
            Some(held) => format!("/api/agent/desired?revision={}&hash={}", held.revision, held.hash()),
            None => "/api/agent/desired".to_owned(),
        };
        if connection.send(&request("GET", &path, Some(&self.token), "")).await.ok()? == 200 {
            let news = News::parse(connection.body()).ok()?;
            let mut held = self.held.lock().unwrap();
            match (&mut *held, news) {
                (Some(held), news) => held.hear(news),
                (none, News::Whole(desired)) => *none = Some(Held::whole(desired, Vec::new())),
                (None, News::Difference(_)) => return None,
            }
        }
        Some(())
    }
}

/// Waits until something is so of every agent; answers after how long, and how long the slowest read of a person took meanwhile.
async fn all(what: &str, plane: &Plane, token: &str, is_so: impl Fn() -> bool) -> Result<(Duration, Duration), String> {
    let (began, mut slowest) = (Instant::now(), Duration::ZERO);
    let mut person = Client::new(plane.address, token);
    while !is_so() {
        if began.elapsed() > HANG {
            return Err(format!("after {} s it is not so that {what}", HANG.as_secs()));
        }
        let asked = Instant::now();
        if !matches!(person.get("/api/tickets"), Reply::Answer(200, _)) {
            return Err("a person was not served".to_owned());
        }
        slowest = slowest.max(asked.elapsed());
        sleep(Duration::from_millis(20)).await;
    }
    Ok((began.elapsed(), slowest))
}

/// What is counted, against what was acknowledged.
fn counted(data: &Path, herd: &[Arc<One>]) -> Vec<String> {
    let directory = Directory::open(data, None).unwrap();
    let db = open(data);
    let mut samples = db.prepare("select count(*) from samples where server = ?1").unwrap();
    let all = |conn: &store::Conn<'_>| {
        herd.iter().map(|one| usage::load(conn, one.number, |_| true)).collect::<Done<Vec<_>>>()
    };
    let ledgers = store::read_once(&directory, &Clock::System, all).unwrap();
    let mut wrong = Vec::new();
    for (one, ledger) in herd.iter().zip(ledgers) {
        let acked = one.acked.load(Ordering::Relaxed);
        let run = ledger.newest.map(|run| (run.first, run.last));
        let used = ledger.peers.get(&one.device_number).map_or(0, |known| known.usage.rx);
        let kept = samples.query_row([one.number], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs();
        if (run, used, kept) != (Some((1, acked)), counter(one, acked), acked) {
            wrong.push(format!(
                "{acked} reports of {} were acknowledged, {kept} are kept, {run:?} are counted, and {used} bytes",
                one.id
            ));
        }
        let held = one.held.lock().unwrap();
        match &*held {
            None => wrong.push(format!("{} never heard what it should show", one.id)),
            Some(held) => wrong.extend(held.wrong.iter().map(|what| format!("{} was told {what}", one.id))),
        }
    }
    wrong
}

/// Lets a herd work and kills its server.
async fn killed(count: usize, rounds: usize, sabotage: Option<&str>) -> Outcome {
    let site = Site::new();
    let herd = enrol(&site.data, count);
    let before = tempfile::TempDir::new().unwrap();
    copy_folder(&site.data, before.path());
    let mut plane = Plane::start(&site.data)?;
    let (tell, place) = watch::channel((1, plane.address));
    let stop = Arc::new(AtomicBool::new(false));
    let (mut reporting, mut listening) = (Vec::new(), Vec::new());
    for (number, one) in herd.iter().enumerate() {
        let (own, stop, seen, doubles) =
            (one.clone(), stop.clone(), place.clone(), number == 0 && sabotage == Some("doubled"));
        reporting.push(tokio::spawn(async move { own.reports(seen, &stop, doubles).await }));
        let (own, seen) = (one.clone(), place.clone());
        listening.push(tokio::spawn(async move { own.listens(seen).await }));
    }
    let know = || herd.iter().all(|one| one.held.lock().unwrap().is_some());
    let are_back = |start| herd.iter().all(|one| one.back.load(Ordering::Relaxed) == start);
    let acked = || herd.iter().map(|one| one.acked.load(Ordering::Relaxed)).sum::<u64>();
    let (mut longest, mut slowest, mut peak) = (Duration::ZERO, Duration::ZERO, 0);
    for round in 0..rounds {
        let so_far = acked();
        all("reports go on", &plane, &site.token, || acked() > so_far + count as u64 / 2).await?;
        peak = peak.max(plane.peak());
        plane.kill();
        if sabotage == Some("lost") {
            std::fs::remove_dir_all(&site.data).unwrap();
            copy_folder(before.path(), &site.data);
        }
        plane = Plane::start(&site.data)?;
        let start = round as u64 + 2;
        tell.send((start, plane.address)).unwrap();
        let (took, slow) = all("everybody is back", &plane, &site.token, || are_back(start)).await?;
        (longest, slowest) = (longest.max(took), slowest.max(slow));
        all("everybody knows what to show", &plane, &site.token, know).await?;
        let mut admin = Client::new(plane.address, &site.token);
        let kept_out = &herd[round * KEPT_OUT..(round + 1) * KEPT_OUT];
        for one in kept_out {
            let done = admin.post(&format!("/api/wg-clients/{}/{}/disable", one.id, one.device), &json!({}));
            done.ok_or("a device was not kept out")?;
        }
        let is_out = |one: &Arc<One>| one.held.lock().unwrap().as_ref().is_some_and(|held| held.peers.is_empty());
        all("agents hear of what changed", &plane, &site.token, || kept_out.iter().all(is_out)).await?;
    }
    stop.store(true, Ordering::Relaxed);
    tell.send((0, plane.address)).unwrap();
    for one in reporting {
        one.await.map_err(|error| error.to_string())??;
    }
    listening.iter().for_each(tokio::task::JoinHandle::abort);
    peak = peak.max(plane.peak());
    if plane.stop() != Some(0) {
        return Err("serve did not stop cleanly".to_owned());
    }
    verdict(counted(&site.data, &herd))?;
    verdict(doctor(&site.data))?;
    if peak > MEMORY {
        return Err(format!("it had {} MB", peak >> 20));
    }
    Ok(format!(
        "{count} agents, {rounds} kills: all back after {:.1} s at most, a person's slowest read meanwhile {} ms, {} MB; {} \
         reports, each counted once",
        longest.as_secs_f32(),
        slowest.as_millis(),
        peak >> 20,
        acked()
    ))
}

pub fn run(scale: Scale, _: &mut fastrand::Rng) -> Outcome {
    crate::sockets::allow_files();
    tokio::runtime::Runtime::new().unwrap().block_on(killed(AGENTS, scale.kills / 50, None))
}

/// A server that starts with what was there before all reports; a report that is sent once more under another number.
pub fn control(_: &mut fastrand::Rng) -> Outcome {
    for sabotage in ["lost", "doubled"] {
        match tokio::runtime::Runtime::new().unwrap().block_on(killed(FEW, 1, Some(sabotage))) {
            Err(what) if what.contains("were acknowledged") => {}
            other => return Ok(format!("{sabotage}: {other:?}")),
        }
    }
    Err("both kinds".to_owned())
}
