//! The data directory: who holds it, where the database is, and the instance secret.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::base::{Error, Keys, Kind, Result, Secret, secret};

/// Where a restore that has been committed to waits to be moved into its place.
pub const RESTORE_BEGUN: &str = "restore-begun";

/// A data directory that exists, with the keys of its instance.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    keys: Keys,
    secret: Secret<Zeroizing<[u8; 32]>>,
}

/// Proof that this process alone serves the directory; gone with the process, however that ends.
#[derive(Debug)]
pub struct Hold {
    _file: File,
    marker: PathBuf,
    /// Whether the last holder did not stop cleanly.
    pub unclean: bool,
}

impl Directory {
    /// Opens a directory, making it (0700) and its secret (0600) where they are missing.
    pub fn open(path: &Path, given: Option<&Secret<String>>) -> Result<Self> {
        if !path.exists() {
            fs::create_dir_all(path).map_err(|e| unusable(path, &e))?;
            fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(|e| unusable(path, &e))?;
        }
        if path.join(RESTORE_BEGUN).exists() {
            return Err(Error::new(
                Kind::Conflict,
                format!(
                    "A restore into {} was stopped half-way. Run the same `gatehouse restore` again: it goes on where it \
                     stopped.",
                    path.display()
                ),
            ));
        }
        let bytes = match given {
            Some(text) => parse(text.expose(), "GATEHOUSE_SECRET_KEY")?,
            None => load_or_make(path)?,
        };
        Self::under(path, bytes)
    }

    /// Opens a directory that has a database; makes nothing.
    pub fn existing(path: &Path, given: Option<&Secret<String>>) -> Result<Self> {
        let is_there = |name| path.join(name).try_exists().map_err(|e| unusable(path, &e));
        if !is_there(RESTORE_BEGUN)? && !is_there("gatehouse.db")? {
            let what = format!("There is no Gatehouse data in {}. Name its folder with --data-dir.", path.display());
            return Err(Error::new(Kind::NotFound, what));
        }
        Self::open(path, given)
    }

    /// Another folder with a database under the same secret.
    pub(super) fn beside(&self, path: &Path) -> Result<Self> {
        Self::under(path, self.secret.expose().clone())
    }

    fn under(path: &Path, bytes: Zeroizing<[u8; 32]>) -> Result<Self> {
        Ok(Self { path: path.to_owned(), keys: Keys::derive(&bytes)?, secret: Secret::new(bytes) })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The instance secret as `secret.key` holds it, 64 hexadecimal digits: for backups alone.
    pub fn secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(**self.secret.expose()))
    }

    /// Where the database is.
    pub fn database(&self) -> PathBuf {
        self.path.join("gatehouse.db")
    }

    /// Where attached files are.
    pub fn attachments(&self) -> PathBuf {
        self.path.join("attachments")
    }

    /// Everything derived from the instance secret.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Takes the directory for this process alone. [`Kind::Unavailable`] when another one has it.
    pub fn hold(&self) -> Result<Hold> {
        let file = lock(&self.path)?;
        let marker = self.path.join(MARKER);
        if log_is_gone(&self.path) {
            return Err(Error::new(
                Kind::Conflict,
                format!(
                    "The write-ahead log gatehouse.db-wal is gone from {0}, and with it the newest changes. Put it back. If \
                     it is lost for good, restore a backup, or remove {1} to go on without those changes.",
                    self.path.display(),
                    marker.display()
                ),
            ));
        }
        let unclean = marker.exists();
        mark(&marker, UNLOGGED).map_err(|e| unusable(&marker, &e))?;
        Ok(Hold { _file: file, marker, unclean })
    }
}

/// Takes a folder for this process alone, for as long as the file is open; [`Kind::Unavailable`] when another one has it.
pub fn lock(folder: &Path) -> Result<File> {
    let file = lock_file(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(held(folder)),
        Err(fs::TryLockError::Error(error)) => Err(unusable(folder, &error)),
    }
}

/// The file that a folder is taken by, which nobody reads: another handle of it, that locks nothing.
pub fn lock_file(folder: &Path) -> Result<File> {
    let path = folder.join("gatehouse.lock");
    owner_only().create(true).truncate(false).open(&path).map_err(|e| unusable(&path, &e))
}

/// There from the start of whoever holds the directory to its clean stop.
const MARKER: &str = "running";
/// What the marker says while there is a write-ahead log.
const LOGGED: &str = "log\n";
/// What it says while there need not be one: as long, so that the one is written over the other, which takes no room on a full
/// disk.
const UNLOGGED: &str = "---\n";

fn mark(marker: &Path, text: &str) -> std::io::Result<()> {
    owner_only().create(true).truncate(false).open(marker)?.write_all(text.as_bytes())
}

/// Whether somebody took away the log of a process that was killed: what was answered and not in the file yet is lost.
/// The engine itself would never tell.
pub fn log_is_gone(folder: &Path) -> bool {
    let said = fs::read_to_string(folder.join(MARKER));
    said.is_ok_and(|said| said == LOGGED)
        && folder.join("gatehouse.db").exists()
        && !folder.join("gatehouse.db-wal").exists()
}

impl Hold {
    /// Notes that changes are written to a log from now on, which must be there when the next one starts.
    pub fn log_begins(&self) -> Result<()> {
        let write = || {
            let mut marker = owner_only().open(&self.marker)?;
            // The name of the log must be on disk before that of which we say that it has to be.
            File::open(self.marker.parent().unwrap_or(&self.marker))?.sync_all()?;
            marker.write_all(LOGGED.as_bytes())?;
            marker.sync_all()
        };
        write().map_err(|e| unusable(&self.marker, &e))
    }

    /// Notes that the log may go: whoever closes the database last brings it into the file.
    pub fn log_ends(&self) {
        if let Err(error) = mark(&self.marker, UNLOGGED) {
            tracing::warn!(%error, "could not note the stop");
        }
    }

    /// Notes that everything was answered and written: the next start need not check the file.
    pub fn release(self) {
        if let Err(error) = fs::remove_file(&self.marker) {
            tracing::warn!(%error, "could not note the clean stop; the next start will check the database");
        }
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

fn held(path: &Path) -> Error {
    Error::new(
        Kind::Unavailable { retry_after: 0 },
        format!("Another gatehouse process holds {}. Stop it first.", path.display()),
    )
}

/// Why a file of the data directory cannot be used.
pub(super) fn unusable(path: &Path, error: &std::io::Error) -> Error {
    let path = path.display();
    if error.kind() == ErrorKind::PermissionDenied {
        let what = format!("This user may not use {path}. Run it as the user whose data that is.");
        return Error::new(Kind::Forbidden, what);
    }
    Error::new(Kind::Internal, format!("{path} cannot be used: {error}."))
}

fn parse(text: &str, source: &str) -> Result<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), &mut *bytes)
        .map_err(|_| Error::new(Kind::Invalid, format!("{source} must be 64 hexadecimal digits.")))?;
    Ok(bytes)
}

fn load_or_make(path: &Path) -> Result<Zeroizing<[u8; 32]>> {
    let file = path.join("secret.key");
    match fs::read_to_string(&file) {
        Ok(text) => return parse(&text, &file.display().to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(unusable(&file, &error)),
    }
    if path.join("gatehouse.db").exists() {
        return Err(Error::new(
            Kind::Conflict,
            format!(
                "There is a database but no {}. Put back the secret it was made with (or set GATEHOUSE_SECRET_KEY): \
                 nothing sealed can be read without it.",
                file.display()
            ),
        ));
    }
    let bytes = Zeroizing::new(secret::random::<32>()?);
    let write = || -> std::io::Result<()> {
        let new = path.join("secret.key.new");
        let mut out = owner_only().create(true).truncate(true).open(&new)?;
        out.write_all(Zeroizing::new(hex::encode(*bytes)).as_bytes())?;
        out.sync_all()?;
        // A link never replaces the secret that a second process may have made meanwhile.
        let linked = fs::hard_link(&new, &file);
        fs::remove_file(&new)?;
        linked?;
        File::open(path)?.sync_all()
    };
    match write() {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => load_or_make(path),
        Err(error) => Err(unusable(&file, &error)),
    }
}
