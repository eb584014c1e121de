//! What Gatehouse promises, held against faults: an answered write is still there after any of them, and nothing is there
//! that nobody asked for. `sh tests/faults.sh short|long [NAME…] [--out FILE]` runs it; `REPORT.md` is what it said last.
//!
//! Clients outside the fault keep a ledger of every request: acknowledged, refused or unknown. After each fault what is on
//! disk is held against it. Each fault has a control: the same with sabotage, which the checks must notice.
//!
//! | file | what |
//! |---|---|
//! | `ledger` | what was asked and answered |
//! | `client` `connection` `load` | one connection, by thread or by task; many of them with mixed work |
//! | `plane` | the control plane as a process of its own |
//! | `checks` | the ledger against the disk |
//! | `around` `agent` `post` | those who are told and outlive it: a webhook's target, an agent, a mail server |
//! | `space` `recorder` | a disk of one's own; one that records every write, for power cuts |
//! | `network` `networks` `relay` `wire` | a network of one's own, a relay that breaks connections, a wire that is slow and loses packets |
//! | `tunnel` `server` `witness` | VPN servers with the real agent: on real tunnels, or by a clock that is moved; who watches them |
//! | `scale` `report` | how much is done; what came of it, with the machine, in Markdown |
//! | `kill` `mail` `hooks` `power` `syscalls` `full` `read_only` `files` `clock` `sockets` `herd` `partition` `slow` `outage` `damage` `schema` `copies` | the faults |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a harness that fails says so")]

mod agent;
mod around;
mod checks;
mod client;
mod clock;
#[path = "../../benches/connection.rs"]
mod connection;
mod copies;
mod damage;
mod files;
mod full;
mod herd;
mod hooks;
mod kill;
mod ledger;
mod load;
#[path = "../../benches/machine.rs"]
mod machine;
mod mail;
mod network;
#[allow(dead_code, reason = "what the tests of the device need beside")]
#[path = "../it/space.rs"]
mod networks;
mod outage;
mod partition;
mod plane;
mod post;
mod power;
mod read_only;
mod recorder;
mod relay;
mod report;
mod scale;
mod schema;
mod server;
mod slow;
mod sockets;
mod space;
mod syscalls;
mod tunnel;
mod wire;
mod witness;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use report::Report;
pub use scale::Scale;
use scale::{LONG, SHORT};

/// Figures of a fault that was withstood.
type Outcome = Result<String, String>;

/// A fault, and what it is in a few words.
struct Fault {
    name: &'static str,
    about: &'static str,
    run: fn(Scale, &mut fastrand::Rng) -> Outcome,
    /// The same with sabotage: its error is what is wanted.
    control: fn(&mut fastrand::Rng) -> Outcome,
}

const FAULTS: [Fault; 21] = [
    Fault {
        name: "kill",
        about: "SIGKILL at any moment under mixed load, with a webhook, a mail server and an agent around it",
        run: kill::run,
        control: kill::control,
    },
    Fault {
        name: "kill-mail",
        about: "SIGKILL between fetching a mail, what it becomes, and what is sent because of it",
        run: mail::run,
        control: mail::control,
    },
    Fault {
        name: "kill-webhooks",
        about: "SIGKILL between an event, telling a webhook of it, and noting that",
        run: hooks::run,
        control: hooks::control,
    },
    Fault {
        name: "power-cut",
        about: "the disk loses, reorders and tears what was not flushed",
        run: power::run,
        control: power::control,
    },
    Fault {
        name: "wal-deleted",
        about: "the write-ahead log is taken away after a kill",
        run: kill::log_deleted,
        control: kill::log_deleted_control,
    },
    Fault {
        name: "two-processes",
        about: "a second process on the same directory",
        run: kill::two_processes,
        control: kill::two_processes_control,
    },
    Fault {
        name: "failing-calls",
        about: "the nth write, sync, truncation, open, rename or unlink of a thread fails",
        run: syscalls::run,
        control: syscalls::control,
    },
    Fault {
        name: "disk-full",
        about: "somebody else takes every free byte of the disk",
        run: full::run,
        control: full::control,
    },
    Fault {
        name: "read-only",
        about: "the disk becomes read-only, or was before the start; modes that let nobody work",
        run: read_only::run,
        control: read_only::control,
    },
    Fault {
        name: "no-files",
        about: "somebody holds every file handle that it may have",
        run: files::run,
        control: files::control,
    },
    Fault {
        name: "clock",
        about: "the clock jumps under load, ahead and back, and comes back each time",
        run: clock::run,
        control: clock::control,
    },
    Fault {
        name: "sockets",
        about: "endless heads, too much of everything, what is no HTTP, smuggled requests, 2,000 idle connections",
        run: sockets::run,
        control: sockets::control,
    },
    Fault {
        name: "herd",
        about: "1,000 agents that report and wait for news, and a server that is killed and starts again",
        run: herd::run,
        control: herd::control,
    },
    Fault {
        name: "partition",
        about: "an agent and its control plane that lose each other, both ways, one way, in the middle of answers, half open",
        run: partition::run,
        control: partition::control,
    },
    Fault {
        name: "slow-link",
        about: "64 kbit/s between an agent and its control plane, 30 % of all packets lost, seconds of delay",
        run: slow::run,
        control: slow::control,
    },
    Fault {
        name: "outage",
        about: "a control plane out of an agent's reach for a day, by a clock that runs ahead",
        run: outage::run,
        control: outage::control,
    },
    Fault {
        name: "damaged-pages",
        about: "pages of the database are zeroed, overwritten or cut off",
        run: damage::run,
        control: damage::control,
    },
    Fault {
        name: "kill-in-migration",
        about: "SIGKILL at any statement of a migration",
        run: schema::kill_in_migration,
        control: schema::kill_in_migration_control,
    },
    Fault {
        name: "upgrade",
        about: "from every earlier schema",
        run: schema::upgrade,
        control: schema::upgrade_control,
    },
    Fault {
        name: "downgrade",
        about: "an older program on a newer schema",
        run: schema::downgrade,
        control: schema::downgrade_control,
    },
    Fault {
        name: "backup-under-load",
        about: "backups at full load, each restored and held against the ledger",
        run: copies::run,
        control: copies::control,
    },
];

/// These mostly wait, each on a network of its own: they are met together.
const WAITING: [&str; 3] = ["partition", "slow-link", "outage"];

/// Seconds that a fault took, and what came of it and of its control.
type Met = (f32, Outcome, Outcome);

fn meet(fault: &Fault, scale: Scale, seed: u64) -> Met {
    let (began, mut random) = (Instant::now(), fastrand::Rng::with_seed(seed));
    let withstood = (fault.run)(scale, &mut random);
    let control = (fault.control)(&mut random);
    (began.elapsed().as_secs_f32(), withstood, control)
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let out = arguments
        .iter()
        .position(|word| word == "--out")
        .map(|at| arguments.drain(at..arguments.len().min(at + 2)).nth(1));
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["inside", "disk-full", folder, rest @ ..] => return full::inside(Path::new(folder), rest),
        ["inside", "read-only", folder, rest @ ..] => return read_only::inside(Path::new(folder), rest),
        ["inside", "partition", folder, rest @ ..] => return partition::inside(Path::new(folder), rest),
        ["inside", "slow-link", folder, rest @ ..] => return slow::inside(Path::new(folder), rest),
        ["inside", "power-cut", folder, rest @ ..] => return power::inside(Path::new(folder), rest),
        _ => {}
    }
    let (scale, names) = match (words.as_slice(), &out) {
        (["short", names @ ..], None | Some(Some(_))) => (SHORT, names),
        (["long", names @ ..], None | Some(Some(_))) => (LONG, names),
        _ => {
            println!(
                "sh tests/faults.sh short|long [NAME…] [--out FILE], of {}",
                FAULTS.map(|fault| fault.name).join(", ")
            );
            return ExitCode::from(2);
        }
    };
    let seed =
        std::env::var("FAULTS_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| fastrand::u64(..));
    println!("FAULTS_SEED={seed}");
    let mut report = Report::begin(words[0], seed);
    let wanted: Vec<&Fault> = FAULTS.iter().filter(|fault| names.is_empty() || names.contains(&fault.name)).collect();
    for some in wanted.chunk_by(|one, other| [one, other].iter().all(|fault| WAITING.contains(&fault.name))) {
        let met: Vec<Met> = std::thread::scope(|scope| {
            let all: Vec<_> = some.iter().map(|fault| scope.spawn(|| meet(fault, scale, seed))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        for (fault, (seconds, withstood, control)) in some.iter().zip(met) {
            report.add(fault, seconds, &withstood, &control);
        }
    }
    let failed = report.failed();
    if let Some(file) = out.flatten() {
        std::fs::write(file, report.finish()).unwrap();
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
