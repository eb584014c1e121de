//! `gatehouse backup`.

use std::path::PathBuf;

use clap::Args;
use zeroize::Zeroizing;

use super::{data, say};
use crate::backup::{self, Passphrase, Wanted};
use crate::base::{Clock, Error, Kind};
use crate::config::Data;

/// The variable that holds a passphrase: a flag would show it to everybody on the machine.
const VARIABLE: &str = "GATEHOUSE_PASSPHRASE";

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to make; an earlier one of this name is replaced once the new one is whole.
    file: PathBuf,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    key: Key,
    /// Leave the instance secret out. Without it nothing sealed can be read: keep it elsewhere.
    #[arg(long, env = "GATEHOUSE_WITHOUT_SECRET")]
    without_secret: bool,
    /// Folder where a copy of the database lies while this runs, unencrypted; by default the data folder.
    #[arg(long, env = "GATEHOUSE_SCRATCH_DIR")]
    scratch_dir: Option<PathBuf>,
}

/// What encrypts a backup.
#[derive(Debug, Args)]
pub struct Key {
    /// Encrypt under the passphrase in this file, without its last line break; also read from GATEHOUSE_PASSPHRASE.
    #[arg(long, env = "GATEHOUSE_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Key {
    pub fn read(&self) -> Result<Option<Passphrase>, Error> {
        let text = match &self.passphrase_file {
            Some(path) => {
                let read = std::fs::read_to_string(path).map(Zeroizing::new);
                let text = read.map_err(|error| {
                    Error::new(Kind::Invalid, format!("The passphrase cannot be read: {}: {error}.", path.display()))
                })?;
                Some(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
            }
            None => std::env::var(VARIABLE).ok().map(Zeroizing::new),
        };
        text.map(Passphrase::parse).transpose()
    }
}

pub fn run(command: &Backup) -> Result<(), Error> {
    let passphrase = command.key.read()?;
    let directory = data(&command.data)?;
    let wanted = Wanted {
        target: &command.file,
        passphrase: passphrase.as_ref(),
        with_secret: !command.without_secret,
        scratch: command.scratch_dir.as_deref(),
    };
    let made = backup::create(&directory, &Clock::System, &wanted)?;
    say(&format!(
        "{}: {} MiB, the database as it was at {}, attached files: {}.",
        command.file.display(),
        made.size.div_ceil(1 << 20),
        made.made_at.to_seconds(),
        made.files
    ));
    if command.without_secret {
        eprintln!("It does not hold the instance secret: without that, nothing sealed in it can be read.");
    } else if passphrase.is_none() {
        eprintln!("It holds the instance secret and is not encrypted: whoever can read it can read everything.");
    }
    if made.missing.is_empty() {
        return Ok(());
    }
    let what = format!(
        "The backup is made, but without attached files that are missing or damaged: {}, the first {}. `gatehouse doctor` \
         names them all.",
        made.missing.len(),
        made.missing[0]
    );
    Err(Error::new(Kind::Internal, what))
}
