//! Killed at any moment; the log deleted after that; two processes on one directory.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use gatehouse::wire::DesiredPeer;

use crate::around::{self, Around, Known};
use crate::checks::{check, verdict};
use crate::ledger::{Ledger, Outcome, What};
use crate::load::{Load, settle};
use crate::mail::header;
use crate::plane::{Plane, Site, copy_folder, gatehouse};
use crate::scale::lives;
use crate::{Outcome as Withstood, Scale};

/// So many kills, and then everything is told that waits.
const TOLD: usize = 50;

/// Runs mixed work for a while and kills the process in the middle of it.
fn killed(site: &Site, around: Option<&Around>, ledger: &Arc<Ledger>, after: Duration) -> Result<(), String> {
    let plane = Plane::start_with(&site.data, &around.map(Around::flags).unwrap_or_default())?;
    let following = around.map(|around| around.agent.follow(plane.address));
    let load = Load::start(plane.address, &site.token, ledger);
    std::thread::sleep(after);
    plane.kill();
    load.end();
    following.map_or(Ok(()), JoinHandle::join).map_err(|_| "the agent panicked".to_owned())
}

/// What came of all instances.
#[derive(Default)]
struct Figures {
    acked: usize,
    refused: usize,
    unknown: usize,
    told: usize,
    mails: usize,
    devices: usize,
}

pub fn run(scale: Scale, random: &mut fastrand::Rng) -> Withstood {
    let mut all = Figures::default();
    for kills in lives(scale.kills) {
        live(kills, random, &mut all)?;
    }
    let Figures { acked, refused, unknown, told, mails, devices } = all;
    Ok(format!(
        "{} kills: {acked} acked, {refused} refused, {unknown} unknown and settled by a retry; {told} events told, {mails} mails \
         sent, {devices} devices shown",
        scale.kills
    ))
}

/// One instance, killed so many times.
fn live(kills: usize, random: &mut fastrand::Rng, all: &mut Figures) -> Result<(), String> {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let around = Around::new(&site)?;
    for cycle in 1..=kills {
        killed(&site, Some(&around), &ledger, Duration::from_millis(random.u64(30..400)))?;
        verdict(check(&site.data, &ledger)).map_err(|what| format!("after kill {cycle}: {what}"))?;
        if cycle % TOLD == 0 {
            around.settle(&site.data)?;
        }
    }
    all.acked += ledger.acked();
    all.refused += ledger.count(|outcome| matches!(outcome, Outcome::Refused(_)));
    let plane = Plane::start_with(&site.data, &around.flags())?;
    all.unknown += settle(plane.address, &site.token, &ledger)?;
    if plane.stop() != Some(0) {
        return Err("serve did not stop cleanly".to_owned());
    }
    around.settle(&site.data)?;
    verdict(check(&site.data, &ledger))?;
    let known = around.known();
    verdict(around::check(&site.data, &ledger, &known))?;
    all.told += known.told.len();
    all.mails += known.mails.len();
    all.devices += known.held.peers.len();
    Ok(())
}

pub fn control(_: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let has = |what: &What| {
        let same = |other: &What| std::mem::discriminant(other) == std::mem::discriminant(what);
        ledger.entries().iter().any(|entry| same(&entry.what) && matches!(entry.outcome, Outcome::Acked(_)))
    };
    let around = Around::new(&site)?;
    let disabled = What::Disable { name: String::new(), id: String::new() };
    while around.agent.held().peers.len() < 2
        || ![What::TicketWithFile, What::Peer, What::Reply { ticket: 0 }, disabled.clone()].iter().all(has)
    {
        killed(&site, Some(&around), &ledger, Duration::from_millis(300))?;
    }
    around.settle(&site.data)?;
    others_notice(&site.data, &ledger, &around.known());
    let sabotages: [(&str, &str); 6] = [
        ("N1", "delete from tickets where id = (select min(id) from tickets)"),
        ("N1", "update messages set body = 'x' where kind = 'reply' and id = (select min(id) from messages where kind = 'reply')"),
        (
            "N1",
            "insert into messages (ticket_id, id, kind, is_staff, body, created_at)
             select ticket_id, id + 1000000, kind, is_staff, body, created_at from messages where kind = 'reply' limit 1",
        ),
        ("N4", "update peers set name = 'stranger' where number = (select min(number) from peers)"),
        ("doctor: \"audit\"", "update audit set target = 'x' where id = 5"),
        ("doctor: \"counts\"", "update tickets set reply_count = reply_count + 1 where id = 1"),
    ];
    for (expected, sabotage) in sabotages {
        let copy = copied(&site.data);
        rusqlite::Connection::open(copy.path().join("gatehouse.db")).unwrap().execute_batch(sabotage).unwrap();
        notices(copy.path(), &ledger, expected, sabotage)?;
    }
    let copy = copied(&site.data);
    change_files(&copy.path().join("attachments"));
    notices(copy.path(), &ledger, "N9", "changed files")?;
    let first = ledger.entries().into_iter().find(|entry| matches!(entry.outcome, Outcome::Acked(_))).unwrap();
    ledger.settle(&first.key, Outcome::Refused(500));
    notices(&site.data, &ledger, "N2", "a row of a refused request")?;
    Err("all sixteen kinds".to_owned())
}

/// Sabotage that only those around an instance can notice.
fn others_notice(data: &Path, ledger: &Ledger, known: &Known) {
    let wrong = around::check(data, ledger, known);
    assert!(wrong.is_empty(), "something is wrong before any sabotage: {wrong:?}");
    let reply = ledger.entries().into_iter().find(|entry| matches!(entry.what, What::Reply { .. }) && entry.is_acked());
    let reply = reply.unwrap().key;
    let kept_out = ledger.entries().into_iter().find_map(|entry| match entry.what.clone() {
        What::Disable { id, .. } if entry.is_acked() => Some(id),
        _ => None,
    });
    let kept_out = kept_out.unwrap();
    let mail = header(&known.mails[0], "Message-ID").to_owned();
    let one = known.held.peers.values().next().unwrap().clone();
    type Sabotage<'s> = (&'s str, Box<dyn Fn(&mut Known) + 's>);
    let sabotages: [Sabotage<'_>; 7] = [
        (
            "N8 the webhook's target never heard",
            Box::new(|known: &mut Known| known.told.retain(|(_, body)| body["data"]["comment"]["body"] != *reply)),
        ),
        (
            "N8 event",
            Box::new(|known: &mut Known| {
                known.told.push(("msg_other".to_owned(), known.told.last().unwrap().1.clone()))
            }),
        ),
        ("N8 a mail to", Box::new(|known: &mut Known| known.mails.retain(|raw| !raw.contains(&mail)))),
        (
            "N8 the mail to",
            Box::new(|known: &mut Known| known.mails.push(known.mails[0].replace(&mail, &format!("<x{}", &mail[1..])))),
        ),
        ("N10 the agent does not hold", Box::new(|known: &mut Known| drop(known.held.peers.pop_first()))),
        (
            "N10 the agent holds",
            Box::new(|known: &mut Known| {
                drop(known.held.peers.insert(kept_out.clone(), DesiredPeer { id: kept_out.clone(), ..one.clone() }))
            }),
        ),
        (
            "N10 10.8.",
            Box::new(|known: &mut Known| {
                known.held.peers.values_mut().for_each(|peer| peer.allowed_ips.clone_from(&one.allowed_ips))
            }),
        ),
    ];
    for (expected, sabotage) in sabotages {
        let mut sabotaged = known.clone();
        sabotage(&mut sabotaged);
        let wrong = around::check(data, ledger, &sabotaged);
        assert!(wrong.iter().any(|what| what.starts_with(expected)), "{expected} went unnoticed: {wrong:?}");
    }
    let copy = copied(data);
    let sabotage = "update peers set enabled = 1 - enabled where number = (select min(number) from peers)";
    rusqlite::Connection::open(copy.path().join("gatehouse.db")).unwrap().execute_batch(sabotage).unwrap();
    let wrong = around::check(copy.path(), ledger, known);
    assert!(wrong.iter().any(|what| what.starts_with("N10")), "{sabotage} went unnoticed: {wrong:?}");
}

/// An error of ours would be taken for sabotage that was noticed, so what is not noticed ends the harness.
fn notices(data: &Path, ledger: &Ledger, expected: &str, sabotage: &str) -> Result<(), String> {
    let wrong = check(data, ledger);
    assert!(wrong.iter().any(|what| what.starts_with(expected)), "{sabotage} went unnoticed: {wrong:?}");
    Ok(())
}

fn copied(data: &Path) -> tempfile::TempDir {
    let copy = tempfile::TempDir::new().unwrap();
    copy_folder(data, copy.path());
    copy
}

fn change_files(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { change_files(&path) } else { std::fs::write(&path, "x").unwrap() }
    }
}

/// Kills it while the log holds what the file does not have yet, and takes the log away.
fn without_log(site: &Site, ledger: &Arc<Ledger>) -> Result<Vec<u8>, String> {
    killed(site, None, ledger, Duration::from_millis(500))?;
    let log = site.data.join("gatehouse.db-wal");
    let bytes = std::fs::read(&log).map_err(|error| error.to_string())?;
    std::fs::remove_file(&log).map_err(|error| error.to_string())?;
    // What is left of shared memory would be of no use without it.
    let _ = std::fs::remove_file(site.data.join("gatehouse.db-shm"));
    Ok(bytes)
}

pub fn log_deleted(_: Scale, _: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let log = without_log(&site, &ledger)?;
    match Plane::start(&site.data) {
        Ok(_) => return Err("serve started without its log".to_owned()),
        Err(said) if said.contains("gatehouse.db-wal") => {}
        Err(said) => return Err(said),
    }
    if gatehouse(&site.data, &["doctor"]).status.code() != Some(1) {
        return Err("doctor did not notice".to_owned());
    }
    std::fs::write(site.data.join("gatehouse.db-wal"), log).unwrap();
    Plane::start(&site.data)?.stop();
    verdict(check(&site.data, &ledger))?;
    Ok(format!("refused, and fine again with the log back: {}", ledger.figures()))
}

/// As if nobody had noted that there was a log.
pub fn log_deleted_control(_: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    without_log(&site, &ledger)?;
    std::fs::remove_file(site.data.join("running")).unwrap();
    let Ok(plane) = Plane::start(&site.data) else { return Ok("serve did not start".to_owned()) };
    plane.stop();
    verdict(check(&site.data, &ledger))?;
    Ok("lost rows".to_owned())
}

fn second(site: &Site) -> Result<(), String> {
    match Plane::start(&site.data) {
        Ok(_) => Err("a second process was let in".to_owned()),
        Err(said) if said.contains("Some(75)") => Ok(()),
        Err(said) => Err(said),
    }
}

/// Somebody looks at the database with the engine's own tools: who closes it last would take its log away.
fn look(data: &Path) -> Result<(), String> {
    let db = rusqlite::Connection::open(data.join("gatehouse.db")).unwrap();
    db.query_row("select count(*) from tickets", [], |row| row.get::<_, u32>(0)).map_err(|error| error.to_string())?;
    drop(db);
    let is_there = data.join("gatehouse.db-wal").exists();
    if is_there { Ok(()) } else { Err("a look at the database took its log away under load".to_owned()) }
}

pub fn two_processes(_: Scale, _: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let plane = Plane::start(&site.data)?;
    let load = Load::start(plane.address, &site.token, &ledger);
    for _ in 0..5 {
        second(&site)?;
        look(&site.data)?;
        for arguments in [["migrate"].as_slice(), &["restore", "/dev/null", "--force"]] {
            let code = gatehouse(&site.data, arguments).status.code();
            if code != Some(75) {
                return Err(format!("{arguments:?} ended with {code:?}"));
            }
        }
    }
    let before = ledger.acked();
    while ledger.acked() < before + 50 {
        std::thread::sleep(Duration::from_millis(10));
    }
    load.stop();
    plane.stop();
    verdict(check(&site.data, &ledger))?;
    Ok(format!("15 refused with 75, the first went on: {}", ledger.figures()))
}

pub fn two_processes_control(_: &mut fastrand::Rng) -> Withstood {
    let site = Site::new();
    let _plane = Plane::start(&site.data)?;
    std::fs::remove_file(site.data.join("gatehouse.lock")).unwrap();
    second(&site)?;
    Ok("a second process on a directory without its lock".to_owned())
}
