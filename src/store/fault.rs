//! What an error of the engine means to us.

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_WRITE;

use crate::base::{Error, Kind};

/// Seconds after which a busy database is worth another try.
const RETRY_AFTER: u64 = 5;

/// Turns an engine's error into ours; the user never reads the engine's words.
pub fn translate(error: rusqlite::Error) -> Error {
    let cause = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => full(),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
            Error::new(Kind::Unavailable { retry_after: RETRY_AFTER }, "The database cannot be written at the moment.")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::new(Kind::Unavailable { retry_after: RETRY_AFTER }, "The database is busy. Try again.")
        }
        Some(ErrorCode::SystemIoFailure) => unconfirmed(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Error::new(Kind::Internal, "The database is damaged. `gatehouse doctor` says more.")
        }
        Some(ErrorCode::ConstraintViolation) => {
            Error { constraint: Some(cause.clone()), ..Error::internal("a constraint was violated") }
        }
        _ => Error::internal("the database refused a statement"),
    }
    .because(cause)
}

/// There is no room for what was asked for.
pub fn full() -> Error {
    Error::new(Kind::Full, "The server's disk is full. Nothing was changed.")
}

/// The disk takes nothing any more.
pub fn read_only() -> Error {
    let what = "The server's disk is read-only. Nothing was changed.";
    Error::new(Kind::Unavailable { retry_after: RETRY_AFTER }, what)
}

/// Nobody knows whether it is on disk.
pub fn unconfirmed() -> Error {
    let what = "The disk did not confirm this. Whether it was kept is unknown: look before you try again.";
    Error::new(Kind::Unavailable { retry_after: RETRY_AFTER }, what)
}

/// Whether there was no room, and nothing was changed.
pub fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

/// Whether a commit broke off before its last frame was in the log: nothing of it counts. Of a sync that failed nobody can say so.
pub fn broke_off(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_WRITE)
}

/// After such an error nobody knows what is on disk: the process must stop writing.
pub fn leaves_the_disk_unknown(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}
