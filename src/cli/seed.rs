//! `gatehouse seed`.

use clap::Args;

use super::{open, say};
use crate::base::{Clock, Error, secret};
use crate::config::Data;
use crate::person::password::{self, Password};
use crate::seed::{self, Amount};
use crate::store;

/// Shortest password of staff, in characters.
const SHORTEST: usize = 8;

#[derive(Debug, Args)]
pub struct Seed {
    #[command(flatten)]
    data: Data,
    /// Tickets, of about four messages each.
    #[arg(long, default_value_t = 1_000)]
    tickets: u64,
    /// Agents who answer them.
    #[arg(long, default_value_t = 6)]
    agents: u64,
    /// Customers who write them.
    #[arg(long, default_value_t = 200)]
    customers: u64,
    /// Projects beside the default one.
    #[arg(long, default_value_t = 3)]
    projects: u64,
    /// VPN servers, each with three days of history.
    #[arg(long, default_value_t = 4)]
    servers: u64,
    /// Devices on each server.
    #[arg(long, default_value_t = 30)]
    devices: u64,
    /// The same number makes the same tickets.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub fn run(command: Seed) -> Result<(), Error> {
    let directory = open(&command.data)?;
    let hold = directory.hold()?;
    store::migrate(&directory, &Clock::System)?;
    let password = secret::new_token("")?;
    let hash = password::hash(&Password::parse(password.expose().clone(), SHORTEST)?)?;
    let amount = Amount {
        tickets: command.tickets,
        agents: command.agents,
        customers: command.customers,
        projects: command.projects,
        servers: command.servers,
        devices: command.devices,
        seed: command.seed,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(Error::internal)?;
    let told = std::cell::Cell::new(0);
    let tell = |done: u64| {
        if done >= told.get() + 10_000 {
            told.set(done);
            eprintln!("{done} tickets");
        }
    };
    runtime.block_on(seed::run(&directory, &amount, &hash, Clock::System.now(), tell))?;
    hold.release();
    say(&format!("{} made-up tickets, {} servers.", amount.tickets, amount.servers));
    say(&format!("Sign in as admin@{0}, or agent1@{0} to agent{1}@{0}.", seed::DOMAIN, amount.agents.max(1)));
    say(&format!("Password: {}", password.expose()));
    Ok(())
}
