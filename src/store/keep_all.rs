//! Keeping every file of a directory where it is for a while, across processes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use super::Directory;
use super::files::refused;
use crate::base::{Error, Kind, Result};

/// Name of the file whose lock decides who may remove files, or keep all of them.
const LOCK: &str = "attachments.lock";
/// Longest that a backup waits until files that are being removed are gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// Proof that no process removes any file of a directory while it lasts.
#[derive(Debug)]
pub struct AllKept(#[allow(dead_code, reason = "it is held, not read")] File);

/// Sees to it that no file of a directory is removed, also by a running `serve`; it removes them later.
/// [`Kind::Unavailable`] when another process does the same.
pub fn keep_all(directory: &Directory) -> Result<AllKept> {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(file) = lock(directory.path()).map_err(refused)? {
            return Ok(AllKept(file));
        }
        if Instant::now() > until {
            let what = "Another backup is being made. Wait until it is done.";
            return Err(Error::new(Kind::Unavailable { retry_after: 60 }, what));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// None while another process has it.
pub(super) fn lock(folder: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(folder.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
