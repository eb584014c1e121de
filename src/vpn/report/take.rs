//! Counting a report once.

use super::parse::Stat;
use super::{Measured, silence};
use crate::base::clock::SECOND;
use crate::base::{Error, Event, Result};
use crate::feed::Kind;
use crate::store::{Conn, Tx, params};
use crate::vpn::history::{self, Point};
use crate::vpn::usage::{self, Ledger};
use crate::wire::KeyBytes;

/// Takes a report in: counters, sample, snapshot. A report that was counted before changes nothing.
pub fn take(tx: &Tx<'_>, server: i64, measured: &Measured) -> Result<()> {
    let comes_next = |ledger: &Ledger| measured.place.is_none_or(|place| ledger.comes_next(place));
    let mut quick = false;
    let mut ledger = usage::load(tx, server, |ledger| {
        quick = comes_next(ledger);
        quick
    })?;
    let found = found(tx, server, measured, &ledger)?;
    let counters = found.iter().map(|(number, _, stat)| (*number, stat.counters)).collect();
    match measured.place {
        Some(place) => {
            if !ledger.count(place, &counters) {
                return Ok(());
            }
        }
        None => ledger.count_unplaced(&counters),
    }
    let known = newest(tx, server)?;
    let is_newest = known.is_none_or(|(at, _)| at <= measured.at.0);
    for (number, key, stat) in found {
        let Some(known) = ledger.peers.get_mut(&number) else { continue };
        known.key = key;
        known.usage.latest_handshake = known.usage.latest_handshake.max(stat.latest_handshake);
        if is_newest && stat.endpoint.is_some() {
            known.usage.endpoint = stat.endpoint;
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
    tx.announce(Event::Measured { server });
    if !is_newest {
        return Ok(());
    }
    let was_online = known.is_some_and(|(_, is_online)| is_online);
    let is_online = measured.at.plus(3 * measured.interval_s * SECOND) >= tx.now();
    // Who has fallen silent is found by the clock, not here: a report of long ago says nothing new.
    snapshot(tx, server, measured, was_online || is_online)?;
    if is_online && !was_online { silence::tell(tx, Kind::ServerOnline, server) } else { Ok(()) }
}

/// A peer's number, its public key, and what was reported of it.
type Found<'m> = (i64, KeyBytes, &'m Stat);

/// The peers of a report. The ledger knows them unless one is new or has a new key.
fn found<'m>(conn: &Conn<'_>, server: i64, measured: &'m Measured, ledger: &Ledger) -> Result<Vec<Found<'m>>> {
    let find = |number: i64, key: KeyBytes| measured.stats.get(&key).map(|stat| (number, key, stat));
    let mut known = Vec::with_capacity(measured.stats.len());
    known.extend(ledger.peers.iter().filter_map(|(number, known)| find(*number, known.key)));
    let mut keys: Vec<KeyBytes> = known.iter().map(|(_, key, _)| *key).collect();
    keys.sort_unstable();
    // A key that the ledger has twice went from one peer to another.
    if keys.len() == measured.stats.len() && keys.is_sorted_by(|a, b| a < b) {
        return Ok(known);
    }
    let mut stored = Vec::with_capacity(measured.stats.len());
    conn.each("select number, public_key from peers where server = :server", params! {":server": server}, |row| {
        let (number, key) = (row.get("number")?, row.get::<String>("public_key")?);
        stored.extend(KeyBytes::parse(&key).and_then(|key| find(number, key)));
        Ok(())
    })?;
    Ok(stored)
}

/// When the newest report was measured, and whether the server counts as online.
fn newest(conn: &Conn<'_>, server: i64) -> Result<Option<(i64, bool)>> {
    conn.one(
        "select measured_at, is_online from snapshots where server = :server",
        params! {":server": server},
        |row| Ok((row.get("measured_at")?, row.get("is_online")?)),
    )
}

fn snapshot(tx: &Tx<'_>, server: i64, measured: &Measured, is_online: bool) -> Result<()> {
    let errors: Vec<_> = measured.errors.iter().map(|fault| (&fault.code, &fault.message, fault.at.0)).collect();
    tx.execute(
        "insert into snapshots (server, measured_at, interval_s, ping_ms, peers, transfer_rx, transfer_tx,
           applied_revision, errors, is_online, agent_version)
         values (:server, :at, :interval_s, :ping_ms, :peers, :rx, :tx, :revision, :errors, :online, :version)
         on conflict (server) do update set measured_at = :at, interval_s = :interval_s, ping_ms = :ping_ms,
           peers = :peers, transfer_rx = :rx, transfer_tx = :tx, applied_revision = :revision, errors = :errors,
           is_online = :online, agent_version = :version",
        params! {":server": server, ":at": measured.at.0, ":interval_s": measured.interval_s,
        ":ping_ms": measured.ping_ms, ":peers": measured.peers, ":rx": measured.transfer.rx.cast_signed(),
        ":tx": measured.transfer.tx.cast_signed(), ":revision": measured.applied_revision.map(u64::cast_signed),
        ":errors": serde_json::to_string(&errors).map_err(Error::internal)?, ":online": is_online,
        ":version": measured.agent_version},
    )?;
    Ok(())
}
