//! The only folder that names the database: SQLite in WAL mode, one writer thread, read-only readers.
//!
//! `directory` holds the data directory and the instance secret, `open` the settings of every connection, `migrate` the
//! schema, `conn` how a verb reads and `tx` how it writes, `pending` what it leaves to the end, `writer` and `readers` the threads that run
//! them, `reserve` room on a full disk, `fault` what an error of the engine means to us, `words` what people search for, `files` what lies beside the
//! database and `keep_all` that it stays there, `copy` a copy of the database at one moment.

mod conn;
mod copy;
pub mod directory;
mod fault;
mod files;
mod keep_all;
mod migrate;
mod open;
mod pending;
mod readers;
pub mod reserve;
mod tx;
mod words;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub use conn::{Columns, Conn, Row, ToValue, Value, params};
pub use copy::copy;
pub use directory::Directory;
pub use files::{Files, Hash, Incoming, Kept, Written, hash_of, place_of};
pub use keep_all::{AllKept, keep_all};
pub use migrate::{Migration, MigrationState, Schema, differences, migration_state, migrations, schema};
pub use pending::Place;
pub use tx::Tx;
pub use words::{Words, words};

use crate::base::{Clock, Event, Result};
use readers::{Deadline, Readers};
use reserve::Reserve;
use writer::{Claim, Writer};

/// Longest that a job of the slow lane may run.
const SLOW_DEADLINE: Deadline = Deadline::of(Duration::from_secs(30));
/// Longest that a search may take from those who read what is found at once, and how long it may wait for the disk there.
const QUICK_SEARCH: Deadline = Deadline::of(Duration::from_millis(50)).with_processor(Duration::from_millis(5));
/// Longest that it may run on the thread for the others.
const SEARCH_DEADLINE: Deadline = Deadline::of(Duration::from_secs(5));

/// Hears every event of a commit, in order, on the writer's thread: it must not block.
pub type Listener = Box<dyn Fn(&Event) + Send>;

/// Follows up what a change announced, in the same transaction: for nouns that build on the one that was changed. An error
/// undoes the whole batch, so it must not fail on what users send.
pub type Follower = fn(&Tx<'_>, &Event) -> Result<()>;

/// The database as the rest of the program sees it. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: Readers,
    slow: Readers,
    search: Readers,
}

impl Store {
    /// Opens the database of a held directory, whose schema must be current, and starts its threads.
    pub fn start(directory: &Directory, clock: &Clock, follow: Follower, listener: Listener) -> Result<Self> {
        let path = directory.database();
        let keys = Arc::new(directory.keys().clone());
        let threads = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let pool = open::readers(&path, threads + 1, open::READS_FROM);
        let search = open::readers(&path, 1, open::SEARCHES_FROM);
        let (raw, reserve) = (open::writer(&path)?, Reserve::of(directory.path())?);
        Ok(Self {
            writer: Writer::start(raw, reserve, clock.clone(), keys.clone(), follow, listener)?,
            readers: Readers::start("reader", threads, &pool, clock, &keys, None)?,
            slow: Readers::start("slow-reader", 1, &pool, clock, &keys, Some(SLOW_DEADLINE))?,
            search: Readers::start("search", 1, &search, clock, &keys, Some(SEARCH_DEADLINE))?,
        })
    }

    /// Runs one request's reads in one transaction, on a reader's thread.
    pub async fn read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>) -> Result<T> + Send + 'static,
    {
        self.readers.run(read).await
    }

    /// Runs a search. Most take no longer than other reads and are one; what takes longer is stopped and begins anew on a thread
    /// of its own, under a deadline, so that a few who look for what is everywhere hold up nobody else.
    pub async fn search<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Conn<'_>) -> Result<T> + Clone + Send + 'static,
    {
        match self.readers.attempt(QUICK_SEARCH, read.clone()).await? {
            Some(found) => Ok(found),
            None => self.search.run(read).await,
        }
    }

    /// Runs a report, an export or a ranked search on its own thread, under a deadline.
    pub async fn read_slowly<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>) -> Result<T> + Send + 'static,
    {
        self.slow.run(read).await
    }

    /// Runs one request's changes; answers once they are on disk. The closure may run twice, so it must not act on
    /// anything but the transaction.
    pub async fn write<T, F>(&self, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.run(Claim::Room, write).await
    }

    /// [`Store::write`] for what must go through on a full disk too: logins, and what takes access away. There is room for
    /// some hundreds of them.
    pub async fn write_even_when_full<T, F>(&self, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.run(Claim::Reserve, write).await
    }

    /// [`Kind::Full`](crate::base::Kind::Full) while changes are refused: for whoever does something first and notes it then, and
    /// would otherwise do it again and again.
    pub async fn must_have_room(&self) -> Result<()> {
        self.write(|_| Ok(())).await
    }

    /// [`Store::write`] of several requests that share a commit, in this order; each answers for itself, and one that fails takes
    /// none of the others with it.
    pub async fn write_all<T, F>(&self, writes: Vec<F>) -> Result<Vec<Result<T>>>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.run_all(Claim::Room, writes).await
    }

    /// Changes something that nobody waits for and that may as well be lost, behind what is queued. Never blocks.
    pub fn write_unheard<F>(&self, write: F)
    where
        F: FnMut(&Tx<'_>) -> Result<()> + Send + 'static,
    {
        self.writer.run_unheard(write);
    }

    /// Empties the write-ahead log, so that nothing can be read there of what was overwritten; false while readers need it.
    pub async fn cut_log(&self) -> Result<bool> {
        self.writer.cut_log().await
    }

    /// How many batches have committed: a cached answer older than this may be stale.
    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }

    /// Lets the queue run dry and stops the threads.
    pub async fn stop(&self) {
        self.writer.stop().await;
    }
}

/// Runs one transaction on a connection of its own: for commands that work beside a running `serve`.
pub fn write_once<T>(directory: &Directory, clock: &Clock, write: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
    let raw = open::writer(&directory.database())?;
    tx::transaction(&raw, clock.now(), directory.keys(), write)
}

/// Runs one read on a connection of its own: for commands that work beside a running `serve`.
pub fn read_once<T>(directory: &Directory, clock: &Clock, read: impl FnOnce(&Conn<'_>) -> Result<T>) -> Result<T> {
    let raw = open::reader(&directory.database())?;
    conn::snapshot(&raw, clock.now(), directory.keys(), read)
}

/// Brings the schema up to date. The directory must be held.
pub fn migrate(directory: &Directory, clock: &Clock) -> Result<Migrated> {
    let mut raw = open::writer(&directory.database())?;
    migrate::to_latest(&mut raw)?;
    tx::transaction(&raw, clock.now(), directory.keys(), migrate::bind_to_secret)?;
    Ok(Migrated { _open: raw })
}

/// A database whose schema is up to date, still open. Whoever goes on to use it keeps this until then: the last connection
/// that is closed brings the whole log into the file, waits for the disk and removes it, and the next one makes it again.
#[derive(Debug)]
pub struct Migrated {
    _open: rusqlite::Connection,
}

/// Whether every page of the database file is sound.
pub fn check_integrity(path: &Path) -> Result<()> {
    open::check_integrity(&open::reader(path)?)
}

/// Prepares a statement against a fresh schema: what the tests hold every statement of the code against.
#[doc(hidden)]
pub fn prepares(statement: &str) -> std::result::Result<(), String> {
    let mut raw = open::memory().map_err(|error| error.to_string())?;
    migrate::to_latest(&mut raw).map_err(|error| error.to_string())?;
    raw.prepare(statement).map(drop).map_err(|error| error.to_string())
}
