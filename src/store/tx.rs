//! How a verb writes: `&Tx` reads as `&Conn` does, and changes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;

use rusqlite::Connection;

use super::conn::{Conn, Params};
use super::pending::{Add, Pending, Place};
use super::{Follower, fault};
use crate::base::{Event, Keys, Result, Time};

/// Work that a batch does once for each key, after its last request.
type AtEnd = fn(&Tx<'_>, i64) -> Result<()>;

/// A transaction that may write. What it announces is heard once it has committed.
pub struct Tx<'c> {
    conn: Conn<'c>,
    pending: RefCell<Pending>,
    at_end: RefCell<BTreeMap<(&'static str, i64), AtEnd>>,
}

impl<'c> Deref for Tx<'c> {
    type Target = Conn<'c>;

    fn deref(&self) -> &Self::Target {
        &self.conn
    }
}

impl<'c> Tx<'c> {
    pub(super) fn new(raw: &'c Connection, now: Time, keys: &'c Keys) -> Self {
        Self { conn: Conn { raw, now, keys }, pending: RefCell::default(), at_end: RefCell::default() }
    }

    /// Runs a statement; answers how many rows it changed.
    pub fn execute(&self, sql: &str, values: Params<'_>) -> Result<usize> {
        self.conn.raw.prepare_cached(sql).and_then(|mut s| s.execute(values)).map_err(fault::translate)
    }

    /// Runs an insert; answers the new row's number.
    pub fn insert(&self, sql: &str, values: Params<'_>) -> Result<i64> {
        self.execute(sql, values)?;
        Ok(self.conn.raw.last_insert_rowid())
    }

    /// Does something that may come to nothing without failing all the rest: when it fails, what it wrote is undone.
    pub fn attempt<T>(&self, f: impl FnOnce() -> Result<T>) -> Result<T> {
        self.conn.raw.execute_batch("savepoint attempt").map_err(fault::translate)?;
        let layer = self.pending.borrow_mut().begin();
        let done = f();
        self.pending.borrow_mut().end(layer, done.is_ok());
        if done.is_err() {
            // A full disk has already rolled the whole transaction back.
            if self.conn.raw.is_autocommit() {
                return done;
            }
            self.conn.raw.execute_batch("rollback to attempt").map_err(fault::translate)?;
        }
        self.conn.raw.execute_batch("release attempt").map_err(fault::translate)?;
        done
    }

    /// Says something to the rest of the process, once this has committed.
    pub fn announce(&self, event: Event) {
        self.pending.borrow_mut().announce(event);
    }

    /// Adds to the sums that a row keeps: written at the end of the batch, once for all who add to it. Until then whoever reads
    /// the row finds it as it was before the batch.
    pub fn add(&self, place: Place, amounts: &[i64], add: Add) {
        self.pending.borrow_mut().add(place, amounts, add);
    }

    /// Does this once for the key at the end of the batch, however often it is asked for: for what is derived from
    /// other rows and dear to write, such as a search index. The work of a request that failed may be done too, so it
    /// must derive everything from the rows as it finds them.
    pub fn at_end(&self, what: &'static str, key: i64, work: AtEnd) {
        self.at_end.borrow_mut().insert((what, key), work);
    }

    /// Runs a request; where it fails, nothing of what it announced and added is left.
    pub(super) fn aside(&self, run: impl FnOnce() -> bool) -> bool {
        let layer = self.pending.borrow_mut().begin();
        let succeeded = run();
        self.pending.borrow_mut().end(layer, succeeded);
        succeeded
    }

    /// Has everything that was announced followed up.
    pub(super) fn follow(&self, follow: Follower) -> Result<()> {
        let announced = self.pending.borrow().events().to_vec();
        announced.iter().try_for_each(|event| follow(self, event))
    }

    /// Does what was put off.
    pub(super) fn finish(&self) -> Result<()> {
        let sums = self.pending.borrow_mut().take_sums();
        sums.iter().try_for_each(|(place, (amounts, add))| add(self, place, amounts))?;
        self.at_end.take().into_iter().try_for_each(|((_, key), work)| work(self, key))
    }

    pub(super) fn changes(&self) -> u64 {
        self.conn.raw.total_changes()
    }

    pub(super) fn take_events(&self) -> Vec<Event> {
        self.pending.borrow_mut().take_events()
    }
}

/// One transaction that commits when the closure succeeds.
pub fn transaction<T>(raw: &Connection, now: Time, keys: &Keys, f: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
    raw.execute_batch("begin immediate").map_err(fault::translate)?;
    let tx = Tx::new(raw, now, keys);
    let done = f(&tx).and_then(|value| tx.finish().map(|()| value)).and_then(|value| {
        raw.execute_batch("commit").map_err(fault::translate)?;
        Ok(value)
    });
    if done.is_err() && !raw.is_autocommit() {
        raw.execute_batch("rollback").map_err(fault::translate)?;
    }
    done
}
