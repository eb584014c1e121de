//! The machine's clock jumps while `serve` works, far ahead and far back, and comes back each time; `libfaketime` answers in the
//! kernel's place. Deadlines, sessions and what is forgotten in time go by that clock; what cannot be undone waits for it to come
//! back, unless `serve` starts while it is wrong and the newest change is as wrong.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::checks::{check, open, verdict};
use crate::client::Client;
use crate::ledger::{Ledger, Outcome, What};
use crate::load::Load;
use crate::plane::{Plane, Site};
use crate::space::until;
use crate::{Outcome as Withstood, Scale};

/// Seconds by which a ticket may be older than the jump in which it was made, and then some.
const SLACK: i64 = 120;
/// Where the signed 32-bit seconds since 1970 end, and where the unsigned ones do; a little before.
const YEAR_2038: i64 = i32::MAX as i64 - 1;
const YEAR_2106: i64 = u32::MAX as i64 - 1;

/// Where the clock jumps to from a right time, in seconds since 1970, and whether `serve` also starts there.
type Jump = (&'static str, fn(i64) -> i64, bool);

const JUMPS: [Jump; 6] = [
    ("an hour ahead", |now| now + 3_600, false),
    ("an hour back", |now| now - 3_600, false),
    ("400 days ahead", |now| now + 400 * 86_400, true),
    ("a year back", |now| now - 365 * 86_400, true),
    ("2038", |_| YEAR_2038, false),
    ("2106", |_| YEAR_2106, false),
];

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed()
}

/// The library that answers for the kernel; Debian has it in a folder of each architecture.
pub fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.map_while(Result::ok).map(|folder| folder.path());
    folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|library| library.exists())
}

/// A clock that can be set while `serve` goes by it.
pub struct Clock {
    /// How wrong it is, in seconds, as the library reads it each time.
    file: PathBuf,
    program: Vec<String>,
}

impl Clock {
    pub fn new(data: &Path, library: Option<&Path>) -> Self {
        let file = data.with_extension("time");
        let mut program = vec!["env".to_owned()];
        if let Some(library) = library {
            program.push(format!("LD_PRELOAD={}", library.display()));
        }
        program.push(format!("FAKETIME_TIMESTAMP_FILE={}", file.display()));
        // Durations are measured by another clock, which never jumps.
        program.extend(["FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"].map(str::to_owned));
        let clock = Self { file, program };
        clock.set(0);
        clock
    }

    pub fn set(&self, off: i64) {
        let new = self.file.with_extension("new");
        std::fs::write(&new, format!("{off:+}\n")).and_then(|()| std::fs::rename(&new, &self.file)).unwrap();
    }

    fn start(&self, data: &Path) -> Result<Plane, String> {
        self.start_with(data, &[])
    }

    /// Starts `serve` by it with more flags.
    pub fn start_with(&self, data: &Path, more: &[String]) -> Result<Plane, String> {
        Plane::start_as(&self.program.iter().map(String::as_str).collect::<Vec<_>>(), data, more)
    }
}

/// Works for a while with a session of its own; whoever signed in before the jump may be refused, and nobody else.
fn works(plane: &Plane, ledger: &Arc<Ledger>) -> Result<(), String> {
    let token = Client::sign_in(plane.address).ok_or("nobody can sign in")?;
    let (acked, load) = (ledger.acked(), Load::start(plane.address, &token, ledger));
    until("changes go on", || ledger.acked() > acked + 20)?;
    load.stop();
    Ok(())
}

/// How many tickets have missed a deadline.
fn late(site: &Site) -> u32 {
    let sql = "select count(*) from tickets where first_response_breached or resolution_breached";
    open(&site.data).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Jumps to each time and back while there is load; answers how many tickets had missed a deadline by then.
fn jumped(site: &Site, ledger: &Arc<Ledger>, library: Option<&Path>) -> Result<u32, String> {
    let clock = Clock::new(&site.data, library);
    let mut plane = clock.start(&site.data)?;
    works(&plane, ledger)?;
    for (name, to, starts_there) in JUMPS {
        let failed = |what: String| format!("{name}: {what}, {}", ledger.figures());
        let token = Client::sign_in(plane.address).ok_or("nobody can sign in")?;
        let load = Load::start(plane.address, &token, ledger);
        let (target, before) = (to(now()), late(site));
        clock.set(target - now());
        works(&plane, ledger).map_err(failed)?;
        load.stop();
        if late(site) > before {
            return Err(failed("tickets became late by a clock that had jumped".to_owned()));
        }
        if starts_there {
            // What is forgotten in time is forgotten soon after a start.
            if plane.stop() != Some(0) {
                return Err(failed("serve did not stop cleanly".to_owned()));
            }
            plane = clock.start(&site.data).map_err(failed)?;
            works(&plane, ledger).map_err(failed)?;
        }
        let sql = "select count(*) from tickets where abs(created_at / 1000 - ?1) < ?2";
        let made: u32 = open(&site.data).query_row(sql, [target, SLACK], |row| row.get(0)).unwrap();
        if made == 0 {
            return Err(failed("the clock did not jump".to_owned()));
        }
        clock.set(0);
        works(&plane, ledger).map_err(failed)?;
    }
    // The newest are made by the right time: none of them is late.
    let newest: bool = open(&site.data)
        .query_row(
            "select first_response_breached or resolution_breached or first_response_due_at <= created_at
             from tickets order by id desc limit 1",
            [],
            |row| row.get(0),
        )
        .map_err(|error| error.to_string())?;
    if newest {
        return Err("a ticket is late that was made by the right time".to_owned());
    }
    if plane.stop() != Some(0) {
        return Err("serve did not stop cleanly".to_owned());
    }
    // Whoever sends a file and is refused before it was read loses the connection, and what it sends next there is unknown.
    let fine = |outcome: &Outcome| matches!(outcome, Outcome::Acked(_) | Outcome::Refused(401) | Outcome::Unknown);
    match ledger.entries().into_iter().map(|entry| entry.outcome).find(|outcome| !fine(outcome)) {
        None => Ok(late(site)),
        Some(other) => Err(format!("somebody was answered with {other:?}: {}", ledger.figures())),
    }
}

/// What does not hold once the clock is right again, but that something is from the future: that is for `doctor` to say.
fn held(site: &Site, ledger: &Ledger) -> Result<(), String> {
    let (clock, others) =
        check(&site.data, ledger).into_iter().partition::<Vec<_>, _>(|what| what.contains("\"clock\""));
    verdict(others)?;
    if clock.is_empty() { Err("doctor did not notice that something is from the future".to_owned()) } else { Ok(()) }
}

pub fn run(_: Scale, _: &mut fastrand::Rng) -> Withstood {
    let Some(library) = library() else { return Ok("skipped: there is no libfaketime".to_owned()) };
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    let late = jumped(&site, &ledger, Some(&library))?;
    held(&site, &ledger)?;
    let plane = Plane::start(&site.data)?;
    works(&plane, &ledger)?;
    plane.stop();
    held(&site, &ledger)?;
    let names = JUMPS.map(|(name, ..)| name).join(", ");
    Ok(format!("{names}: {}; {late} tickets became late by a start while it was ahead", ledger.figures()))
}

/// A clock that never jumps; what was refused and taken for acknowledged; a ticket that is late and was not counted.
pub fn control(_: &mut fastrand::Rng) -> Withstood {
    let (site, ledger) = (Site::new(), Arc::new(Ledger::default()));
    match jumped(&site, &ledger, None) {
        Err(what) if what.contains("did not jump") => {}
        other => return Ok(format!("a clock that never jumps: {other:?}")),
    }
    ledger.note("refused".to_owned(), What::Ticket, Outcome::Acked(None), 0);
    let db = rusqlite::Connection::open(site.data.join("gatehouse.db")).unwrap();
    db.execute_batch("update tickets set resolution_breached = 1 - resolution_breached where id = 1").unwrap();
    drop(db);
    let wrong = check(&site.data, &ledger);
    for expected in ["N1", "doctor: \"counts\""] {
        if !wrong.iter().any(|what| what.starts_with(expected)) {
            return Ok(format!("{expected}: {wrong:?}"));
        }
    }
    Err("all three kinds".to_owned())
}
