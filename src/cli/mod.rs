//! The command line: one file per subcommand. Of those that stay, `log` is what they say meanwhile, and `stop` when they
//! are to end.

mod agent;
mod audit;
mod backup;
mod create_admin;
mod doctor;
mod log;
mod migrate;
mod restore;
mod seed;
mod serve;
mod stop;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::base::{Error, Kind};
use crate::config::Data;
use crate::store::Directory;

/// Another process holds the data directory (EX_TEMPFAIL of sysexits.h).
const HELD: u8 = 75;

/// Control plane for a fleet of WireGuard servers, and the helpdesk for their users.
#[derive(Debug, Parser)]
#[command(name = "gatehouse", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the control plane.
    Serve(serve::Serve),
    /// Keep WireGuard on this machine as the control plane wants it.
    Agent(agent::Agent),
    /// Bring the database up to date, or show which migrations it has.
    Migrate(migrate::Migrate),
    /// Make an administrator.
    CreateAdmin(create_admin::CreateAdmin),
    /// Fill an empty instance with made-up people, tickets and servers: for a look around, and for benchmarks.
    Seed(seed::Seed),
    /// The audit log.
    Audit(audit::Audit),
    /// Make a backup in one file, also beside a running `serve`.
    Backup(backup::Backup),
    /// Put a backup into a data folder, all of it or nothing.
    Restore(restore::Restore),
    /// Say what is wrong and what to do about it; changes nothing, and works beside a running `serve`.
    Doctor(doctor::Doctor),
}

/// Runs the chosen subcommand.
pub fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        Command::Serve(command) => serve::run(command),
        Command::Agent(command) => return agent::run(command),
        Command::Migrate(command) => migrate::run(&command),
        Command::CreateAdmin(command) => create_admin::run(command),
        Command::Seed(command) => seed::run(command),
        Command::Audit(command) => audit::run(&command),
        Command::Backup(command) => backup::run(&command),
        Command::Restore(command) => restore::run(&command),
        Command::Doctor(command) => return doctor::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody can be told, the code says it: a full disk may hold what this is written to.
            let _untold = writeln!(std::io::stderr(), "gatehouse: {error}");
            ExitCode::from(if matches!(error.kind, Kind::Unavailable { .. }) { HELD } else { 1 })
        }
    }
}

/// A directory that must have a database already.
fn data(data: &Data) -> Result<Directory, Error> {
    Directory::existing(&data.data_dir, data.secret_key.as_ref())
}

fn open(data: &Data) -> Result<Directory, Error> {
    Directory::open(&data.data_dir, data.secret_key.as_ref())
}

#[allow(clippy::print_stdout, reason = "what a command answers goes to standard output")]
fn say(line: &str) {
    println!("{line}");
}
