//! Noting on a rule that it acted, or why it could not.

use crate::base::Result;
use crate::store::{Tx, params};

/// Failures in a row after which a rule is switched off; one that did all it says begins the count anew.
pub const MOST_FAILURES: i64 = 10;

/// Counts a ticket that a rule really changed; `is_whole` says whether it could do everything.
pub fn note_run(tx: &Tx<'_>, rule: i64, is_whole: bool) -> Result<()> {
    tx.execute(
        "update automation_rules set execution_count = execution_count + 1, last_executed_at = :now,
           failures = iif(:whole, 0, failures)
         where id = :id",
        params! {":now": tx.now().0, ":whole": is_whole, ":id": rule},
    )?;
    Ok(())
}

/// Keeps why a rule could not do what it says; whether that was once too often.
pub fn note_failure(tx: &Tx<'_>, rule: i64, why: &str) -> Result<bool> {
    tx.execute(
        "update automation_rules set last_error = :why, last_error_at = :now, failures = failures + 1 where id = :id",
        params! {":why": why, ":now": tx.now().0, ":id": rule},
    )?;
    let failures =
        tx.one("select failures from automation_rules where id = :id and is_active", params! {":id": rule}, |row| {
            row.get::<i64>("failures")
        })?;
    Ok(failures.is_some_and(|failures| failures >= MOST_FAILURES))
}
