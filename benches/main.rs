//! How fast Gatehouse is, against goals. `cargo bench` measures everything, `cargo bench -- reports` a part.
//!
//! What depends on the machine's mood is a ratio inside one run of interleaved rounds: A, B, A, B…, median of five. The
//! load comes from this process, on the same cores; servers are processes of their own. `connection` and `load` ask, `rounds`
//! interleaves, `instance` starts what is measured, `fleet` and `agents` fill it, `report` writes the tables, `plot` draws
//! on the axes of `scale`, and `measure` has a file per group of measurements.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot measure says so and ends"
)]

mod agents;
mod connection;
mod constant;
mod fleet;
mod instance;
mod load;
mod machine;
mod measure;
mod plot;
#[allow(dead_code, reason = "the faults use more of it")]
#[path = "../tests/faults/post.rs"]
mod post;
mod report;
mod rounds;
mod scale;
mod site;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/space.rs"]
mod space;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, ValueEnum};
use gatehouse::store;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use fleet::{DEVICES, Enrolled};
use instance::Instance;
use load::{Anew, Load, Same, Source};
use measure::Group;
use report::Report;

/// Clients of a load, unless its row says otherwise.
const CLIENTS: usize = 64;

/// Measures Gatehouse and prints a report in Markdown.
#[derive(Parser)]
struct Arguments {
    /// What to measure; everything when nothing is named.
    #[arg(value_enum)]
    groups: Vec<Group>,
    /// Smaller fleets and shorter rounds.
    #[arg(long)]
    quick: bool,
    /// Write the report here too, and plots beside it.
    #[arg(long)]
    out: Option<PathBuf>,
    /// `cargo bench` passes it.
    #[arg(long, hide = true)]
    bench: bool,
    /// Be the server that answers a constant.
    #[arg(long, hide = true)]
    constant: bool,
}

/// What every group of measurements has.
struct Bench {
    is_quick: bool,
    folder: TempDir,
    runtime: Runtime,
    fleet: OnceCell<Vec<Enrolled>>,
}

impl Bench {
    /// So many rounds.
    fn rounds(&self) -> usize {
        if self.is_quick { 3 } else { 5 }
    }

    /// One part of a round.
    fn time(&self) -> Duration {
        Duration::from_millis(if self.is_quick { 700 } else { 4_000 })
    }

    /// The larger number, or the smaller when it should be quick.
    fn many(&self, whole: usize, quick: usize) -> usize {
        if self.is_quick { quick } else { whole }
    }

    /// A folder of this name for one measurement.
    fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// A data directory that takes long to fill, so it is there for the next run too: write to a copy of it.
    fn kept(&self, name: &str, fill: impl FnOnce(&Path)) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", store::migrations().len()));
        let done = folder.join("made");
        if !done.exists() {
            let _gone = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).unwrap();
            eprintln!("-- making {name}");
            fill(&folder);
            std::fs::write(done, "").unwrap();
        }
        folder
    }

    /// A data directory of its own with the usual fleet, and that fleet: servers of 100 devices each.
    fn fleet(&self, name: &str) -> (PathBuf, &[Enrolled]) {
        let model = self.folder("fleet");
        let servers = self.fleet.get_or_init(|| fleet::make(&model, self.many(1_000, 100), DEVICES));
        let own = self.folder(name);
        fleet::copy(&model, &own);
        (own, servers)
    }

    /// The ceiling, and what to ask it.
    fn constant(&self) -> (Instance, Vec<u8>) {
        (Instance::constant(self.folder.path()), load::request("GET", "/", None, ""))
    }

    /// A closed loop on an instance for one part of a round.
    fn load<S: Source>(&self, instance: &Instance, sources: &mut Vec<S>) -> Load {
        self.load_for(instance, sources, self.time())
    }

    /// A closed loop on an instance for so long.
    fn load_for<S: Source>(&self, instance: &Instance, sources: &mut Vec<S>, time: Duration) -> Load {
        self.runtime.block_on(load::closed_loop(instance.address, sources, time))
    }

    /// Two closed loops at once.
    fn loads<A: Source, B: Source>(
        &self,
        instance: &Instance,
        these: &mut Vec<A>,
        others: &mut Vec<B>,
    ) -> (Load, Load) {
        let these = load::closed_loop(instance.address, these, self.time());
        let others = load::closed_loop(instance.address, others, self.time());
        self.runtime.block_on(async { tokio::join!(these, others) })
    }

    /// Many clients that send the same.
    fn clients(&self, clients: usize, request: Vec<u8>) -> Vec<Same> {
        vec![Same(request); clients]
    }

    /// So many clients that ask the same question, each time so that its answer must be made.
    fn clients_anew(&self, clients: usize, request: Vec<u8>) -> Vec<Anew> {
        vec![Anew::of(request); clients]
    }

    /// Waits for one thing.
    fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

fn main() {
    let arguments = Arguments::parse();
    if arguments.constant {
        return constant::serve();
    }
    // Beside the build, so that it is on a disk: the temporary folder may be memory.
    let disk = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(disk).unwrap();
    let bench = Bench {
        is_quick: arguments.quick,
        folder: TempDir::new_in(disk).unwrap(),
        runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
        fleet: OnceCell::new(),
    };
    let groups = if arguments.groups.is_empty() { Group::value_variants().to_vec() } else { arguments.groups };
    let mut report = Report::new(arguments.out.as_deref());
    let mut head = machine::head("Benchmarks", disk);
    if arguments.quick {
        head.push_str("- quick: smaller fleets, shorter rounds; not for quoting\n");
    }
    if cfg!(debug_assertions) {
        head.push_str("- built without optimisation; not for quoting\n");
    }
    for group in groups {
        group.measure(&bench, &mut report);
    }
    let text = report.finish(&head);
    print!("{text}");
    if let Some(file) = arguments.out {
        std::fs::write(file, text).unwrap();
    }
}
