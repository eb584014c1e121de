//! Keeping what a report measured.

use std::collections::BTreeSet;

use super::{Point, block, hour_of, slot};
use crate::base::clock::{HOUR, SECOND};
use crate::base::{Result, Time};
use crate::store::{Conn, Tx, params};

/// Keeps a point as a row until its hour is sealed; one that comes late joins its hour when that is sealed again.
///
/// Points of one millisecond stand beside each other within their second. One whose second is full comes from a clock
/// that stands still and is kept under our time; when that second is full too, the point is let go.
pub fn add(tx: &Tx<'_>, server: i64, point: &Point) -> Result<()> {
    if !is_sealed(tx, server, point.at.0)? && insert(tx, server, point)? {
        return Ok(());
    }
    for wanted in [point.at.0, tx.now().0] {
        if let Some(free) = free(tx, server, wanted)? {
            insert(tx, server, &Point { at: Time(free), ..*point })?;
            return Ok(());
        }
    }
    tracing::debug!(server, "a server has sent more than a thousand points for one second");
    Ok(())
}

fn insert(tx: &Tx<'_>, server: i64, point: &Point) -> Result<bool> {
    let added = tx.execute(
        "insert into samples (server, measured_at, ping_ms, transfer_rx, transfer_tx)
         values (:server, :at, :ping_ms, :rx, :tx) on conflict do nothing",
        params! {":server": server, ":at": point.at.0, ":ping_ms": point.ping_ms,
        ":rx": point.transfer_rx.cast_signed(), ":tx": point.transfer_tx.cast_signed()},
    )?;
    Ok(added == 1)
}

fn is_sealed(conn: &Conn<'_>, server: i64, at: i64) -> Result<bool> {
    let mut found = false;
    sealed(conn, server, at, |known| found |= known == at)?;
    Ok(found)
}

/// The times of the sealed points of an hour; the hour that is under way has none.
fn sealed(conn: &Conn<'_>, server: i64, at: i64, mut visit: impl FnMut(i64)) -> Result<()> {
    if hour_of(at) >= hour_of(conn.now().0) {
        return Ok(());
    }
    let slot = slot(hour_of(at), server);
    conn.each("select points from sealed_hours where slot = :slot", params! {":slot": slot}, |row| {
        block::open(row.blob("points")?, |point| visit(point.at.0))
    })
}

/// The first free millisecond after this one in the same second, else the last one before.
fn free(conn: &Conn<'_>, server: i64, at: i64) -> Result<Option<i64>> {
    let first = at.div_euclid(SECOND) * SECOND;
    let rows = conn.all(
        "select measured_at from samples where server = :server and measured_at >= :first and measured_at < :next",
        params! {":server": server, ":first": first, ":next": first + SECOND},
        |row| row.get::<i64>("measured_at"),
    )?;
    let mut taken: BTreeSet<i64> = rows.into_iter().collect();
    sealed(conn, server, at, |known| {
        taken.insert(known);
    })?;
    let mut nearest = (at..first + SECOND).chain((first..at).rev());
    Ok(nearest.find(|millisecond| !taken.contains(millisecond)))
}

const _: () = assert!(HOUR % SECOND == 0, "a second lies within one hour");
