//! Seeing to it that nothing is left of a credential that is gone.
//!
//! Emptying a credential blanks its place where it lies (a trigger does, however the row goes). The pages that held it may
//! still be in the write-ahead log; only once that has been cut is the erasure done.

use crate::base::Result;
use crate::store::{Conn, Tx, params};

/// Whether there are credentials to expire.
pub fn has_expired(conn: &Conn<'_>) -> Result<bool> {
    let found = conn.one(
        "select 1 from credentials where expires_at <= :now and place_id is not null limit 1",
        params! {":now": conn.now().0},
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Blanks every credential that has expired; answers how many. What they were for, and when they went, stays known.
pub fn expire(tx: &Tx<'_>) -> Result<usize> {
    tx.execute(
        "update credentials set place_id = null where expires_at <= :now and place_id is not null",
        params! {":now": tx.now().0},
    )
}

/// How many erasures were asked for, where some are not done yet.
pub fn unerased(conn: &Conn<'_>) -> Result<Option<i64>> {
    conn.one("select asked from erasures where asked > done", params![], |row| row.get("asked"))
}

/// Notes that so many erasures are done: the log was cut after they were asked for.
pub fn erased(tx: &Tx<'_>, asked: i64) -> Result<()> {
    tx.execute("update erasures set done = :asked where done < :asked", params! {":asked": asked}).map(drop)
}
