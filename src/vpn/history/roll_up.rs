//! Making one row an hour of what is older than 72 hours.

use super::WHOLE;
use crate::base::Result;
use crate::base::clock::{DAY, HOUR};
use crate::store::{Tx, params};

/// Hours of a server rolled up per call, so that the writer is never held for long.
const AT_ONCE: i64 = 500;

/// Rolls up some hours; true when there may be more. Rows older than a year are forgotten.
pub fn roll_up(tx: &Tx<'_>) -> Result<bool> {
    let before = tx.now().plus(-WHOLE).0.div_euclid(HOUR);
    let hours = tx.all(
        "select server, measured_at / 3600000 as hour from servers join samples on samples.server = servers.number
         where measured_at < :before group by 1, 2 limit :at_once",
        params! {":before": before * HOUR, ":at_once": AT_ONCE},
        |row| Ok((row.get::<i64>("server")?, row.get::<i64>("hour")?)),
    )?;
    for (server, hour) in &hours {
        let values = params! {":server": server, ":hour": hour, ":from": hour * HOUR, ":to": (hour + 1) * HOUR};
        tx.execute(
            "insert into sample_rollups (server, hour, count, ping_ms, transfer_rx, transfer_tx, last_at)
             select :server, :hour, count(*), avg(ping_ms),
               (select transfer_rx from samples where server = :server and measured_at < :to order by measured_at desc limit 1),
               (select transfer_tx from samples where server = :server and measured_at < :to order by measured_at desc limit 1),
               max(measured_at)
             from samples where server = :server and measured_at >= :from and measured_at < :to
             on conflict (server, hour) do nothing",
            values,
        )?;
        tx.execute(
            "delete from samples where server = :server and measured_at >= :from and measured_at < :to",
            params! {":server": server, ":from": hour * HOUR, ":to": (hour + 1) * HOUR},
        )?;
    }
    tx.execute(
        "delete from sample_rollups where hour < :oldest",
        params! {":oldest": tx.now().plus(-WHOLE - 365 * DAY).0.div_euclid(HOUR)},
    )?;
    Ok(i64::try_from(hours.len()).is_ok_and(|done| done == AT_ONCE))
}
