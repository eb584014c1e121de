//! Reading it back, whole or in buckets.

use super::WHOLE;
use crate::base::clock::{HOUR, SECOND};
use crate::base::{Actor, Error, Result, Time, Who};
use crate::store::{Conn, params};

/// Rows of one server beyond which it is shown in buckets.
const MOST: i64 = 5_000;
/// Lengths of buckets, in seconds, finest first.
const LADDER: [i64; 11] = [10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 86_400];

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// One server alone.
    pub server_id: Option<String>,
    /// From then on; 72 hours ago by default.
    pub from: Option<Time>,
    /// Up to, but not including, then.
    pub to: Option<Time>,
    /// Seconds per bucket.
    pub resolution: Option<i64>,
}

/// One sample, or the end of a bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// When it was measured; of a bucket, its last row.
    pub at: Time,
    /// Which server, as an index into the answer's list.
    pub server: usize,
    /// Milliseconds; of a bucket, the mean of those that have one.
    pub ping_ms: Option<f64>,
    /// Bytes; of a bucket, the last.
    pub transfer_rx: u64,
    /// Bytes; of a bucket, the last.
    pub transfer_tx: u64,
}

/// Samples of every server asked for, oldest first, and the slugs they refer to.
pub fn read(conn: &Conn<'_>, actor: &Actor, query: &Query) -> Result<(Vec<String>, Vec<Sample>)> {
    match actor.who {
        Who::Person { .. } | Who::System => {}
        Who::Server { .. } | Who::KeyPair { .. } | Who::Nobody => return Err(Error::unauthenticated()),
    }
    let from = query.from.unwrap_or(conn.now().plus(-WHOLE));
    let to = query.to.unwrap_or(Time(i64::MAX));
    if from > to {
        return Err(Error::field("from", "It must not be after `to`."));
    }
    if query.resolution.is_some_and(|seconds| !(1..=86_400).contains(&seconds)) {
        return Err(Error::field("resolution", "It must be between 1 and 86400 seconds."));
    }
    let servers = conn.all(
        "select number, id from servers where :server is null or id = :server order by id",
        params! {":server": query.server_id},
        |row| Ok((row.get::<i64>("number")?, row.get::<String>("id")?)),
    )?;
    let mut samples = Vec::new();
    for (index, (number, _)) in servers.iter().enumerate() {
        let mut own = of_server(conn, index, *number, from, to)?;
        if let Some(seconds) = query.resolution.or_else(|| resolution(&own)) {
            own = bucketed(&own, seconds.saturating_mul(SECOND));
        }
        samples.append(&mut own);
    }
    samples.sort_by_key(|sample| (sample.at, sample.server));
    Ok((servers.into_iter().map(|(_, id)| id).collect(), samples))
}

fn of_server(conn: &Conn<'_>, index: usize, number: i64, from: Time, to: Time) -> Result<Vec<Sample>> {
    let read = |row: &crate::store::Row<'_>| {
        Ok(Sample {
            at: Time(row.get("measured_at")?),
            server: index,
            ping_ms: row.get("ping_ms")?,
            transfer_rx: row.get_u64("transfer_rx")?,
            transfer_tx: row.get_u64("transfer_tx")?,
        })
    };
    let values = params! {":server": number, ":from": from.0, ":to": to.0};
    let mut rolled = conn.all(
        "select last_at as measured_at, ping_ms, transfer_rx, transfer_tx from sample_rollups
         where server = :server and last_at >= :from and last_at < :to order by hour",
        values,
        read,
    )?;
    rolled.append(&mut conn.all(
        "select measured_at, ping_ms, transfer_rx, transfer_tx from samples
         where server = :server and measured_at >= :from and measured_at < :to order by measured_at",
        values,
        read,
    )?);
    Ok(rolled)
}

/// The finest buckets under the limit; none where the rows are under it themselves.
fn resolution(samples: &[Sample]) -> Option<i64> {
    let (first, last) = (samples.first()?, samples.last()?);
    let rows = i64::try_from(samples.len()).unwrap_or(i64::MAX);
    let span = last.at.0 / SECOND - first.at.0 / SECOND;
    (rows >= MOST).then(|| LADDER.into_iter().find(|seconds| span / seconds + 2 < MOST).unwrap_or(HOUR / SECOND * 24))
}

fn bucketed(samples: &[Sample], length: i64) -> Vec<Sample> {
    let buckets = samples.chunk_by(|a, b| a.at.0.div_euclid(length) == b.at.0.div_euclid(length));
    buckets
        .filter_map(|bucket| {
            let pings: Vec<f64> = bucket.iter().filter_map(|sample| sample.ping_ms).collect();
            let mean = (!pings.is_empty()).then(|| pings.iter().sum::<f64>() / pings.len() as f64);
            bucket.last().map(|last| Sample { ping_ms: mean, ..last.clone() })
        })
        .collect()
}
