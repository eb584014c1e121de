//! What must be done to a database that comes from the past, before anybody talks to it.

use crate::audit;
use crate::base::{Actor, Result, Time};
use crate::store::{Tx, params};

/// How far revisions of desired states step ahead: past every one that an agent may have seen since the backup was made. An
/// agent that has seen the same number with another content would otherwise believe that nothing has changed.
const STEP: i64 = 1 << 20;

/// Credentials that go on working as they did when the backup was made, also those that were revoked since.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// API keys that are not revoked.
    pub api_keys: i64,
    /// Key pairs that are not revoked.
    pub key_pairs: i64,
}

/// Ends whatever may have been ended since the backup was made and is handed out anew easily: sessions, links in mails,
/// access of applications, unused enrolments. Agents keep their tokens, so that servers go on.
pub fn settle(tx: &Tx<'_>, made_at: Time) -> Result<Standing> {
    tx.execute("delete from sessions", params![])?;
    tx.execute("delete from user_tokens", params![])?;
    tx.execute("delete from setup_links", params![])?;
    tx.execute("delete from oauth_tokens", params![])?;
    tx.execute("delete from oauth_codes", params![])?;
    tx.execute(
        "update enrollments set void_at = :now where used_at is null and void_at is null",
        params! {":now": tx.now().0},
    )?;
    tx.execute("update servers set revision = revision + :step", params! {":step": STEP})?;
    audit::record(tx, &Actor::system(), "instance_restored", &made_at.to_milliseconds())?;
    let standing = tx.one(
        "select (select count(*) from api_keys where revoked_at is null) as api_keys,
           (select count(*) from key_pairs where revoked_at is null) as key_pairs from (select 1)",
        params![],
        |row| Ok(Standing { api_keys: row.get("api_keys")?, key_pairs: row.get("key_pairs")? }),
    )?;
    Ok(standing.unwrap_or(Standing { api_keys: 0, key_pairs: 0 }))
}
