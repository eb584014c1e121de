//! Killed at any moment between what happens, telling a webhook of it, and writing down that it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::checks::open;
use crate::client::Client;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::plane::{Plane, Site, copy_folder};
use crate::scale::lives;
use crate::{Outcome, Scale};

/// Longest that telling all of it may take once nobody is killed any more.
const PATIENCE: Duration = Duration::from_secs(300);

/// Clients at once: no more than are told of while it runs, or most of the time would go into telling what waits.
const CLIENTS: usize = 2;

/// What was told: its `webhook-id` and its body.
pub type Told = (String, Value);

/// A program elsewhere that takes everything, and outlives who tells it.
pub struct Receiver {
    port: u16,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, told) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
        let heard = told.clone();
        // One after the other, so that the order in which it was told is known.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if let Some(one) = hear(&stream) {
                    heard.lock().unwrap_or_else(PoisonError::into_inner).push(one);
                    let _answered = (&stream).write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
                }
            }
        });
        Self { port, told }
    }

    /// Has everything told to it from now on.
    pub fn subscribe(&self, address: SocketAddr, token: &str) -> Result<(), String> {
        let url = format!("http://127.0.0.1:{}/", self.port);
        let body = json!({"name": "all", "url": url, "includes_internal": true});
        Client::new(address, token).post("/api/webhooks", &body).map(drop).ok_or("the webhook was not made".to_owned())
    }

    pub fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self) -> usize {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// A whole request; nothing where it breaks off.
fn hear(stream: &TcpStream) -> Option<Told> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let (mut read, mut line, mut length, mut id) = (BufReader::new(stream), String::new(), 0, String::new());
    while read.read_line(&mut line).ok()? > 2 {
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "webhook-id" => id = value.trim().to_owned(),
            _ => {}
        }
        line.clear();
    }
    let mut body = vec![0; length];
    read.read_exact(&mut body).ok()?;
    Some((id, serde_json::from_slice(&body).ok()?))
}

/// What lets `serve` tell somebody on this machine.
pub fn flags() -> [String; 2] {
    ["--webhook-allow", "127.0.0.0/8"].map(str::to_owned)
}

/// An instance with a webhook that hears everything.
fn subscribed() -> Result<(Site, Receiver), String> {
    let (site, receiver) = (Site::new(), Receiver::start());
    let plane = Plane::start_with(&site.data, &flags())?;
    receiver.subscribe(plane.address, &site.token)?;
    plane.stop();
    Ok((site, receiver))
}

fn killed(site: &Site, receiver: &Receiver, ledger: &Arc<Ledger>, random: &mut fastrand::Rng) -> Result<(), String> {
    let before = receiver.count();
    let plane = Plane::start_with(&site.data, &flags())?;
    let load = Load::of(CLIENTS, plane.address, &site.token, ledger);
    let (steps, began) = (random.usize(..40), Instant::now());
    while receiver.count() - before < steps && began.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_micros(random.u64(..50_000)));
    plane.kill();
    load.end();
    Ok(())
}

/// Whether something waits to be told.
pub fn is_behind(data: &Path) -> bool {
    let waiting = "select (select count(*) from webhook_deliveries where status = 'waiting')
         + (select (select max(id) from events) > event_id from webhook_cursor)";
    open(data).query_row(waiting, [], |row| row.get::<_, u32>(0)).map_or(true, |count| count > 0)
}

/// Lets everything be told that waits.
fn settle(data: &Path) -> Result<(), String> {
    let plane = Plane::start_with(data, &flags())?;
    let began = Instant::now();
    while is_behind(data) {
        if began.elapsed() > PATIENCE {
            return Err("deliveries wait for ever".to_owned());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    if plane.stop() == Some(0) { Ok(()) } else { Err("serve did not stop cleanly".to_owned()) }
}

/// Whether everything that happened was told, under one id however often, and of each ticket in its order; how many events.
pub fn check(data: &Path, told: &[Told]) -> Result<usize, String> {
    let db = open(data);
    let happened = "select e.id from events e join webhooks w on e.id > w.since_event";
    let mut statement = db.prepare(happened).unwrap();
    let happened: BTreeSet<i64> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let (mut ids, mut newest) = (BTreeMap::<i64, BTreeSet<&str>>::new(), BTreeMap::new());
    for (id, body) in told {
        let event = body["data"]["event_id"].as_i64().ok_or("a delivery of nothing")?;
        ids.entry(event).or_default().insert(id);
        let Some(ticket) = body["data"]["ticket"]["id"].as_i64() else { continue };
        let before = newest.insert(ticket, event).unwrap_or_default();
        if before > event {
            return Err(format!("ticket {ticket}: {event} was told after {before}"));
        }
    }
    let lost = happened.iter().filter(|event| !ids.contains_key(event)).count();
    if lost > 0 || ids.len() > happened.len() {
        return Err(format!("{lost} of {} events were never told, {} were", happened.len(), ids.len()));
    }
    match ids.iter().find(|(_, ids)| ids.len() > 1) {
        Some((event, ids)) => Err(format!("event {event} was told under {ids:?}")),
        None => Ok(ids.len()),
    }
}

pub fn run(scale: Scale, random: &mut fastrand::Rng) -> Outcome {
    let (kills, mut events, mut told) = (scale.kills / 2, 0, 0);
    for kills in lives(kills) {
        let (site, receiver) = subscribed()?;
        let ledger = Arc::new(Ledger::default());
        for _ in 0..kills {
            killed(&site, &receiver, &ledger, random)?;
        }
        settle(&site.data)?;
        events += check(&site.data, &receiver.told())?;
        told += receiver.count();
    }
    Ok(format!("{kills} kills: {events} events told, {} times again under their id", told - events))
}

pub fn control(random: &mut fastrand::Rng) -> Outcome {
    let (site, receiver) = subscribed()?;
    killed(&site, &receiver, &Arc::new(Ledger::default()), random)?;
    settle(&site.data)?;
    check(&site.data, &receiver.told())?;
    let whole = receiver.told();
    let lost = &whole[..whole.len() - 1];
    let noticed = check(&site.data, lost);
    assert!(noticed.as_ref().is_err_and(|what| what.contains("never told")), "a lost one went unnoticed: {noticed:?}");
    let copy = tempfile::TempDir::new().unwrap();
    copy_folder(&site.data, copy.path());
    let again = "update webhook_deliveries set status = 'waiting', next_at = created_at, message_id = 'msg_other'
         where id = (select max(id) from webhook_deliveries)";
    rusqlite::Connection::open(copy.path().join("gatehouse.db")).unwrap().execute_batch(again).unwrap();
    settle(copy.path())?;
    let noticed = check(copy.path(), &receiver.told());
    assert!(
        noticed.as_ref().is_err_and(|what| what.contains("was told under")),
        "another id went unnoticed: {noticed:?}"
    );
    Err("both kinds".to_owned())
}
