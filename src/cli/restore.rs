//! `gatehouse restore`.

use std::path::PathBuf;

use clap::Args;

use super::backup::Key;
use super::say;
use crate::backup::{self, From, Restored};
use crate::base::{Clock, Error};
use crate::config::Data;

#[derive(Debug, Args)]
pub struct Restore {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    key: Key,
    /// Also where there is data: it is moved into a folder of its own beside what is restored.
    #[arg(long)]
    force: bool,
}

pub fn run(command: &Restore) -> Result<(), Error> {
    let passphrase = command.key.read()?;
    let from = From {
        file: &command.file,
        passphrase: passphrase.as_ref(),
        data_dir: &command.data.data_dir,
        secret: command.data.secret_key.as_ref(),
        force: command.force,
    };
    let (manifest, standing, replaced) = match backup::restore(&Clock::System, &from)? {
        Restored::Resumed => {
            say("The restore that had been stopped half-way is done. The backup was not read again.");
            return Ok(());
        }
        Restored::Whole { manifest, standing, replaced } => (manifest, standing, replaced),
    };
    let dir = command.data.data_dir.display();
    say(&format!("{dir} is as it was at {}.", manifest.made_at.to_seconds()));
    for (table, rows) in &manifest.counts {
        say(&format!("{rows:>10} {}", table.replace('_', " ")));
    }
    if let Some(replaced) = replaced {
        say(&format!("What was there before is in {}.", replaced.display()));
    }
    if !manifest.missing.is_empty() {
        say(&format!("Missing already when it was made, attached files: {}.", manifest.missing.len()));
    }
    say("Everybody has to sign in again, and links that were mailed before are dead.");
    if standing.api_keys + standing.key_pairs > 0 {
        say(&format!(
            "What holds as it did then, API keys: {}, key pairs: {}. Revoke again what has been revoked since.",
            standing.api_keys, standing.key_pairs
        ));
    }
    Ok(())
}
