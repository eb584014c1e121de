//! How a verb reads: `&Conn` is the database at one moment.

use std::cell::Cell;

use rusqlite::Connection;
pub use rusqlite::ToSql as ToValue;
pub use rusqlite::named_params as params;
pub use rusqlite::types::Value;

use super::fault;
use crate::base::{Keys, Result, Time};

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

/// A view of the database at one moment.
pub struct Conn<'c> {
    pub(super) raw: &'c Connection,
    pub(super) now: Time,
    pub(super) keys: &'c Keys,
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

/// One read transaction: every statement of it sees the same moment.
pub fn snapshot<T>(raw: &Connection, now: Time, keys: &Keys, f: impl FnOnce(&Conn<'_>) -> Result<T>) -> Result<T> {
    raw.prepare_cached("begin").and_then(|mut s| s.execute([])).map_err(fault::translate)?;
    let done = f(&Conn { raw, now, keys });
    if !raw.is_autocommit() {
        raw.prepare_cached("commit").and_then(|mut s| s.execute([])).map_err(fault::translate)?;
    }
    done
}
