//! Coming in by a key pair.

use std::net::IpAddr;

use subtle::ConstantTimeEq;

use super::find::stored;
use crate::base::clock::MINUTE;
use crate::base::{Actor, Error, Kind, Result, Time, Who, secret};
use crate::store::{Conn, Tx, params};

/// Somebody who came in by a key pair.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The project's back end.
    pub actor: Actor,
    /// The pair, where its last use lies back so far that [`note_use`] has something to write.
    pub to_note: Option<i64>,
}

/// Who stands behind a key pair at this moment. A pair that is unknown, revoked or expired, or whose secret is another's,
/// is [`Kind::Unauthenticated`] whatever the address; one used from outside its addresses, [`Kind::Forbidden`].
pub fn enter(conn: &Conn<'_>, key: &str, secret: &str, ip: Option<IpAddr>) -> Result<Entered> {
    struct Found {
        who: Who,
        pair: i64,
        secret_hash: Vec<u8>,
        allowed_ips: String,
        is_good: bool,
        used_at: Option<i64>,
    }
    let found = conn.one(
        "select id, name, project_id, secret_hash, allowed_ips, last_used_at,
           revoked_at is null and (expires_at is null or expires_at > :now) as is_good
         from key_pairs where key_hash = :hash",
        params! {":hash": secret::token_hash(key), ":now": conn.now().0},
        |row| {
            let pair = row.get("id")?;
            Ok(Found {
                who: Who::KeyPair { pair, name: row.get("name")?, project: row.get("project_id")? },
                pair,
                secret_hash: row.get("secret_hash")?,
                allowed_ips: row.get("allowed_ips")?,
                is_good: row.get("is_good")?,
                used_at: row.get("last_used_at")?,
            })
        },
    )?;
    let found = found.ok_or_else(Error::unauthenticated)?;
    let is_right = bool::from(found.secret_hash.ct_eq(&secret::token_hash(secret)));
    if !is_right || !found.is_good {
        return Err(Error::unauthenticated());
    }
    if !stored(&found.allowed_ips)?.admit(ip) {
        return Err(Error::new(Kind::Forbidden, "This key pair may not be used from this address."));
    }
    let is_due = found.used_at.is_none_or(|at| Time(at).plus(MINUTE) <= conn.now());
    Ok(Entered { actor: Actor::new(found.who, ip), to_note: is_due.then_some(found.pair) })
}

/// Writes down that a key pair was used, unless that was done within the last minute.
pub fn note_use(tx: &Tx<'_>, pair: i64) -> Result<()> {
    tx.execute(
        "update key_pairs set last_used_at = :now
         where id = :pair and (last_used_at is null or last_used_at <= :before)",
        params! {":now": tx.now().0, ":pair": pair, ":before": tx.now().plus(-MINUTE).0},
    )?;
    Ok(())
}
