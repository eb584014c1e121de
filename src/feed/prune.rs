//! Forgetting what happened long ago.

use crate::base::Result;
use crate::base::clock::DAY;
use crate::store::{Tx, params};

/// Days that a row is kept.
const KEPT_DAYS: i64 = 7;
/// Rows looked at in one transaction.
const AT_ONCE: i64 = 2_000;

/// Removes some of the rows that are too old; whether there may be more. The newest one stays, so that whoever comes back
/// after a long time can tell that they missed nothing, or something.
pub fn prune(tx: &Tx<'_>) -> Result<bool> {
    let before = tx.now().plus(-KEPT_DAYS * DAY).0;
    let oldest = tx.one("select at from events order by id limit 1", params! {}, |row| row.get::<i64>("at"))?;
    if oldest.is_none_or(|at| at >= before) {
        return Ok(false);
    }
    let gone = tx.execute(
        "delete from events where at < :before and id < (select max(id) from events)
           and id in (select id from events order by id limit :n)",
        params! {":before": before, ":n": AT_ONCE},
    )?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX) == AT_ONCE)
}
