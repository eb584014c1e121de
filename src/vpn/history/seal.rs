//! Turning the rows of a finished hour into one blob.

use super::bucket::bucketed;
use super::{Point, block, hour_of, slot};
use crate::base::clock::{HOUR, MINUTE};
use crate::base::{Result, Time};
use crate::store::{Conn, Row, Tx, params};

/// Wait after an hour's end: what is on its way arrives before it is sealed.
const GRACE: i64 = 5 * MINUTE;

/// An hour of a server that has rows to seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its number.
    pub server: i64,
    /// Hours since 1970.
    pub hour: i64,
}

/// The oldest finished hour of each server that has rows in one: not yet sealed, or with points that came late.
pub fn due(conn: &Conn<'_>) -> Result<Vec<Due>> {
    let before = hour_of(conn.now().plus(-GRACE).0) * HOUR;
    // One look into the index per server, however many rows there are.
    conn.all(
        "select server, oldest
         from (select number as server, (select min(measured_at) from samples where server = number) as oldest from servers)
         where oldest < :before order by server",
        params! {":before": before},
        |row| Ok(Due { server: row.get("server")?, hour: hour_of(row.get("oldest")?) }),
    )
}

/// Seals these hours, each together with what was sealed of it before. An hour without rows stays as it is.
pub fn seal(tx: &Tx<'_>, all: &[Due]) -> Result<()> {
    all.iter().try_for_each(|due| one(tx, *due))
}

fn one(tx: &Tx<'_>, Due { server, hour }: Due) -> Result<()> {
    let (slot, from, to) = (slot(hour, server), hour * HOUR, (hour + 1) * HOUR);
    let rows = tx.all(
        "select measured_at, ping_ms, transfer_rx, transfer_tx from samples
         where server = :server and measured_at >= :from and measured_at < :to order by measured_at",
        params! {":server": server, ":from": from, ":to": to},
        point,
    )?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut points = Vec::with_capacity(rows.len());
    tx.each("select points from sealed_hours where slot = :slot", params! {":slot": slot}, |row| {
        block::open(row.blob("points")?, |point| points.push(point))
    })?;
    points.extend(rows);
    tidy(&mut points);
    // All of them are of one hour.
    let (Some(first), Some(whole)) = (points.first(), bucketed(&points, HOUR).next()) else { return Ok(()) };
    tx.execute(
        "insert into sealed_hours (slot, server, hour, count, first_at, last_at, points, ping_ms, transfer_rx, transfer_tx)
         values (:slot, :server, :hour, :count, :first, :last, :points, :ping_ms, :rx, :tx)
         on conflict (slot) do update set count = :count, first_at = :first, last_at = :last, points = :points,
           ping_ms = :ping_ms, transfer_rx = :rx, transfer_tx = :tx",
        params! {":slot": slot, ":server": server, ":hour": hour, ":count": points.len() as i64,
        ":first": first.at.0, ":last": whole.at.0, ":points": block::seal(&points), ":ping_ms": whole.ping_ms,
        ":rx": whole.transfer_rx.cast_signed(), ":tx": whole.transfer_tx.cast_signed()},
    )?;
    tx.execute(
        "delete from samples where server = :server and measured_at >= :from and measured_at < :to",
        params! {":server": server, ":from": from, ":to": to},
    )?;
    Ok(())
}

/// Oldest first, and each moment once: the one that was there first.
pub(super) fn tidy(points: &mut Vec<Point>) {
    if !points.is_sorted_by(|a, b| a.at < b.at) {
        points.sort_by_key(|point| point.at);
        points.dedup_by_key(|point| point.at);
    }
}

/// A row of `samples`, or one that looks like it.
pub(super) fn point(row: &Row<'_>) -> Result<Point> {
    Ok(Point {
        at: Time(row.get("measured_at")?),
        ping_ms: row.get("ping_ms")?,
        transfer_rx: row.get_u64("transfer_rx")?,
        transfer_tx: row.get_u64("transfer_tx")?,
    })
}
