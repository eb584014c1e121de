//! Files beside the database: their bytes lie under their own hash, on disk before a row names them.
//!
//! A file is written to `attachments/incoming/` under a random name, hashed on the way, synced, and renamed to
//! `attachments/ab/cdef…`, its SHA-256. No name that a caller gave is ever part of a path. The same content twice is kept
//! once. Removing takes a gate that keeping holds until its rows have committed: so a file that is found to have no rows
//! cannot be getting some at that moment. A backup beside us holds a lock under which nothing is removed at all.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Notify, OwnedRwLockReadGuard, RwLock};

use super::keep_all::lock;
use super::{Directory, fault};
use crate::base::{Error, Kind, Result, Time, secret};

/// SHA-256 of a file's bytes: what it is found by.
pub type Hash = [u8; 32];

/// The folder of all files. Cheap to clone.
#[derive(Clone)]
pub struct Files(Arc<Shared>);

struct Shared {
    folder: PathBuf,
    gate: Arc<RwLock<()>>,
    released: Mutex<Vec<Hash>>,
    has_released: Notify,
}

/// A file that is being received; gone from the disk when it is dropped.
pub struct Incoming {
    file: tokio::fs::File,
    hash: Sha256,
    size: u64,
    path: Temporary,
}

/// A file that is on disk whole, and not yet kept; gone when it is dropped.
#[derive(Debug)]
pub struct Written {
    /// Of its bytes.
    pub hash: Hash,
    /// In bytes.
    pub size: u64,
    path: Temporary,
}

/// Proof that files are on disk, and that nobody removes them while it lasts: until their rows have committed.
pub struct Kept(#[allow(dead_code, reason = "it is held, not read")] OwnedRwLockReadGuard<()>);

#[derive(Debug)]
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        match fs::remove_file(&self.0) {
            Ok(()) => {}
            // It was kept, or swept away.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, "a temporary file stays behind until it is swept away"),
        }
    }
}

/// Reads a file to its end: its size and the hash of its bytes.
pub fn hash_of(file: &mut File) -> io::Result<(u64, Hash)> {
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((size, hash.finalize().into())),
            read => {
                hash.update(&buffer[..read]);
                size += read as u64;
            }
        }
    }
}

/// Where the file of a hash lies, below the folder of all files: `ab/cdef…`.
pub fn place_of(hash: &Hash) -> PathBuf {
    let name = hex::encode(hash);
    let (shelf, rest) = name.split_at(2);
    Path::new(shelf).join(rest)
}

impl Files {
    /// Opens the folder of a held directory, making it (0700) where it is missing. What was being received when the
    /// last process ended is of no use to anybody and goes away.
    pub fn open(directory: &Directory) -> Result<Self> {
        let folder = directory.attachments();
        let made = make_folder(&folder).and_then(|()| make_folder(&folder.join("incoming")));
        made.and_then(|()| sync(&folder)).and_then(|()| sync(folder.parent().unwrap_or(&folder))).map_err(refused)?;
        let files = Self(Arc::new(Shared {
            folder,
            gate: Arc::default(),
            released: Mutex::default(),
            has_released: Notify::new(),
        }));
        for (path, _) in list(&files.incoming()).map_err(refused)? {
            fs::remove_file(path).map_err(refused)?;
        }
        Ok(files)
    }

    fn incoming(&self) -> PathBuf {
        self.0.folder.join("incoming")
    }

    fn place(&self, hash: &Hash) -> PathBuf {
        self.0.folder.join(place_of(hash))
    }

    /// Begins to receive a file.
    pub async fn begin(&self) -> Result<Incoming> {
        let path = self.incoming().join(hex::encode(secret::random::<16>()?));
        let mut options = tokio::fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&path).await.map_err(refused)?;
        Ok(Incoming { file, hash: Sha256::new(), size: 0, path: Temporary(path) })
    }

    /// Moves files to where they are found. Their rows are written by whoever holds the answer.
    pub async fn keep(&self, files: Arc<Vec<Written>>) -> Result<Kept> {
        let (this, kept) = (self.clone(), Kept(self.0.gate.clone().read_owned().await));
        blocking(move || {
            let mut shelves = BTreeSet::new();
            for file in files.iter() {
                let place = this.place(&file.hash);
                let shelf = place.parent().unwrap_or(&this.0.folder);
                make_folder(shelf)?;
                // What lies there already has the same bytes; to replace it costs less than to ask whether its name
                // has reached the disk.
                fs::rename(&file.path.0, &place)?;
                shelves.insert(shelf.to_owned());
            }
            // Behind all the renames: the disk is waited for once for a shelf, whatever came to lie there.
            shelves.iter().try_for_each(|shelf| sync(shelf))?;
            sync(&this.0.folder)?;
            Ok(kept)
        })
        .await
    }

    /// Opens a file to be read.
    pub async fn read(&self, hash: &Hash) -> Result<tokio::fs::File> {
        tokio::fs::File::open(self.place(hash)).await.map_err(|error| {
            Error::internal(format!("the file of an attachment cannot be read: {error} ({})", hex::encode(hash)))
        })
    }

    /// Removes those of the files that `unused` says no row names. While a backup is being made all of them stay, until the
    /// next sweep.
    pub async fn discard<F>(&self, hashes: Vec<Hash>, unused: impl FnOnce(Vec<Hash>) -> F) -> Result<()>
    where
        F: Future<Output = Result<Vec<Hash>>>,
    {
        let alone = self.0.gate.clone().write_owned().await;
        let this = self.clone();
        let folder = self.0.folder.parent().unwrap_or(&self.0.folder).to_owned();
        let Some(lock) = blocking(move || lock(&folder)).await? else { return Ok(()) };
        let gone = unused(hashes).await?;
        blocking(move || {
            for hash in gone {
                remove(&this.place(&hash))?;
            }
            drop((alone, lock));
            Ok(())
        })
        .await
    }

    /// Remembers that rows which named these files are gone; never waits.
    pub fn release(&self, hashes: &[Hash]) {
        self.0.released.lock().unwrap_or_else(PoisonError::into_inner).extend(hashes);
        self.0.has_released.notify_one();
    }

    /// Waits until something was released.
    pub async fn wait_for_released(&self) {
        self.0.has_released.notified().await;
    }

    /// What was released since the last time somebody asked.
    pub fn take_released(&self) -> Vec<Hash> {
        std::mem::take(&mut self.0.released.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The kept files whose hash begins with this byte and that were written before a moment.
    pub async fn written_before(&self, first: u8, before: Time) -> Result<Vec<Hash>> {
        let shelf = hex::encode([first]);
        let folder = self.0.folder.join(&shelf);
        blocking(move || {
            let old = match list(&folder) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
                listed => listed?.into_iter().filter(|(_, written)| *written < since_epoch(before)),
            };
            let hash = |path: PathBuf| {
                let mut hash = [0; 32];
                let name = format!("{shelf}{}", path.file_name()?.to_str()?);
                hex::decode_to_slice(name, &mut hash).ok().map(|()| hash)
            };
            Ok(old.filter_map(|(path, _)| hash(path)).collect())
        })
        .await
    }

    /// Removes what began to come in before a moment and never came to an end.
    pub async fn sweep_incoming(&self, before: Time) -> Result<()> {
        let folder = self.incoming();
        blocking(move || {
            let mut old = list(&folder)?.into_iter().filter(|(_, written)| *written < since_epoch(before));
            old.try_for_each(|(path, _)| remove(&path))
        })
        .await
    }
}

impl Written {
    /// Opens the file to be read; it can be read until this is dropped, whatever becomes of its name.
    pub fn open(&self) -> Result<File> {
        File::open(&self.path.0).map_err(|error| Error::internal(format!("a received file cannot be read: {error}")))
    }
}

impl Incoming {
    /// Adds bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await.map_err(refused)
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Answers once everything is on disk.
    pub async fn finish(mut self) -> Result<Written> {
        self.file.flush().await.map_err(refused)?;
        self.file.sync_all().await.map_err(refused)?;
        Ok(Written { hash: self.hash.finalize().into(), size: self.size, path: self.path })
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// The entries of a folder, with the age of their bytes since 1970.
fn list(folder: &Path) -> io::Result<Vec<(PathBuf, Duration)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let written = match entry.metadata() {
            // It went away meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            metadata => metadata?.modified()?,
        };
        found.push((entry.path(), written.duration_since(UNIX_EPOCH).unwrap_or_default()));
    }
    Ok(found)
}

fn since_epoch(time: Time) -> Duration {
    Duration::from_millis(u64::try_from(time.0).unwrap_or_default())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(refused)
}

pub(super) fn refused(error: io::Error) -> Error {
    let full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    let what = if full {
        fault::full()
    } else {
        Error::new(Kind::Unavailable { retry_after: 5 }, "Files cannot be written at the moment.")
    };
    what.because(error)
}
