//! Putting a backup into a data directory: all of it or nothing, whenever the machine stops.
//!
//! Everything is unpacked, proved, brought up to date and synced in `restore-incoming/`, which nobody else looks at. Renaming
//! that to `restore-begun/` is the moment that counts: from then on nothing opens the directory until its pieces have been
//! moved to their places, and each step of that can be done again.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{BufReader, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::archive::unpack;
use super::cipher::{Decrypting, MAGIC, Passphrase};
use super::manifest::Manifest;
use super::settle::{Standing, settle};
use super::{INCOMING, REPLACED, sync_folder, unusable};
use crate::audit::{self, Verdict};
use crate::base::{Clock, Error, Kind, Result, Secret};
use crate::store::directory::{RESTORE_BEGUN, lock};
use crate::store::{self, Directory};

/// What lies in a directory without being data.
const NO_DATA: [&str; 5] = ["gatehouse.lock", "attachments.lock", "lost+found", INCOMING, RESTORE_BEGUN];

/// What to restore, and where.
pub struct From<'f> {
    /// The backup.
    pub file: &'f Path,
    /// What it was encrypted under.
    pub passphrase: Option<&'f Passphrase>,
    /// The data directory: absent or empty, unless it may be replaced.
    pub data_dir: &'f Path,
    /// The instance secret, where the backup has none.
    pub secret: Option<&'f Secret<String>>,
    /// Whether what is in the directory may be moved out of the way.
    pub force: bool,
}

/// What has been restored.
#[derive(Clone, Debug)]
pub enum Restored {
    /// An earlier restore that was stopped half-way has been brought to its end.
    Resumed,
    /// A backup is in its place.
    Whole {
        /// What it says about itself.
        manifest: Manifest,
        /// Credentials that may have been revoked since and hold again.
        standing: Standing,
        /// Where that lies which was there before.
        replaced: Option<PathBuf>,
    },
}

/// Restores a backup. [`Kind::Conflict`] when there is data and it may not be replaced, [`Kind::Unavailable`] when another
/// process holds the directory.
pub fn restore(clock: &Clock, from: &From<'_>) -> Result<Restored> {
    let dir = from.data_dir;
    let made = !dir.exists();
    if made {
        DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| unusable(dir, &e))?;
    }
    let _alone = lock(dir)?;
    if dir.join(RESTORE_BEGUN).exists() {
        move_in(dir)?;
        return Ok(Restored::Resumed);
    }
    let there = data_in(dir)?;
    if !from.force && !there.is_empty() {
        let what = format!(
            "There is something in {} already ({}). Restore into an empty folder, or add --force: what is there is then \
             moved into a folder of its own beside the restored data.",
            dir.display(),
            there[0].to_string_lossy()
        );
        return Err(Error::new(Kind::Conflict, what));
    }
    let incoming = dir.join(INCOMING);
    let prepared = prepare(clock, from, &incoming);
    if prepared.is_err() {
        // Nothing of it may stay; that it did not come off is told anyway.
        let _removed = fs::remove_dir_all(&incoming);
        if made {
            let _removed = fs::remove_file(dir.join("gatehouse.lock")).and_then(|()| fs::remove_dir(dir));
        }
    }
    let (manifest, standing) = prepared?;
    let replaced = (!there.is_empty()).then(|| dir.join(replaced_name(clock)));
    if replaced.is_some() {
        let old = incoming.join("old");
        DirBuilder::new().mode(0o700).create(&old).map_err(|e| unusable(&old, &e))?;
        own(dir, &old)?;
        let name = incoming.join("name");
        fs::write(&name, replaced_name(clock)).map_err(|e| unusable(&name, &e))?;
    }
    sync_disk(&incoming)?;
    fs::rename(&incoming, dir.join(RESTORE_BEGUN)).map_err(|e| unusable(dir, &e))?;
    sync_folder(dir).map_err(|e| unusable(dir, &e))?;
    move_in(dir)?;
    Ok(Restored::Whole { manifest, standing, replaced })
}

fn replaced_name(clock: &Clock) -> String {
    format!("{REPLACED}{}", clock.now().to_seconds().replace(':', "-"))
}

/// Names of what an empty directory does not have.
fn data_in(dir: &Path) -> Result<Vec<std::ffi::OsString>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(|e| unusable(dir, &e))? {
        let name = entry.map_err(|e| unusable(dir, &e))?.file_name();
        let text = name.to_string_lossy();
        if !NO_DATA.contains(&text.as_ref()) && !text.starts_with(REPLACED) {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// Makes a data directory of the backup that is fit to be served.
fn prepare(clock: &Clock, from: &From<'_>, incoming: &Path) -> Result<(Manifest, Standing)> {
    if incoming.exists() {
        fs::remove_dir_all(incoming).map_err(|e| unusable(incoming, &e))?;
    }
    let new = incoming.join("new");
    DirBuilder::new().recursive(true).mode(0o700).create(&new).map_err(|e| unusable(&new, &e))?;
    let manifest = unpack(open(from)?, &new)?;
    if from.secret.is_none() && !new.join("secret.key").exists() {
        let what = "This backup was made without the instance secret. Give it with GATEHOUSE_SECRET_KEY (64 hexadecimal \
                    digits): nothing sealed can be read without it.";
        return Err(Error::new(Kind::Invalid, what));
    }
    let directory = Directory::existing(&new, from.secret)?;
    store::check_integrity(&directory.database())?;
    store::migrate(&directory, clock)?;
    if let Verdict::Broken(what) = store::read_once(&directory, clock, audit::verify)? {
        tracing::warn!("the audit log of this backup was tampered with: {what}");
    }
    let standing = store::write_once(&directory, clock, |tx| settle(tx, manifest.made_at))?;
    own_all(from.data_dir, incoming)?;
    Ok((manifest, standing))
}

/// The tar, decrypted where it has to be.
fn open(from: &From<'_>) -> Result<Box<dyn Read>> {
    let file = File::open(from.file).map_err(|e| unusable(from.file, &e))?;
    let mut source = BufReader::with_capacity(1 << 20, file);
    let mut start = Vec::new();
    source.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start).map_err(|e| unusable(from.file, &e))?;
    if start != MAGIC {
        return Ok(Box::new(std::io::Cursor::new(start).chain(source)));
    }
    let passphrase = from.passphrase.ok_or_else(|| {
        let what = "This backup is encrypted. Name the file of its passphrase with --passphrase-file, or set \
                    GATEHOUSE_PASSPHRASE.";
        Error::new(Kind::Invalid, what)
    })?;
    Ok(Box::new(Decrypting::begin(source, passphrase)?))
}

/// Gives a path to whoever owns the data directory, where root restores for a service.
fn own(dir: &Path, path: &Path) -> Result<()> {
    let (wanted, found) = (fs::metadata(dir), fs::symlink_metadata(path));
    let (wanted, found) = (wanted.map_err(|e| unusable(dir, &e))?, found.map_err(|e| unusable(path, &e))?);
    if (wanted.uid(), wanted.gid()) == (found.uid(), found.gid()) {
        return Ok(());
    }
    chown(path, Some(wanted.uid()), Some(wanted.gid())).map_err(|e| unusable(path, &e))
}

fn own_all(dir: &Path, path: &Path) -> Result<()> {
    own(dir, path)?;
    let meta = fs::symlink_metadata(path).map_err(|e| unusable(path, &e))?;
    if !meta.is_dir() {
        // The engine's files too, which it makes under the mask of the moment.
        return fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(|e| unusable(path, &e));
    }
    for entry in fs::read_dir(path).map_err(|e| unusable(path, &e))? {
        own_all(dir, &entry.map_err(|e| unusable(path, &e))?.path())?;
    }
    Ok(())
}

/// Has everything on the disk of a folder reach it: many files at once, instead of one after the other.
fn sync_disk(folder: &Path) -> Result<()> {
    let file = File::open(folder).map_err(|e| unusable(folder, &e))?;
    rustix::fs::syncfs(file).map_err(|e| unusable(folder, &e.into()))
}

/// Moves a restore that counts into its place. Each step can be done again.
fn move_in(dir: &Path) -> Result<()> {
    let begun = dir.join(RESTORE_BEGUN);
    let (old, new) = (begun.join("old"), begun.join("new"));
    let moved = |from: &Path, to: &Path| fs::rename(from, to).map_err(|e| unusable(from, &e));
    if old.exists() {
        for name in data_in(dir)? {
            moved(&dir.join(&name), &old.join(&name))?;
        }
        let name = fs::read_to_string(begun.join("name")).map_err(|e| unusable(&begun, &e))?;
        sync_folder(&old).map_err(|e| unusable(&old, &e))?;
        moved(&old, &dir.join(name))?;
        sync_folder(dir).map_err(|e| unusable(dir, &e))?;
    }
    if new.exists() {
        for entry in fs::read_dir(&new).map_err(|e| unusable(&new, &e))? {
            let entry = entry.map_err(|e| unusable(&new, &e))?;
            moved(&entry.path(), &dir.join(entry.file_name()))?;
        }
        sync_folder(dir).map_err(|e| unusable(dir, &e))?;
    }
    fs::remove_dir_all(&begun).map_err(|e| unusable(&begun, &e))?;
    sync_folder(dir).map_err(|e| unusable(dir, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with old data and a restore that counts, as it lies after `steps` of its moves.
    fn stopped_after(steps: usize) -> tempfile::TempDir {
        let folder = tempfile::TempDir::new().unwrap();
        let begun = folder.path().join(RESTORE_BEGUN);
        fs::create_dir_all(begun.join("old")).unwrap();
        fs::create_dir_all(begun.join("new/attachments")).unwrap();
        fs::write(begun.join("name"), "replaced-then").unwrap();
        for name in ["gatehouse.db", "secret.key"] {
            fs::write(folder.path().join(name), "old").unwrap();
            fs::write(begun.join("new").join(name), "new").unwrap();
        }
        let moves = [
            ("gatehouse.db", "restore-begun/old/gatehouse.db"),
            ("secret.key", "restore-begun/old/secret.key"),
            ("restore-begun/old", "replaced-then"),
            ("restore-begun/new/attachments", "attachments"),
            ("restore-begun/new/secret.key", "secret.key"),
            ("restore-begun/new/gatehouse.db", "gatehouse.db"),
        ];
        for (from, to) in &moves[..steps] {
            fs::rename(folder.path().join(from), folder.path().join(to)).unwrap();
        }
        folder
    }

    #[test]
    fn a_restore_that_was_stopped_anywhere_goes_on_to_the_same_end() {
        for steps in 0..=6 {
            let folder = stopped_after(steps);
            assert_eq!(Directory::existing(folder.path(), None).unwrap_err().kind, Kind::Conflict, "{steps}");
            move_in(folder.path()).unwrap();
            let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
            names.sort();
            assert_eq!(names, ["attachments", "gatehouse.db", "replaced-then", "secret.key"], "{steps}");
            for name in ["gatehouse.db", "secret.key"] {
                assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "new", "{steps}");
                assert_eq!(
                    fs::read_to_string(folder.path().join("replaced-then").join(name)).unwrap(),
                    "old",
                    "{steps}"
                );
            }
        }
    }
}
