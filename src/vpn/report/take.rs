//! Counting a report once.

use std::collections::{BTreeMap, HashMap};

use super::Measured;
use crate::base::{Error, Result};
use crate::store::{Conn, Tx, params};
use crate::vpn::history::{self, Point};
use crate::vpn::usage::{self, Ledger};

/// Takes a report in: counters, sample, snapshot. A report that was counted before changes nothing.
pub fn take(tx: &Tx<'_>, server: i64, measured: &Measured) -> Result<()> {
    let comes_next = |ledger: &Ledger| measured.place.is_none_or(|place| ledger.comes_next(place));
    let mut quick = false;
    let mut ledger = usage::load(tx, server, |ledger| {
        quick = comes_next(ledger);
        quick
    })?;
    let numbers = numbers(tx, server, measured, &ledger)?;
    let counters: BTreeMap<_, _> =
        measured.stats.iter().filter_map(|(key, stat)| Some((*numbers.get(key.as_str())?, stat.counters))).collect();
    match measured.place {
        Some(place) => {
            if !ledger.count(place, &counters) {
                return Ok(());
            }
        }
        None => ledger.count_unplaced(&counters),
    }
    let is_newest = newest(tx, server)?.is_none_or(|at| at <= measured.at.0);
    for (key, stat) in &measured.stats {
        let Some(known) = numbers.get(key.as_str()).and_then(|number| ledger.peers.get_mut(number)) else { continue };
        known.key.clone_from(key);
        known.usage.latest_handshake = known.usage.latest_handshake.max(stat.latest_handshake);
        if is_newest && stat.endpoint.is_some() {
            known.usage.endpoint.clone_from(&stat.endpoint);
        }
    }
    usage::save(tx, server, &ledger, !quick)?;
    let point = Point {
        at: measured.at,
        ping_ms: measured.ping_ms,
        transfer_rx: measured.transfer.rx,
        transfer_tx: measured.transfer.tx,
    };
    history::add(tx, server, &point)?;
    if is_newest { snapshot(tx, server, measured) } else { Ok(()) }
}

/// Peer numbers by public key. The ledger knows them unless a peer is new or has a new key.
fn numbers<'m>(conn: &Conn<'_>, server: i64, measured: &'m Measured, ledger: &Ledger) -> Result<HashMap<&'m str, i64>> {
    let known: HashMap<&str, i64> = ledger.peers.iter().map(|(number, known)| (known.key.as_str(), *number)).collect();
    let keys = measured.stats.keys().map(String::as_str);
    if measured.stats.keys().all(|key| known.contains_key(key.as_str())) {
        return Ok(keys.filter_map(|key| Some((key, *known.get(key)?))).collect());
    }
    let mut stored = HashMap::new();
    conn.each("select number, public_key from peers where server = :server", params! {":server": server}, |row| {
        stored.insert(row.get::<String>("public_key")?, row.get::<i64>("number")?);
        Ok(())
    })?;
    Ok(keys.filter_map(|key| Some((key, *stored.get(key)?))).collect())
}

fn newest(conn: &Conn<'_>, server: i64) -> Result<Option<i64>> {
    conn.one("select measured_at from snapshots where server = :server", params! {":server": server}, |row| {
        row.get("measured_at")
    })
}

fn snapshot(tx: &Tx<'_>, server: i64, measured: &Measured) -> Result<()> {
    let errors: Vec<_> = measured.errors.iter().map(|fault| (&fault.code, &fault.message, fault.at.0)).collect();
    tx.execute(
        "insert into snapshots (server, measured_at, interval_s, ping_ms, peers, transfer_rx, transfer_tx,
           applied_revision, errors)
         values (:server, :at, :interval_s, :ping_ms, :peers, :rx, :tx, :revision, :errors)
         on conflict (server) do update set measured_at = :at, interval_s = :interval_s, ping_ms = :ping_ms,
           peers = :peers, transfer_rx = :rx, transfer_tx = :tx, applied_revision = :revision, errors = :errors",
        params! {":server": server, ":at": measured.at.0, ":interval_s": measured.interval_s,
        ":ping_ms": measured.ping_ms, ":peers": measured.peers, ":rx": measured.transfer.rx.cast_signed(),
        ":tx": measured.transfer.tx.cast_signed(), ":revision": measured.applied_revision.map(u64::cast_signed),
        ":errors": serde_json::to_string(&errors).map_err(Error::internal)?},
    )?;
    Ok(())
}
