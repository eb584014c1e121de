//! A disk that fills up, and is freed again: a small one in a mount namespace of its own, on which somebody else takes every byte
//! that is free for as long as it is full. The log of `serve` lies there too.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::fs::{FallocateFlags, fallocate};

use crate::checks::{check, verdict};
use crate::client::{Client, Reply};
use crate::ledger::{Ledger, Outcome, What};
use crate::load::{Load, settle};
use crate::plane::{Plane, Site};
use crate::recorder::Mounted;
use crate::space::{self, until};
use crate::{Outcome as Withstood, Scale};

/// Bytes of the disk.
const SIZE: u64 = 80 << 20;
/// Times that it fills up and is freed.
const ROUNDS: usize = 2;
/// Logins each time, each of which keeps out a device.
const LOGINS: usize = 10;

pub fn run(_: Scale, _: &mut fastrand::Rng) -> Withstood {
    let memory = space::run("disk-full", &["tmpfs"])?;
    if memory.starts_with("skipped") {
        return Ok(memory);
    }
    Ok(format!("tmpfs: {memory}; ext4: {}", space::run("disk-full", &["ext4"])?))
}

/// A change that was refused and taken for acknowledged; the room that is kept for logins, taken away.
pub fn control(_: &mut fastrand::Rng) -> Withstood {
    space::control("disk-full", &["tmpfs"], &[("lost", "N1"), ("taken", "a login on a full disk")])
}

/// The fault itself.
pub fn inside(folder: &Path, arguments: &[&str]) -> ExitCode {
    let disk = folder.join("disk");
    std::fs::create_dir(&disk).unwrap();
    let _mounted = match arguments[0] {
        "ext4" => {
            let image = folder.join("disk.raw");
            space::ext4(&image, SIZE);
            Some(Mounted::new(&image, &disk).unwrap())
        }
        _ => {
            let size = format!("size={SIZE}");
            let made = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&disk).status();
            assert!(made.unwrap().success(), "a small disk");
            None
        }
    };
    space::answer(full(&disk, arguments.get(1).copied()))
}

/// Somebody who takes whatever is free.
struct Hog {
    stop: Arc<AtomicBool>,
    taking: JoinHandle<()>,
    path: PathBuf,
}

impl Hog {
    fn start(path: &Path) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (seen, target) = (stop.clone(), path.to_owned());
        let taking = std::thread::spawn(move || {
            let mut file = File::options().create(true).append(true).open(target).unwrap();
            while !seen.load(Ordering::Relaxed) {
                for size in [1 << 20, 4_096, 64] {
                    while file.write_all(&vec![0; size]).is_ok() {}
                }
                std::thread::sleep(Duration::from_micros(200));
            }
        });
        Self { stop, taking, path: path.to_owned() }
    }

    /// Takes no more, and gives nothing back.
    fn rest(self) -> PathBuf {
        self.stop.store(true, Ordering::Relaxed);
        self.taking.join().unwrap();
        self.path
    }
}

/// Devices that were made before the disk was full.
fn devices(plane: &Plane, token: &str, ledger: &Ledger) -> Result<Vec<(String, String)>, String> {
    let mut client = Client::new(plane.address, token);
    let mut made = Vec::new();
    for n in 0..ROUNDS * LOGINS + 1 {
        let name = format!("device{n}");
        let (outcome, said) = client.ask(&name, &What::Peer).ok_or("nobody answers")?;
        made.push((name.clone(), said["id"].as_str().ok_or("a device was not made")?.to_owned()));
        ledger.note(name, What::Peer, outcome, 0);
    }
    Ok(made)
}

/// Comes in, reads, keeps a device out, and leaves.
fn visit(plane: &Plane, ledger: &Ledger, device: (String, String)) -> Result<(), String> {
    let token = Client::sign_in(plane.address).ok_or("a login on a full disk was refused")?;
    let mut admin = Client::new(plane.address, &token);
    match admin.get("/api/tickets") {
        Reply::Answer(200, _) => {}
        Reply::Answer(status, _) => return Err(format!("a read on a full disk was answered with {status}")),
        Reply::Lost | Reply::Unsent => return Err("nobody answers a read on a full disk".to_owned()),
    }
    let (key, what) = (format!("disable-{}", device.0), What::Disable { name: device.0, id: device.1 });
    let (outcome, said) = admin.ask(&key, &what).ok_or("nobody answers on a full disk")?;
    let is_done = matches!(outcome, Outcome::Acked(_));
    ledger.note(key, what, outcome, 0);
    if !is_done {
        return Err(format!("to keep a device out on a full disk came to: {said}"));
    }
    let left = admin.post("/api/auth/logout", &serde_json::json!({}));
    left.map(drop).ok_or_else(|| "to log out on a full disk was refused".to_owned())
}

/// Lets somebody else have what the log holds beyond its length.
fn take_reserve(data: &Path) {
    let log = File::options().write(true).open(data.join("gatehouse.db-wal")).unwrap();
    let meta = log.metadata().unwrap();
    let from = meta.len().next_multiple_of(4_096);
    let held = (meta.blocks() * 512).saturating_sub(from).max(4_096);
    fallocate(&log, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, from, held).unwrap();
}

fn full(folder: &Path, sabotage: Option<&str>) -> Withstood {
    let (site, ledger) = (Site::inside(folder), Arc::new(Ledger::default()));
    let mut plane = Plane::start(&site.data)?;
    let mut devices = devices(&plane, &site.token, &ledger)?;
    let load = Load::start(plane.address, &site.token, &ledger);
    until("something is acknowledged", || ledger.acked() > 50)?;
    let filler = folder.join("filler");
    let refused = || {
        let is_refused = |entry: &&crate::ledger::Entry| entry.outcome == Outcome::Refused(507);
        ledger.entries().iter().filter(is_refused).filter(|entry| entry.what == What::Ticket).count()
    };
    let say = |what: String| format!("{what}, {}", ledger.figures());
    for _ in 0..if sabotage.is_some() { 1 } else { ROUNDS } {
        let (before, hog) = (refused(), Hog::start(&filler));
        until("changes are refused with 507", || refused() > before + 20).map_err(say)?;
        if sabotage == Some("taken") {
            take_reserve(&site.data);
            // What the log has left of its length goes to those who come first.
            for _ in 0..400 {
                Client::sign_in(plane.address).ok_or("a login on a full disk was refused")?;
            }
        }
        for _ in 0..LOGINS {
            visit(&plane, &ledger, devices.pop().unwrap()).map_err(say)?;
        }
        std::fs::remove_file(hog.rest()).unwrap();
        let acked = ledger.acked();
        until("changes go on once there is room", || ledger.acked() > acked + 10).map_err(say)?;
    }
    let (before, hog) = (refused(), Hog::start(&filler));
    until("changes are refused with 507", || refused() > before + 20).map_err(say)?;
    hog.rest();
    plane.kill();
    load.end();
    plane = Plane::start(&site.data).map_err(|what| format!("killed on a full disk: {what}"))?;
    visit(&plane, &ledger, devices.pop().unwrap()).map_err(say)?;
    let figures = ledger.figures();
    std::fs::remove_file(&filler).unwrap();
    settle(plane.address, &site.token, &ledger)?;
    plane.stop();
    if sabotage == Some("lost") {
        let entries = ledger.entries();
        let refused = entries.iter().find(|entry| entry.outcome == Outcome::Refused(507)).unwrap();
        ledger.settle(&refused.key, Outcome::Acked(None));
    }
    verdict(check(&site.data, &ledger))?;
    let logins = ROUNDS * LOGINS + 1;
    Ok(format!("filled and freed {ROUNDS} times, killed and started while full: {figures}; {logins} logins while full"))
}
