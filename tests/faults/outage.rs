//! A control plane out of reach for a day, by a clock that runs ahead: the agent's own loop, its spool and its files are real, its
//! device is in memory, and the day takes seconds. `serve` lives through the same day; `libfaketime` answers in the kernel's place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use gatehouse::agent::device::Key;
use gatehouse::base::Time;
use serde_json::{Value, json};
use tokio::time::{advance, pause, resume, sleep};

use crate::checks::{check, verdict};
use crate::client::{Client, Reply};
use crate::clock::{Clock, library};
use crate::ledger::{Ledger, Outcome, What};
use crate::plane::{Plane, Site};
use crate::relay::{Manner, Relay};
use crate::server::Server;
use crate::witness::{Seen, kept};
use crate::{Outcome as Withstood, Scale};

/// Seconds.
const DAY: u64 = 86_400;
/// At first.
const DEVICES: usize = 5;
/// Seconds that pass at a time, at most; and after how many the agent is killed and starts again.
const STEP: u64 = 300;
const RESTART: u64 = 18_000;
/// Longest until all is well again, by the agent's time: a day of reports every half minute meets the limit of ten a second.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// Bytes received and sent, by key.
type Used = BTreeMap<Key, (u64, u64)>;

/// What an administrator does, and the ledger of it.
struct Admin<'a> {
    plane: &'a Plane,
    ledger: Ledger,
    made: Vec<(String, String)>,
}

impl Admin<'_> {
    /// With a session of its own: the one before may be over.
    fn client(&self) -> Result<Client, String> {
        let token = Client::sign_in(self.plane.address).ok_or("nobody can sign in")?;
        Ok(Client::new(self.plane.address, &token))
    }

    fn add(&mut self) -> Result<(), String> {
        let name = format!("device{}", self.made.len());
        let made = self.client()?.post("/api/wg-clients/la", &json!({"name": name})).ok_or("no device was made")?;
        self.made.push((name.clone(), made["id"].as_str().ok_or("a device has no id")?.to_owned()));
        self.ledger.note(name, What::Peer, Outcome::Acked(None), 0);
        Ok(())
    }

    fn keep_out(&self) -> Result<(), String> {
        let (name, id) = self.made[0].clone();
        let path = format!("/api/wg-clients/la/{id}/disable");
        self.client()?.post(&path, &json!({})).ok_or("a device was not kept out")?;
        self.ledger.note(format!("out-{name}"), What::Disable { name, id }, Outcome::Acked(None), 0);
        Ok(())
    }

    /// Devices that may connect, and what each has used.
    fn known(&self) -> Result<(BTreeSet<Key>, Used), String> {
        let Reply::Answer(200, body) = self.client()?.get("/api/wg-clients/la") else {
            return Err("nobody says what devices there are".to_owned());
        };
        let all: Vec<Value> = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        let (mut wanted, mut used) = (BTreeSet::new(), BTreeMap::new());
        for device in all {
            let key = Key::from_base64(device["publicKey"].as_str().unwrap_or_default()).map_err(|_| "no key")?;
            let bytes = |name: &str| device[name].as_u64().unwrap_or_default();
            used.insert(key, (bytes("transferRx"), bytes("transferTx")));
            wanted.extend((device["enabled"] == json!(true)).then_some(key));
        }
        used.retain(|_, bytes| *bytes != (0, 0));
        Ok((wanted, used))
    }
}

/// How long it is, and how often the agent reports, in seconds; whether `serve` limits how often it may.
#[derive(Clone, Copy)]
struct Outage {
    seconds: u64,
    interval: u64,
    limited: bool,
    sabotage: bool,
}

async fn lasted(outage: Outage, library: &Path) -> Result<(Vec<String>, String), String> {
    let Outage { seconds, interval, limited, sabotage } = outage;
    let site = Site::new();
    let clock = Clock::new(&site.data, Some(library));
    let limits = ["--rate-limit", if limited { "on" } else { "off" }].map(str::to_owned);
    let plane = clock.start_with(&site.data, &limits)?;
    let mut admin = Admin { plane: &plane, ledger: Ledger::default(), made: Vec::new() };
    let offered = admin.client()?.post("/api/servers/la/enrollment", &json!({})).ok_or("no enrolment was offered")?;
    (0..DEVICES).try_for_each(|_| admin.add())?;
    let relay = Relay::start("127.0.0.1:0".parse().unwrap(), plane.address);
    let (url, state) = (format!("http://{}", relay.address), site.data.with_extension("agent"));
    let mut server = Server::new(relay, state, interval, sabotage);
    server.start(&["--url", &url, "--enroll", offered["enrollment_token"].as_str().unwrap_or_default()]);
    while server.keys().len() < DEVICES || server.relay.counted().1 == 0 || !server.is_delivered() {
        sleep(Duration::from_millis(5)).await;
    }
    server.device.take_applied();

    // Nobody answers any more, and time passes as fast as the agent has nothing to do.
    server.relay.is(Manner::Silent);
    pause();
    let (began, really) = (tokio::time::Instant::now(), Instant::now());
    let pass = |server: &Server| {
        let ahead = began.elapsed().saturating_sub(really.elapsed());
        server.is_ahead(ahead);
        ahead.as_secs().cast_signed()
    };
    let leap = interval.min(STEP);
    for step in 1..=seconds / leap {
        // In leaps, after which everybody who waits has their turn.
        advance(Duration::from_secs(leap - 1)).await;
        sleep(Duration::from_secs(1)).await;
        let (ahead, at) = (pass(&server), step * leap);
        if at.is_multiple_of(600) {
            clock.set(ahead);
        }
        // What passes last is in a report before it is over.
        if at + 2 * interval < seconds {
            server.traffic();
        }
        if at == seconds / 2 {
            admin.add()?;
            admin.keep_out()?;
        }
        if at.is_multiple_of(RESTART) {
            server.kill().await;
            server.start(&[]);
        }
        if sabotage && at == seconds / 2 {
            let key = server.keys().pop_first().unwrap();
            server.device.state().shown.peers.remove(&key);
        }
    }
    let (mut seen, mut wrong) = (Seen::default(), Vec::new());
    let waiting = seen.read(&server.state) as u64;
    if waiting + 10 < seconds / interval {
        wrong.push(format!("only {waiting} reports wait"));
    }
    let times: Vec<_> =
        seen.reports.values().filter_map(|report| Time::parse(report.measured_at.as_deref()?)).collect();
    let covered = times.last().zip(times.first()).map_or(0, |(last, first)| (last.0 - first.0) / 1_000);
    if covered.unsigned_abs() + 2 * interval < seconds {
        wrong.push(format!("the reports cover {covered} s"));
    }
    let touched = server.device.take_applied();
    if !touched.is_empty() {
        wrong.push(format!("the interface was changed: {touched:?}"));
    }
    if sabotage {
        let spool = std::fs::read_dir(server.state.join("spool")).unwrap();
        spool.take(2).for_each(|file| std::fs::remove_file(file.unwrap().path()).unwrap());
        server.passed.values_mut().for_each(|passed| passed.0 += 1);
    }

    // It answers again. Every connection is long forgotten.
    clock.set(pass(&server) + 2);
    let healed = Instant::now();
    server.relay.is(Manner::Passes);
    server.relay.forget();
    if limited {
        resume();
    }
    let since = tokio::time::Instant::now();
    let (wanted, _) = admin.known()?;
    while server.keys() != wanted || !server.is_delivered() {
        if since.elapsed() > PATIENCE {
            wrong.push("what waited is not delivered, or the interface does not show what it should".to_owned());
            break;
        }
        // Time goes on faster than it does, but slower than an answer needs.
        tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_millis(5))).await.unwrap();
        if !limited {
            advance(Duration::from_millis(500)).await;
        }
        pass(&server);
    }
    let used = admin.known()?.1;
    if used != server.passed {
        wrong.push(format!("devices have used {used:?}, and {:?} passed", server.passed));
    }
    let (took, later) = (healed.elapsed(), since.elapsed());
    server.kill().await;
    let ledger = admin.ledger;
    if plane.stop() != Some(0) {
        return Err("serve did not stop cleanly".to_owned());
    }
    // By the machine's own clock, by which doctor goes, much of it is from the future.
    wrong.extend(check(&site.data, &ledger).into_iter().filter(|what| !what.contains("\"clock\"")));
    wrong.extend(kept(&site.data, "la", &seen.reports, &server.state).1);
    let figures = format!(
        "{} h: {waiting} reports waited, all delivered in {:.0} s ({:.0} s of the agent's), each counted once, usage to the byte, \
         no device touched",
        seconds / 3_600,
        took.as_secs_f32(),
        later.as_secs_f32()
    );
    Ok((wrong, figures))
}

fn block_on(outage: Outage) -> Result<(Vec<String>, String), String> {
    let Some(library) = library() else { return Ok((Vec::new(), "skipped: there is no libfaketime".to_owned())) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let done = runtime.block_on(lasted(outage, &library));
    runtime.shutdown_background();
    done
}

pub fn run(scale: Scale, _: &mut fastrand::Rng) -> Withstood {
    let interval = scale.outage_interval;
    // With few reports there is nothing to limit.
    let (wrong, figures) = block_on(Outage { seconds: DAY, interval, limited: interval < 60, sabotage: false })?;
    verdict(wrong).map(|()| figures)
}

/// Reports that are taken away, a device that somebody takes from the interface, bytes that nobody counted, time that has not
/// passed.
pub fn control(_: &mut fastrand::Rng) -> Withstood {
    let (wrong, _) = block_on(Outage { seconds: 7_200, interval: 300, limited: false, sabotage: true })?;
    for expected in
        ["was measured and is not kept", "the interface was changed", "devices have used", "the reports cover"]
    {
        if !wrong.iter().any(|what| what.contains(expected)) {
            return Ok(format!("{expected}: {wrong:?}"));
        }
    }
    Err("all four kinds".to_owned())
}
