//! The settings of every connection.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rustix::fs::{Access, access};
use rustix::io::Errno;

use super::directory::unusable;
use super::fault;
use crate::base::{Error, Kind, Result};

/// Below this version two connections that write and checkpoint at once can corrupt the file.
const OLDEST_ENGINE: i32 = 3_051_003;
/// Other processes hold the lock for a commit at most.
const BUSY: Duration = Duration::from_secs(10);
/// Longest that a reader waits for a connection: one that cannot be opened is tried again for so long.
const PATIENCE: Duration = Duration::from_secs(2);
/// Longest that writers wait while the log is being cut.
const BRIEFLY: Duration = Duration::from_millis(100);
/// Pages that the connection that writes keeps, in KiB; others are had from the kernel, which keeps them too.
const WRITES_FROM: u32 = 16 << 10;
/// The same of each connection that reads. With 64 MiB each, reads at a million tickets are a tenth to a fifth faster, and memory
/// is twice as much.
pub const READS_FROM: u32 = 32 << 10;
/// The same of the one for searches that take long: what they walk at a million tickets fits, and is walked twice as fast.
pub const SEARCHES_FROM: u32 = 64 << 10;
/// Distinct statements a connection keeps prepared.
const PREPARED: usize = 256;

/// The connection that writes: durable at every commit.
pub fn writer(path: &Path) -> Result<Connection> {
    keep_private(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault::translate)?;
    configure(&connection, WRITES_FROM).map_err(fault::translate)?;
    connection
        .execute_batch("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;")
        .map_err(fault::translate)?;
    // What is deleted is blanked in the file, not merely forgotten.
    connection.execute_batch("pragma secure_delete = on").map_err(fault::translate)?;
    Ok(connection)
}

/// Brings everything from the write-ahead log into the file and cuts the log to nothing; false while readers need it.
pub fn cut_log(connection: &Connection) -> Result<bool> {
    // Writers must not wait long for a reader: whoever comes too early comes again.
    connection.busy_timeout(BRIEFLY).map_err(fault::translate)?;
    let busy = connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get::<_, i64>(0));
    connection.busy_timeout(BUSY).map_err(fault::translate)?;
    match busy {
        Ok(busy) => Ok(busy == 0),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
        Err(error) => Err(fault::translate(error)),
    }
}

/// Nobody else on the machine may read the file; the engine gives its companions the same mode. One that is there is never
/// opened: whoever closes one handle of a file gives up every lock that the process has on it, and then the next program that
/// looks at the database and leaves takes the log away under those that go on writing to it.
fn keep_private(path: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_made) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => may(path, Access::READ_OK | Access::WRITE_OK),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// Whether this process may do so with a database and its companions: the engine would not say why it cannot.
fn may(path: &Path, what: Access) -> Result<()> {
    for path in [path.to_owned(), path.with_extension("db-wal"), path.with_extension("db-shm")] {
        match access(&path, what) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(unusable(&path, &error.into())),
        }
    }
    Ok(())
}

/// A connection that cannot write.
pub fn reader(path: &Path) -> Result<Connection> {
    may(path, Access::READ_OK)?;
    let connection = Connection::open_with_flags(path, reader_flags()).map_err(fault::translate)?;
    configure(&connection, READS_FROM).map_err(fault::translate)?;
    Ok(connection)
}

/// Connections for so many readers, each of which cannot write and keeps so many KiB of pages. One is opened when it is first
/// asked for: most instances never need as many as they may have, and each holds the whole schema.
pub fn readers(path: &Path, count: usize, cache_kib: u32) -> Pool<SqliteConnectionManager> {
    let source =
        SqliteConnectionManager::file(path).with_flags(reader_flags()).with_init(move |c| configure(c, cache_kib));
    Pool::builder()
        .max_size(u32::try_from(count).unwrap_or(u32::MAX))
        .min_idle(Some(0))
        .idle_timeout(None)
        .max_lifetime(None)
        .connection_timeout(PATIENCE)
        .test_on_check_out(false)
        .build_unchecked(source)
}

/// A database that lives no longer than its connection.
pub fn memory() -> Result<Connection> {
    Connection::open_in_memory().map_err(fault::translate)
}

/// Reads the whole file and says what is wrong with it.
pub fn check_integrity(connection: &Connection) -> Result<()> {
    let verdict: String =
        connection.query_row("pragma integrity_check(1)", [], |row| row.get(0)).map_err(fault::translate)?;
    let orphan: Option<String> = {
        let mut statement = connection.prepare("pragma foreign_key_check").map_err(fault::translate)?;
        let mut rows = statement.query([]).map_err(fault::translate)?;
        match rows.next().map_err(fault::translate)? {
            Some(row) => Some(row.get(0).map_err(fault::translate)?),
            None => None,
        }
    };
    match (verdict.as_str(), orphan) {
        ("ok", None) => Ok(()),
        ("ok", Some(table)) => Err(damaged(&format!("a row of {table} refers to one that is gone"))),
        (what, _) => Err(damaged(what)),
    }
}

fn damaged(what: &str) -> Error {
    Error::new(
        Kind::Internal,
        format!("The database is damaged: {what}. Restore a backup, or ask for help with this file."),
    )
}

fn reader_flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn configure(connection: &Connection, cache_kib: u32) -> rusqlite::Result<()> {
    if rusqlite::version_number() < OLDEST_ENGINE {
        return Err(rusqlite::Error::ToSqlConversionFailure("SQLite is older than 3.51.3".into()));
    }
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // Without it every new value bound to a statement may prepare it again (half of a reader's throughput).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.execute_batch("pragma mmap_size = 0; pragma trusted_schema = off; pragma temp_store = memory;")?;
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))
}
