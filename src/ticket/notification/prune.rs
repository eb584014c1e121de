//! Forgetting old notifications.

use crate::base::Result;
use crate::base::clock::DAY;
use crate::store::{Tx, params};

/// Days that a notification is kept.
const KEPT_DAYS: i64 = 90;
/// Rows looked at in one transaction.
const AT_ONCE: i64 = 2_000;

/// Removes some of the notifications that are too old; whether there may be more.
pub fn prune(tx: &Tx<'_>) -> Result<bool> {
    let before = tx.now().plus(-KEPT_DAYS * DAY).0;
    let sql = "select created_at from notifications order by id limit 1";
    let oldest = tx.one(sql, params! {}, |row| row.get::<i64>("created_at"))?;
    if oldest.is_none_or(|at| at >= before) {
        return Ok(false);
    }
    let gone = tx.execute(
        "delete from notifications
         where created_at < :before and id in (select id from notifications order by id limit :n)",
        params! {":before": before, ":n": AT_ONCE},
    )?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX) == AT_ONCE)
}
