//! A copy of the database as it is at one moment, made beside whoever writes to it.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::{Directory, fault, open};
use crate::base::{Error, Kind, Result};

/// Copies the database into an empty folder; answers that as a directory under the same secret.
///
/// All pages in one step, which is one read transaction: one that is made in several begins anew with every commit, so
/// under load it would never end. Writers go on meanwhile; only the log is not cut until it is over.
pub fn copy(directory: &Directory, folder: &Path) -> Result<Directory> {
    let copied = directory.beside(folder)?;
    let source = open::reader(&directory.database())?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(copied.database(), flags).map_err(fault::translate)?;
    // Nobody needs a copy that was not finished.
    target.execute_batch("pragma journal_mode = off; pragma synchronous = off").map_err(fault::translate)?;
    let step = Backup::new(&source, &mut target).and_then(|backup| backup.step(-1)).map_err(fault::translate)?;
    match step {
        StepResult::Done => Ok(copied),
        _ => Err(Error::new(Kind::Unavailable { retry_after: 5 }, "The database is busy. Try again.")),
    }
}
