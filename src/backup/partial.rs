//! The file of a backup before it is whole.

use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::{sync_folder, unusable};
use crate::base::{Error, Kind, Result, secret};

/// A backup that is not whole yet, gone unless it is kept.
pub struct Partial {
    pub path: PathBuf,
    pub file: File,
    kept: bool,
}

impl Partial {
    /// Makes it beside its target, under a name of its own.
    pub fn make(target: &Path) -> Result<Self> {
        if target.exists() && !target.is_file() {
            let what = format!("{} is no file: name the file that the backup should be.", target.display());
            return Err(Error::new(Kind::Invalid, what));
        }
        let name = target.file_name().ok_or_else(|| Error::new(Kind::Invalid, "Name the file of the backup."))?;
        let start = format!(".{}.", name.to_string_lossy());
        clear(target, &start)?;
        let own = format!("{start}{}.partial", hex::encode(secret::random::<6>()?));
        let path = target.with_file_name(own);
        let file = File::options().write(true).create_new(true).mode(0o600).open(&path);
        Ok(Self { file: file.map_err(|e| unusable(&path, &e))?, path, kept: false })
    }

    /// Answers once the backup is on disk under its name.
    pub fn keep(mut self, target: &Path) -> Result<u64> {
        self.file.sync_all().map_err(|e| unusable(&self.path, &e))?;
        let size = self.file.metadata().map_err(|e| unusable(&self.path, &e))?.len();
        fs::rename(&self.path, target).map_err(|e| unusable(target, &e))?;
        self.kept = true;
        let folder = folder_of(target);
        sync_folder(folder).map_err(|e| unusable(folder, &e))?;
        Ok(size)
    }
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes what backups to the same place left behind that were killed.
fn clear(target: &Path, start: &str) -> Result<()> {
    let folder = folder_of(target);
    for entry in fs::read_dir(folder).map_err(|e| unusable(folder, &e))? {
        let path = entry.map_err(|e| unusable(folder, &e))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(start) && name.ends_with(".partial") {
            fs::remove_file(&path).map_err(|e| unusable(&path, &e))?;
        }
    }
    Ok(())
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "{} stays behind: remove it by hand", self.path.display());
        }
    }
}
