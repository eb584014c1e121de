//! What a verb does with a transaction: `&Conn` reads, `&Tx` writes.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Deref;

use rusqlite::Connection;
pub use rusqlite::ToSql as ToValue;
pub use rusqlite::named_params as params;
pub use rusqlite::types::Value;

use super::{Follower, fault};
use crate::base::{Event, Keys, Result, Time};

/// Named parameters, as [`params!`] makes them.
pub type Params<'p> = &'p [(&'p str, &'p dyn ToValue)];

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

    /// The columns in the order in which the statement names them: for rows that are read by the hundred.
    pub fn columns(&self) -> Columns<'_> {
        Columns { row: self.0, next: Cell::new(0) }
    }

    /// The bytes of the named column, borrowed for as long as the row lasts.
    pub fn blob(&self, column: &str) -> Result<&[u8]> {
        let value = self.0.get_ref(column).map_err(fault::translate)?;
        value.as_blob().map_err(crate::base::Error::internal)
    }
}

/// A row that is read from left to right.
pub struct Columns<'r> {
    row: &'r rusqlite::Row<'r>,
    next: Cell<usize>,
}

impl Columns<'_> {
    /// The next column.
    pub fn take<T: rusqlite::types::FromSql>(&self) -> Result<T> {
        let column = self.next.get();
        self.next.set(column + 1);
        self.row.get(column).map_err(fault::translate)
    }

    /// The next column, a text that is borrowed for as long as the row lasts.
    pub fn text(&self) -> Result<&str> {
        let column = self.next.get();
        self.next.set(column + 1);
        self.row.get_ref(column).map_err(fault::translate)?.as_str().map_err(crate::base::Error::internal)
    }
}

/// Work that a batch does once for each key, after its last request.
type AtEnd = fn(&Tx<'_>, i64) -> Result<()>;

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
        let (mut read, mut found) = (Some(read), None);
        self.walk(sql, values, &mut |row| {
            found = read.take().map(|read| read(row)).transpose()?;
            Ok(false)
        })?;
        Ok(found)
    }

    /// Whether the schema has come as far as a table.
    pub fn has_table(&self, name: &str) -> Result<bool> {
        let found = self.one(
            "select 1 from sqlite_master where type = 'table' and name = :name",
            params! {":name": name},
            |_| Ok(()),
        )?;
        Ok(found.is_some())
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
        self.walk(sql, values, &mut |row| visit(row).map(|()| true))
    }

    /// [`Conn::each`] as long as more are wanted.
    pub fn each_while(
        &self,
        sql: &str,
        values: Params<'_>,
        mut visit: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        self.walk(sql, values, &mut visit)
    }

    /// What all of these do, compiled once.
    fn walk(&self, sql: &str, values: Params<'_>, visit: &mut dyn FnMut(&Row<'_>) -> Result<bool>) -> Result<()> {
        let mut statement = self.raw.prepare_cached(sql).map_err(fault::translate)?;
        let mut rows = statement.query(values).map_err(fault::translate)?;
        while let Some(row) = rows.next().map_err(fault::translate)? {
            if !visit(&Row(row))? {
                break;
            }
        }
        Ok(())
    }
}

/// A transaction that may write. What it announces is heard once it has committed.
pub struct Tx<'c> {
    conn: Conn<'c>,
    events: RefCell<Vec<Event>>,
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
        Self { conn: Conn { raw, now, keys }, events: RefCell::default(), at_end: RefCell::default() }
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
        let heard = self.events.borrow().len();
        let done = f();
        if done.is_err() {
            self.events.borrow_mut().truncate(heard);
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
        self.events.borrow_mut().push(event);
    }

    /// Does this once for the key at the end of the batch, however often it is asked for: for what is derived from
    /// other rows and dear to write, such as a search index. The work of a request that failed may be done too, so it
    /// must derive everything from the rows as it finds them.
    pub fn at_end(&self, what: &'static str, key: i64, work: AtEnd) {
        self.at_end.borrow_mut().insert((what, key), work);
    }

    /// Has everything that was announced followed up.
    pub(super) fn follow(&self, follow: Follower) -> Result<()> {
        let announced = self.events.borrow().clone();
        announced.iter().try_for_each(|event| follow(self, event))
    }

    /// Does what was put off.
    pub(super) fn finish(&self) -> Result<()> {
        self.at_end.take().into_iter().try_for_each(|((_, key), work)| work(self, key))
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

/// One read transaction: every statement of it sees the same moment.
pub fn snapshot<T>(raw: &Connection, now: Time, keys: &Keys, f: impl FnOnce(&Conn<'_>) -> Result<T>) -> Result<T> {
    raw.prepare_cached("begin").and_then(|mut s| s.execute([])).map_err(fault::translate)?;
    let done = f(&Conn { raw, now, keys });
    if !raw.is_autocommit() {
        raw.prepare_cached("commit").and_then(|mut s| s.execute([])).map_err(fault::translate)?;
    }
    done
}
