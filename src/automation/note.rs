//! Noting on a rule that it acted, or why it could not.

use crate::base::Result;
use crate::store::{Tx, params};

/// Counts a ticket that a rule really changed.
pub fn note_run(tx: &Tx<'_>, rule: i64) -> Result<()> {
    tx.execute(
        "update automation_rules set execution_count = execution_count + 1, last_executed_at = :now where id = :id",
        params! {":now": tx.now().0, ":id": rule},
    )?;
    Ok(())
}

/// Keeps why a rule could not do what it says.
pub fn note_failure(tx: &Tx<'_>, rule: i64, why: &str) -> Result<()> {
    tx.execute(
        "update automation_rules set last_error = :why, last_error_at = :now where id = :id",
        params! {":why": why, ":now": tx.now().0, ":id": rule},
    )?;
    Ok(())
}
