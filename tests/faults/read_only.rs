//! A disk that becomes read-only, as the kernel makes it once it finds it broken: under load, at rest, and at the start. And a
//! directory that may not be written or read, since somebody has changed its modes.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;

use crate::checks::{check, verdict};
use crate::client::{Client, Reply};
use crate::ledger::{Ledger, Outcome, What};
use crate::load::{Load, settle};
use crate::plane::{Plane, Site};
use crate::recorder::Mounted;
use crate::space::{self, until};
use crate::{Outcome as Withstood, Scale};

/// Bytes of the disk: a sparse file.
const SIZE: u64 = 2 << 30;
/// What root may not do either, so that modes mean something.
const BOUND: [&str; 3] =
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"];
/// Modes under which nobody can work, by file.
const WRONG: [(&str, u32); 7] = [
    ("", 0o000),
    ("", 0o500),
    ("gatehouse.lock", 0o400),
    ("secret.key", 0o000),
    ("gatehouse.db", 0o400),
    ("gatehouse.db", 0o000),
    ("gatehouse.db-wal", 0o000),
];

pub fn run(scale: Scale, _: &mut fastrand::Rng) -> Withstood {
    space::run("read-only", &[&(scale.kills / 25).to_string()])
}

/// A change that was refused and taken for acknowledged; a directory with the right modes.
pub fn control(_: &mut fastrand::Rng) -> Withstood {
    space::control("read-only", &["0"], &[("lost", "N1"), ("right", "serve started")])
}

/// The fault itself.
pub fn inside(folder: &Path, arguments: &[&str]) -> ExitCode {
    space::answer(broken(folder, arguments[0].parse().unwrap(), arguments.get(1).copied()))
}

/// A data directory that is a disk of its own; the log of `serve` lies beside it, where it can always be written.
struct Disk {
    image: PathBuf,
    data: PathBuf,
    mounted: Option<Mounted>,
}

impl Disk {
    fn new(folder: &Path) -> Self {
        let (image, data) = (folder.join("disk.raw"), folder.join("data"));
        space::ext4(&image, SIZE);
        let mounted = Some(Mounted::new(&image, &data).unwrap());
        std::fs::set_permissions(&data, Permissions::from_mode(0o700)).unwrap();
        Self { image, data, mounted }
    }

    fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", how]).arg(&self.data).status();
        assert!(done.unwrap().success(), "mount -o {how}");
    }

    /// What the kernel does when it finds it broken.
    fn breaks(&self) {
        self.remount("remount,abort");
    }

    /// Mounts it anew; nobody may use it.
    fn mend(&mut self) {
        drop(self.mounted.take());
        self.mounted = Some(Mounted::new(&self.image, &self.data).unwrap());
    }
}

/// Reads what is there and asks for health, as if nothing had happened.
fn reads(plane: &Plane, token: &str) -> Result<(), String> {
    for path in ["/api/health", "/api/tickets", "/api/tickets/1"] {
        match Client::new(plane.address, token).get(path) {
            Reply::Answer(200, _) => {}
            Reply::Answer(status, _) => return Err(format!("{path} on a read-only disk was answered with {status}")),
            Reply::Lost | Reply::Unsent => return Err(format!("nobody answers {path} on a read-only disk")),
        }
    }
    Ok(())
}

/// It starts on none of these, and says which file is the reason.
fn refused(program: &[&str], data: &Path, expected: &str) -> Result<(), String> {
    match Plane::start_under(program, data) {
        Ok(_) => Err(format!("serve started on {}", data.display())),
        Err(said) if said.contains(expected) && said.contains("Some(1)") && !said.contains("panicked") => Ok(()),
        Err(said) => Err(format!("it should have said {expected:?}: {said}")),
    }
}

/// Breaks the disk under load. Whoever waited for a sync then cannot know what is kept: it stops, and says so. Where only
/// writes fail, it goes on reading. Answers whether it went on.
fn under_load(disk: &Disk, token: &str, ledger: &Arc<Ledger>) -> Result<bool, String> {
    let plane = Plane::start(&disk.data)?;
    let (acked, load) = (ledger.acked(), Load::start(plane.address, token, ledger));
    until("something is acknowledged", || ledger.acked() > acked + 50)?;
    let unknown = |outcome: &Outcome| *outcome == Outcome::Unknown;
    let before = ledger.count(unknown);
    disk.breaks();
    until("changes are refused, or it stops", || ledger.count(unknown) > before + 50 || load.is_over())?;
    if load.is_over() {
        let log = std::fs::read_to_string(disk.data.with_extension("log")).unwrap_or_default();
        return match plane.ended() {
            Some(1) if log.contains("the disk did not confirm a commit") && !log.contains("panicked") => Ok(false),
            code => Err(format!("it ended with {code:?}: {log}")),
        };
    }
    reads(&plane, token)?;
    load.stop();
    match plane.stop() {
        Some(0) => Ok(true),
        code => Err(format!("on a read-only disk it stopped with {code:?}")),
    }
}

/// Breaks the disk while nobody changes anything: reading goes on, and each change is refused in words for people.
fn at_rest(disk: &Disk, token: &str, ledger: &Ledger) -> Result<(), String> {
    let plane = Plane::start(&disk.data)?;
    let mut client = Client::new(plane.address, token);
    let first = client.ask("first", &What::Ticket).ok_or("nobody answers")?;
    ledger.note("first".to_owned(), What::Ticket, first.0, 0);
    disk.breaks();
    for turn in 0..20 {
        let key = format!("refused{}", ledger.entries().len());
        let what = if turn % 2 == 0 { What::Ticket } else { What::TicketWithFile };
        let (_, said) = client.ask(&key, &what).ok_or("nobody answers on a read-only disk")?;
        let text = said.to_string();
        if !text.contains("read-only") && !text.contains("cannot be written") {
            return Err(format!("a change on a read-only disk was answered with {text}"));
        }
        ledger.note(key, what, Outcome::Refused(503), 0);
        reads(&plane, token)?;
    }
    match plane.stop() {
        Some(0) => Ok(()),
        code => Err(format!("on a read-only disk it stopped with {code:?}")),
    }
}

/// Starts with the wrong modes, each time with one.
fn wrong_modes(data: &Path, sabotage: Option<&str>) -> Result<(), String> {
    for (name, wrong) in WRONG {
        let plane = Plane::start(data)?;
        if !name.is_empty() {
            // It leaves its log.
            plane.kill();
        } else if plane.stop() != Some(0) {
            return Err("serve did not stop cleanly".to_owned());
        }
        let path = data.join(name);
        let known = std::fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?.permissions();
        let mode = if sabotage == Some("right") { known.mode() } else { wrong };
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let said = refused(&BOUND, data, "This user may not use").map_err(|what| format!("{name} {wrong:o}: {what}"));
        std::fs::set_permissions(&path, known).unwrap();
        said?;
    }
    Ok(())
}

fn broken(folder: &Path, rounds: usize, sabotage: Option<&str>) -> Withstood {
    let mut disk = Disk::new(folder);
    let (site, ledger) = (Site::inside(folder), Arc::new(Ledger::default()));
    let mut went_on = 0;
    for round in 0..=rounds {
        // The last time nobody changes anything meanwhile.
        if round < rounds {
            went_on += usize::from(under_load(&disk, &site.token, &ledger)?);
        } else {
            at_rest(&disk, &site.token, &ledger)?;
        }
        refused(&[], &site.data, "Read-only file system")?;
        disk.mend();
        disk.remount("remount,ro");
        refused(&[], &site.data, "Read-only file system")?;
        disk.remount("remount,rw");
        verdict(check(&site.data, &ledger))?;
    }
    let figures = ledger.figures();
    let plane = Plane::start(&site.data)?;
    let settled = settle(plane.address, &site.token, &ledger)?;
    let (acked, load) = (ledger.acked(), Load::start(plane.address, &site.token, &ledger));
    until("changes go on", || ledger.acked() > acked + 50)?;
    load.stop();
    plane.stop();
    if sabotage == Some("lost") {
        let entries = ledger.entries();
        let refused = entries.iter().find(|entry| entry.outcome == Outcome::Refused(503)).unwrap();
        ledger.settle(&refused.key, Outcome::Acked(None));
    }
    verdict(check(&site.data, &ledger))?;
    wrong_modes(&site.data, sabotage)?;
    verdict(check(&site.data, &ledger))?;
    Ok(format!(
        "read-only {rounds} times under load (stopped {}, read on {went_on}) and once at rest (read on): {figures}; {settled} \
         settled by a retry; refused to start {} times",
        rounds - went_on,
        2 * (rounds + 1) + WRONG.len()
    ))
}
