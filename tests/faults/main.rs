//! What Gatehouse promises, held against faults: an answered write is still there after any of them, and nothing is there
//! that nobody asked for. `sh tests/faults.sh short|long [NAME…]` runs it.
//!
//! Clients outside the fault keep a ledger of every request: acknowledged, refused or unknown. After each fault what is on
//! disk is held against it. Each fault has a control: the same with sabotage, which the checks must notice.
//!
//! | file | what |
//! |---|---|
//! | `ledger` | what was asked and answered |
//! | `client` `load` | one connection; many of them with mixed work |
//! | `plane` | the control plane as a process of its own |
//! | `checks` | the ledger against the disk |
//! | `post` | a mail server for it |
//! | `space` `recorder` | a disk of one's own; one that records every write, for power cuts |
//! | `kill` `mail` `hooks` `power` `syscalls` `full` `damage` `schema` `copies` | the faults |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a harness that fails says so")]

mod checks;
mod client;
mod copies;
mod damage;
mod full;
mod hooks;
mod kill;
mod ledger;
mod load;
mod mail;
mod plane;
mod post;
mod power;
mod recorder;
mod schema;
mod space;
mod syscalls;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// How much is done of each fault.
#[derive(Clone, Copy)]
pub struct Scale {
    /// Kills under load.
    pub kills: usize,
    /// Power cuts.
    pub cuts: usize,
    /// System calls that fail.
    pub syscalls: usize,
    /// Damaged databases.
    pub mutants: usize,
    /// Kills of a migration.
    pub migration_kills: usize,
    /// Backups under load.
    pub backups: usize,
}

const SHORT: Scale = Scale { kills: 40, cuts: 50, syscalls: 24, mutants: 40, migration_kills: 20, backups: 4 };
const LONG: Scale =
    Scale { kills: 1_000, cuts: 1_000, syscalls: 2_000, mutants: 2_000, migration_kills: 300, backups: 100 };

/// Figures of a fault that was withstood.
type Outcome = Result<String, String>;

struct Fault {
    name: &'static str,
    run: fn(Scale, &mut fastrand::Rng) -> Outcome,
    /// The same with sabotage: its error is what is wanted.
    control: fn(&mut fastrand::Rng) -> Outcome,
}

const FAULTS: [Fault; 13] = [
    Fault { name: "kill", run: kill::run, control: kill::control },
    Fault { name: "kill-mail", run: mail::run, control: mail::control },
    Fault { name: "kill-webhooks", run: hooks::run, control: hooks::control },
    Fault { name: "power-cut", run: power::run, control: power::control },
    Fault { name: "wal-deleted", run: kill::log_deleted, control: kill::log_deleted_control },
    Fault { name: "two-processes", run: kill::two_processes, control: kill::two_processes_control },
    Fault { name: "failing-calls", run: syscalls::run, control: syscalls::control },
    Fault { name: "disk-full", run: full::run, control: full::control },
    Fault { name: "damaged-pages", run: damage::run, control: damage::control },
    Fault { name: "kill-in-migration", run: schema::kill_in_migration, control: schema::kill_in_migration_control },
    Fault { name: "upgrade", run: schema::upgrade, control: schema::upgrade_control },
    Fault { name: "downgrade", run: schema::downgrade, control: schema::downgrade_control },
    Fault { name: "backup-under-load", run: copies::run, control: copies::control },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["inside", "disk-full", folder, rest @ ..] => return full::inside(Path::new(folder), rest),
        ["inside", "power-cut", folder, rest @ ..] => return power::inside(Path::new(folder), rest),
        _ => {}
    }
    let (scale, names) = match words.as_slice() {
        ["short", names @ ..] => (SHORT, names),
        ["long", names @ ..] => (LONG, names),
        _ => {
            println!("sh tests/faults.sh short|long [NAME…], of {}", FAULTS.map(|fault| fault.name).join(", "));
            return ExitCode::from(2);
        }
    };
    let seed =
        std::env::var("FAULTS_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| fastrand::u64(..));
    println!("FAULTS_SEED={seed}");
    let mut failed = 0;
    for fault in FAULTS.iter().filter(|fault| names.is_empty() || names.contains(&fault.name)) {
        let (began, mut random) = (Instant::now(), fastrand::Rng::with_seed(seed));
        let withstood = (fault.run)(scale, &mut random);
        let control = (fault.control)(&mut random);
        let seconds = began.elapsed().as_secs_f32();
        match (&withstood, &control) {
            (Ok(figures), Err(noticed)) => {
                println!("ok     {:<18} {seconds:>5.1} s  {figures}", fault.name);
                println!("       {:<18}          sabotage noticed: {}", "", noticed.lines().next().unwrap_or_default());
            }
            (Ok(skipped), _) if skipped.starts_with("skipped") => println!("--     {:<18} {skipped}", fault.name),
            (Ok(_), Ok(unnoticed)) => {
                println!("FAILED {:<18} its sabotage went unnoticed: {unnoticed}", fault.name);
                failed += 1;
            }
            (Err(what), _) => {
                println!("FAILED {:<18} {what}", fault.name);
                failed += 1;
            }
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
