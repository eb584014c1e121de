//! Forgetting deliveries that are over.

use crate::base::Result;
use crate::base::clock::DAY;
use crate::store::{Tx, params};

/// Days that the log goes back.
const KEPT_DAYS: i64 = 14;
/// Rows removed in one transaction.
const AT_ONCE: i64 = 1_000;

/// Removes some of the deliveries that have been over for long, and of those that wait for a webhook that is off; whether
/// there may be more. A secret that signs no more goes at once.
pub fn prune(tx: &Tx<'_>) -> Result<bool> {
    tx.execute(
        "update webhooks set old_secret = null, old_secret_until = null where old_secret_until <= :now",
        params! {":now": tx.now().0},
    )?;
    let before = tx.now().plus(-KEPT_DAYS * DAY).0;
    let gone = tx.execute(
        "delete from webhook_deliveries where id in (
           select id from webhook_deliveries where status <> 'waiting' and last_at < :before limit :n)",
        params! {":before": before, ":n": AT_ONCE},
    )?;
    let left = tx.execute(
        "delete from webhook_deliveries where id in (
           select d.id from webhook_deliveries d join webhooks w on w.id = d.webhook_id
           where d.status = 'waiting' and d.next_at < :before and not w.is_active limit :n)",
        params! {":before": before, ":n": AT_ONCE},
    )?;
    Ok(i64::try_from(gone.max(left)).unwrap_or(i64::MAX) == AT_ONCE)
}
