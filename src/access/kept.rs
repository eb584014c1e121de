//! Answers kept for 24 hours, so that a retry with the same idempotency key has one effect.

use crate::base::clock::DAY;
use crate::base::{Error, Kind, Place, Result};
use crate::store::{Conn, Tx, params};

/// One caller's use of one key.
#[derive(Clone, Debug)]
pub struct Once {
    /// Who: the credential, or the address of somebody without one.
    pub caller: String,
    /// What the caller sent as `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub request: [u8; 32],
}

impl Once {
    fn place(&self) -> String {
        format!("{}\n{}", self.caller, self.key)
    }
}

/// Whether this caller has used this key in the last day, whatever for.
pub fn is_known(conn: &Conn<'_>, caller: &str, key: &str) -> Result<bool> {
    let found = conn.one(
        "select 1 from kept_answers where caller = :caller and key = :key and created_at > :oldest",
        params! {":caller": caller, ":key": key, ":oldest": conn.now().plus(-DAY).0},
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// The answer that an earlier request with this key got, if there was one.
pub fn find(conn: &Conn<'_>, once: &Once) -> Result<Option<Vec<u8>>> {
    let found = conn.one(
        "select request_hash, answer from kept_answers where caller = :caller and key = :key and created_at > :oldest",
        params! {":caller": once.caller, ":key": once.key, ":oldest": conn.now().plus(-DAY).0},
        |row| Ok((row.get::<Vec<u8>>("request_hash")?, row.get::<Option<Vec<u8>>>("answer")?)),
    )?;
    match found {
        None => Ok(None),
        Some((hash, _)) if hash != once.request => {
            Err(Error::new(Kind::Mismatch, "This Idempotency-Key was used with another request. Use a new one."))
        }
        Some((_, None)) => Err(Error::new(
            Kind::Conflict,
            "This was done already, and its answer held a secret that is shown only once.",
        )),
        Some((_, Some(sealed))) => {
            let place = Place { table: "kept_answers", row: &once.place(), column: "answer" };
            Ok(Some(conn.keys().open(place, &sealed)?.to_vec()))
        }
    }
}

/// Keeps an answer; `None` for one that holds a secret.
pub fn keep(tx: &Tx<'_>, once: &Once, answer: Option<&[u8]>) -> Result<()> {
    let row = once.place();
    let place = Place { table: "kept_answers", row: &row, column: "answer" };
    let sealed = answer.map(|answer| tx.keys().seal(place, answer)).transpose()?;
    tx.execute(
        "insert into kept_answers (caller, key, request_hash, answer, created_at)
         values (:caller, :key, :hash, :answer, :now)
         on conflict (caller, key) do update set request_hash = :hash, answer = :answer, created_at = :now",
        params! {":caller": once.caller, ":key": once.key, ":hash": once.request, ":answer": sealed,
        ":now": tx.now().0},
    )?;
    Ok(())
}

/// Forgets what is older than a day.
pub fn purge(tx: &Tx<'_>) -> Result<usize> {
    tx.execute("delete from kept_answers where created_at <= :oldest", params! {":oldest": tx.now().plus(-DAY).0})
}
