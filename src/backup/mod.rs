//! Backups: one file that holds the database as it was at one moment, every attached file and the instance secret.
//!
//! It is a tar that every machine can open: `gatehouse.db`, `secret.key`, `attachments/ab/cdef…`, then `manifest.json` with
//! the SHA-256 of each, and `manifest.sha256` with that of the manifest. `cipher` encrypts it under a passphrase. `create`
//! makes one beside a running `serve`, `restore` puts one into a data directory: all of it or nothing.

mod archive;
mod cipher;
mod create;
mod manifest;
mod partial;
mod restore;
mod scratch;
mod settle;

pub use cipher::Passphrase;
pub use create::{Made, Wanted, create};
pub use manifest::{Manifest, Part};
pub use restore::{From, Restored, restore};
pub use settle::Standing;

use std::fs::File;
use std::io;
use std::path::Path;

use crate::base::{Error, Kind};

/// Where a restore is unpacked, in the data directory.
pub const INCOMING: &str = "restore-incoming";
/// What the folders begin with in which a copy of the database is made.
pub const SCRATCH: &str = "backup-scratch-";
/// What the folders begin with into which a forced restore moves what was there.
pub const REPLACED: &str = "replaced-";

/// What an error with a file or folder means to whoever started the command.
fn unusable(path: &Path, error: &io::Error) -> Error {
    let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    let kind = if full { Kind::Full } else { Kind::Internal };
    Error::new(kind, format!("{}: {error}.", path.display()))
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
