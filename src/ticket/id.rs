//! Ids of rows that are clustered by ticket.

use crate::base::{Error, Result};
use crate::store::{Tx, params};

/// The next id of `messages`, `activities` or `spans`: never given twice.
pub fn next(tx: &Tx<'_>, name: &'static str) -> Result<i64> {
    let id = tx.one(
        "update id_counters set last = last + 1 where name = :name returning last",
        params! {":name": name},
        |row| row.get("last"),
    )?;
    id.ok_or_else(|| Error::internal(format!("there is no counter {name}")))
}
