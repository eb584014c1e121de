//! Room on the disk for what must go through when there is no more, and whether it takes anything at all.
//!
//! The write-ahead log holds more of the disk than it has bytes (fallocate(2) that keeps its length): nobody else can take that
//! room, and a commit that comes to it asks for none. What may as well be refused is refused while so much cannot be had. A
//! checkpoint that finds no room for a larger database is made later; until then everything stays in the log.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rustix::fs::{FallocateFlags, fallocate, statvfs};
use rustix::io::Errno;

use super::directory::lock_file;
use super::{Directory, fault};
use crate::base::Result;

/// Bytes of the disk that the log holds at least.
const HELD: u64 = 16 << 20;
/// Bytes that it holds beyond its length, which is about 4 MiB where nobody reads for long.
const BEYOND: u64 = 12 << 20;
/// In which a file's part of the disk is counted, in bytes (stat(2)).
const BLOCK: u64 = 512;
/// The log's index (sqlite.org/walformat.html): bytes of a region, frames that it has places for, and how many places of the
/// first one its head takes.
const REGION: u64 = 32 << 10;
const PLACES: u64 = 4_096;
const HEAD: u64 = 34;
/// Frames that a batch of what must go through has at most, as far as anybody can tell.
const BATCH: u64 = 512;
/// Of a frame with its page, in bytes.
const FRAME: u64 = 24 + 4_096;

/// What the log of a database holds of the disk.
pub struct Reserve {
    folder: PathBuf,
    /// Changes are begun on it to see whether the disk takes any: nobody waits for what happens to it.
    witness: File,
}

fn log(folder: &Path) -> PathBuf {
    folder.join("gatehouse.db-wal")
}

/// How many bytes of the disk a log of this length should hold.
fn wanted(length: u64) -> u64 {
    HELD.max(length + BEYOND)
}

/// How many frames a log may come to on a full disk. Its index grows with it, in steps, and where that fails nobody knows what
/// of a batch is on disk: so it stops before.
fn reach(folder: &Path) -> u64 {
    let regions = fs::metadata(folder.join("gatehouse.db-shm")).map_or(0, |index| index.len() / REGION);
    (regions * PLACES).saturating_sub(HEAD + BATCH)
}

/// Bytes that the log of a running `serve` may still grow by, where the disk does not have what it should hold.
pub fn left(folder: &Path) -> Option<u64> {
    let log = fs::metadata(log(folder)).ok()?;
    let held = log.blocks() * BLOCK;
    let left = held.min(reach(folder) * FRAME).saturating_sub(log.len());
    (held < wanted(log.len()) && !has_room(folder)).then_some(left)
}

/// Whether the disk has room for all that a log holds.
fn has_room(folder: &Path) -> bool {
    statvfs(folder).map_or(true, |disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= HELD)
}

/// Asks the disk of a directory again after a commit outside of `serve`, which asks after each of its own. Where it takes nothing
/// any more, whether the commit was kept is unknown ([`Kind::Unavailable`](crate::base::Kind::Unavailable)).
pub fn confirm(directory: &Directory) -> Result<()> {
    let still_takes = Reserve::of(directory.path()).is_ok_and(|reserve| reserve.still_takes());
    if still_takes { Ok(()) } else { Err(fault::unconfirmed()) }
}

impl Reserve {
    /// Of the database in a data directory.
    pub fn of(folder: &Path) -> Result<Self> {
        Ok(Self { folder: folder.to_owned(), witness: lock_file(folder)? })
    }

    /// Begins a change of a file that changes nothing in it. Under files that were open before, only that tells whether the
    /// disk still takes any.
    fn begin(&self) -> rustix::io::Result<()> {
        fallocate(&self.witness, FallocateFlags::KEEP_SIZE, 0, BLOCK)
    }

    /// Whether the disk takes nothing any more: the kernel makes it read-only once it finds it broken.
    pub fn is_read_only(&self) -> bool {
        matches!(self.begin(), Err(Errno::ROFS))
    }

    /// Whether the disk still takes changes after a sync that ended well. ext4 gives its journal up once it finds itself broken,
    /// and a sync that is under way may then end well although what was written is nowhere (on Linux 6.18, under load, one
    /// in twelve that it was given up under); whoever begins a change after that is refused.
    pub fn still_takes(&self) -> bool {
        !matches!(self.begin(), Err(Errno::ROFS | Errno::IO))
    }

    /// Whether all of it is there; takes what is not, where the disk has it. A file system that holds nothing for later says
    /// no more than that it has room now.
    pub fn is_whole(&self) -> bool {
        let path = log(&self.folder);
        // There is no log before the first change.
        let Ok(log) = fs::metadata(&path) else { return true };
        let wanted = wanted(log.len());
        if log.blocks() * BLOCK >= wanted {
            return true;
        }
        let Ok(file) = OpenOptions::new().write(true).open(&path) else { return true };
        let taken = fallocate(file, FallocateFlags::KEEP_SIZE, 0, wanted);
        !matches!(taken, Err(Errno::NOSPC | Errno::DQUOT))
    }

    /// Whether what the log holds would be had back after it was cut.
    pub fn comes_back(&self) -> bool {
        has_room(&self.folder)
    }

    /// Whether the log can take another batch although the disk has no room.
    pub fn lasts(&self, connection: &Connection) -> bool {
        let counted = connection.query_row("pragma wal_checkpoint(noop)", [], |row| {
            Ok((row.get::<_, i64>("log")?, row.get::<_, i64>("checkpointed")?))
        });
        let Ok((frames, done)) = counted else { return false };
        // A log that is in the file whole begins anew.
        let frames = if frames == done { 0 } else { frames.unsigned_abs() };
        frames <= reach(&self.folder)
    }
}
