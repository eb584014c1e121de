//! Servers that have fallen silent: who has not reported for three intervals is offline.

use crate::base::{Actor, Result};
use crate::feed::Kind;
use crate::store::{Conn, Tx, params};
use crate::vpn::server;

/// Servers noted in one transaction.
const AT_ONCE: i64 = 200;

/// Whether a server has fallen silent of whom that has not been said yet.
pub fn has_fallen_silent(conn: &Conn<'_>) -> Result<bool> {
    let found = conn.one(
        "select 1 from snapshots where is_online and measured_at + 3000 * interval_s < :now limit 1",
        params! {":now": conn.now().0},
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Says of servers that have fallen silent that they are offline, each once; whether there may be more.
pub fn note_silence(tx: &Tx<'_>) -> Result<bool> {
    let silent = tx.all(
        "select server from snapshots where is_online and measured_at + 3000 * interval_s < :now
         order by measured_at limit :n",
        params! {":now": tx.now().0, ":n": AT_ONCE},
        |row| row.get::<i64>("server"),
    )?;
    for server in &silent {
        tx.execute("update snapshots set is_online = 0 where server = :server", params! {":server": server})?;
        tell(tx, Kind::ServerOffline, *server)?;
    }
    Ok(!silent.is_empty())
}

/// Tells those who follow along that a server came or went.
pub(super) fn tell(tx: &Tx<'_>, kind: Kind, number: i64) -> Result<()> {
    let id: Option<String> =
        tx.one("select id from servers where number = :number", params! {":number": number}, |row| row.get("id"))?;
    server::tell(tx, &Actor::system(), kind, number, id.as_deref().unwrap_or_default())
}
