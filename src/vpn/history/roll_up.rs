//! Making one row an hour of what is older than 72 hours.

use super::bucket::bucketed;
use super::{Point, WHOLE, block, hour_of, slot};
use crate::base::Result;
use crate::base::clock::{DAY, HOUR};
use crate::store::{Tx, params};

/// Hours of a server rolled up or forgotten per call, so that the writer is never held for long.
const AT_ONCE: i64 = 200;

/// Rolls up some sealed hours that are older than 72 hours; true when there may be more.
pub fn roll_up(tx: &Tx<'_>) -> Result<bool> {
    let before = slot(hour_of(tx.now().plus(-WHOLE).0), 0);
    let hours = tx.all(
        "select slot, server, hour, points from sealed_hours where slot < :before order by slot limit :at_once",
        params! {":before": before, ":at_once": AT_ONCE},
        |row| {
            let mut points = Vec::new();
            block::open(row.blob("points")?, |point| points.push(point))?;
            Ok((row.get::<i64>("slot")?, row.get::<i64>("server")?, row.get::<i64>("hour")?, points))
        },
    )?;
    for (slot, server, hour, points) in &hours {
        // All of them are of one hour.
        if let Some(Point { at, ping_ms, transfer_rx, transfer_tx }) = bucketed(points, HOUR).next() {
            tx.execute(
                "insert into sample_rollups (server, hour, count, ping_ms, transfer_rx, transfer_tx, last_at)
                 values (:server, :hour, :count, :ping_ms, :rx, :tx, :last_at) on conflict (server, hour) do nothing",
                params! {":server": server, ":hour": hour, ":count": points.len() as i64, ":ping_ms": ping_ms,
                ":rx": transfer_rx.cast_signed(), ":tx": transfer_tx.cast_signed(), ":last_at": at.0},
            )?;
        }
        tx.execute("delete from sealed_hours where slot = :slot", params! {":slot": slot})?;
    }
    Ok(i64::try_from(hours.len()).is_ok_and(|done| done == AT_ONCE))
}

/// Forgets some rolled up hours that are older than a year beyond the 72 hours; true when there may be more.
pub fn forget(tx: &Tx<'_>) -> Result<bool> {
    // By server, because that is how the rows lie: nothing is walked but what goes.
    let gone = tx.execute(
        "delete from sample_rollups where (server, hour) in (
           select server, hour from servers cross join sample_rollups on server = number
           where hour < :oldest limit :at_once)",
        params! {":oldest": hour_of(tx.now().plus(-WHOLE - 365 * DAY).0), ":at_once": AT_ONCE},
    )?;
    Ok(i64::try_from(gone).is_ok_and(|gone| gone == AT_ONCE))
}
