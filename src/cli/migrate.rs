//! `gatehouse migrate`.

use clap::Args;

use super::{data, open, say};
use crate::base::{Clock, Error};
use crate::config::Data;
use crate::store;
use crate::store::reserve::confirm;

#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    data: Data,
    /// Only show which migrations the database has; works beside a running `serve`.
    #[arg(long)]
    status: bool,
}

pub fn run(command: &Migrate) -> Result<(), Error> {
    let directory = if command.status { data(&command.data) } else { open(&command.data) }?;
    if !command.status {
        let hold = directory.hold()?;
        store::migrate(&directory, &Clock::System)?;
        confirm(&directory)?;
        hold.release();
    }
    for migration in store::migration_state(&directory)? {
        say(&format!("{} {}", if migration.applied { "applied" } else { "pending" }, migration.name));
    }
    Ok(())
}
