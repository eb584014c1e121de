//! Where the copy of the database is made.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::{SCRATCH, unusable};
use crate::base::{Error, Kind, Result, secret};
use crate::store::Directory;

/// Bytes that stay free on the disk on which the copy of the database is made.
const RESERVE: u64 = 64 << 20;

/// Removes what backups that were killed left behind: nobody else makes one at this moment.
pub fn clear(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|e| unusable(folder, &e))? {
        let path = entry.map_err(|e| unusable(folder, &e))?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(SCRATCH)) {
            fs::remove_dir_all(&path).map_err(|e| unusable(&path, &e))?;
        }
    }
    Ok(())
}

/// The disk that `serve` writes to must not fill up because of us.
pub fn must_have_room(directory: &Directory, scratch: &Path) -> Result<()> {
    let length = |path: &Path| fs::metadata(path).map_or(0, |meta| meta.len());
    let database = directory.database();
    let needed = length(&database) + length(&database.with_extension("db-wal")) + RESERVE;
    let disk = rustix::fs::statvfs(scratch).map_err(|e| unusable(scratch, &e.into()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free >= needed {
        return Ok(());
    }
    let what = format!(
        "A copy of the database needs {} MiB for a while, and the disk of {} has {} MiB free. Name a folder on another disk \
         with --scratch-dir.",
        needed >> 20,
        directory.path().display(),
        free >> 20
    );
    Err(Error::new(Kind::Full, what))
}

/// A folder of our own, gone at the end.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes it in a folder.
    pub fn make(parent: &Path) -> Result<Self> {
        let path = parent.join(format!("{SCRATCH}{}", hex::encode(secret::random::<8>()?)));
        DirBuilder::new().mode(0o700).create(&path).map_err(|e| unusable(&path, &e))?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "{} stays behind: remove it by hand", self.0.display());
        }
    }
}
