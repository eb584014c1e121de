//! What a verb does with a transaction: `&Conn` reads, `&Tx` writes.

use std::cell::RefCell;
use std::ops::Deref;

use rusqlite::Connection;
pub use rusqlite::named_params as params;
pub use rusqlite::types::Value;

use super::fault;
use crate::base::{Event, Keys, Result, Time};

/// Named parameters, as [`params!`] makes them.
pub type Params<'p> = &'p [(&'p str, &'p dyn rusqlite::ToSql)];

/// One row of an answer; columns are read by name.
pub struct Row<'r>(&'r rusqlite::Row<'r>);

impl Row<'_> {
    /// The named column.
    pub fn get<T: rusqlite::types::FromSql>(&self, column: &str) -> Result<T> {
        self.0.get(column).map_err(fault::translate)
    }

    /// A u64 that is stored as the i64 of the same bits.
    pub fn get_u64(&self, column: &str) -> Result<u64> {
        self.get::<i64>(column).map(i64::cast_unsigned)
    }

    /// [`Row::get_u64`] where the column may be null.
    pub fn get_opt_u64(&self, column: &str) -> Result<Option<u64>> {
        Ok(self.get::<Option<i64>>(column)?.map(i64::cast_unsigned))
    }

    /// The bytes of the named column, borrowed for as long as the row lasts.
    pub fn blob(&self, column: &str) -> Result<&[u8]> {
        let value = self.0.get_ref(column).map_err(fault::translate)?;
        value.as_blob().map_err(crate::base::Error::internal)
    }
}

/// A view of the database at one moment.
pub struct Conn<'c> {
    raw: &'c Connection,
    now: Time,
    keys: &'c Keys,
}

impl Conn<'_> {
    /// The moment of this transaction.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Keys to open what is sealed.
    pub fn keys(&self) -> &Keys {
        self.keys
    }

    /// The first row, if there is one.
    pub fn one<T>(&self, sql: &str, values: Params<'_>, read: impl FnOnce(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
        let mut statement = self.raw.prepare_cached(sql).map_err(fault::translate)?;
        let mut rows = statement.query(values).map_err(fault::translate)?;
        match rows.next().map_err(fault::translate)? {
            Some(row) => read(&Row(row)).map(Some),
            None => Ok(None),
        }
    }

    /// Every row.
    pub fn all<T>(&self, sql: &str, values: Params<'_>, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Every row in turn, without keeping any.
    pub fn each(&self, sql: &str, values: Params<'_>, mut visit: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.raw.prepare_cached(sql).map_err(fault::translate)?;
        let mut rows = statement.query(values).map_err(fault::translate)?;
        while let Some(row) = rows.next().map_err(fault::translate)? {
            visit(&Row(row))?;
        }
        Ok(())
    }
}

/// A transaction that may write. What it announces is heard once it has committed.
pub struct Tx<'c> {
    conn: Conn<'c>,
    events: RefCell<Vec<Event>>,
}

impl<'c> Deref for Tx<'c> {
    type Target = Conn<'c>;

    fn deref(&self) -> &Self::Target {
        &self.conn
    }
}

impl<'c> Tx<'c> {
    pub(super) fn new(raw: &'c Connection, now: Time, keys: &'c Keys) -> Self {
        Self { conn: Conn { raw, now, keys }, events: RefCell::default() }
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

    /// Says something to the rest of the process, once this has committed.
    pub fn announce(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }

    pub(super) fn changes(&self) -> u64 {
        self.conn.raw.total_changes()
    }

    pub(super) fn take_events(&self) -> Vec<Event> {
        self.events.take()
    }
}

/// One transaction that commits when the closure succeeds.
pub fn transaction<T>(raw: &Connection, now: Time, keys: &Keys, f: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
    raw.execute_batch("begin immediate").map_err(fault::translate)?;
    let done = f(&Tx::new(raw, now, keys)).and_then(|value| {
        raw.execute_batch("commit").map_err(fault::translate)?;
        Ok(value)
    });
    if done.is_err() && !raw.is_autocommit() {
        raw.execute_batch("rollback").map_err(fault::translate)?;
    }
    done
}

/// One read transaction: every statement of it sees the same moment.
pub fn snapshot<T>(raw: &Connection, now: Time, keys: &Keys, f: impl FnOnce(&Conn<'_>) -> Result<T>) -> Result<T> {
    raw.prepare_cached("begin").and_then(|mut s| s.execute([])).map_err(fault::translate)?;
    let done = f(&Conn { raw, now, keys });
    if !raw.is_autocommit() {
        raw.prepare_cached("commit").and_then(|mut s| s.execute([])).map_err(fault::translate)?;
    }
    done
}
