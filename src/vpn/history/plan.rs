//! What is asked for, and how it will be read: how thin each server is shown, and how far one stretch reaches.

use std::collections::{BTreeMap, HashMap};

use super::bucket::{MOST, resolution};
use super::{WHOLE, block, hour_of, slot};
use crate::base::clock::SECOND;
use crate::base::{Actor, Error, Result, Time, Who};
use crate::store::{Conn, Row, params};

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

/// An answer that is read stretch by stretch, each in a transaction of its own, so that none stays open and no more
/// than a stretch is in memory. Points that come in after it was begun may be missing.
#[derive(Debug)]
pub struct Reading {
    pub(super) series: Vec<Series>,
    /// Where a server's number stands in `series`.
    pub(super) places: HashMap<i64, usize>,
    /// What is before has been read, in milliseconds since 1970.
    pub(super) cursor: i64,
    /// What is from then on is not asked for.
    pub(super) end: i64,
    /// The cursor of the series that are read ahead, because their buckets don't end with the hours.
    pub(super) ahead: i64,
    /// What was read ahead.
    pub(super) pending: Vec<super::Sample>,
    /// Sealed points and rows by hour, of all servers.
    pub(super) density: BTreeMap<i64, u64>,
    /// Hours before this one may be rolled up.
    pub(super) rolled: i64,
}

/// One server of an answer.
#[derive(Debug)]
pub(super) struct Series {
    pub number: i64,
    pub id: String,
    /// Milliseconds of a bucket; none for every point.
    pub length: Option<i64>,
    /// When its first and last row was measured that was not sealed.
    pub hot: Option<(i64, i64)>,
}

/// Rows of a server in the time that is asked for.
#[derive(Default)]
struct Extent {
    rows: u64,
    first: Option<i64>,
    last: Option<i64>,
}

impl Extent {
    fn add(&mut self, rows: u64, first: i64, last: i64) {
        self.rows += rows;
        self.first = Some(self.first.map_or(first, |known| known.min(first)));
        self.last = Some(self.last.map_or(last, |known| known.max(last)));
    }
}

/// Begins an answer: checks what is asked for and looks up how much there is.
pub fn begin(conn: &Conn<'_>, actor: &Actor, query: &Query) -> Result<Reading> {
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
    let mut reading = Reading {
        series: asked_for(conn, query.server_id.as_deref())?,
        places: HashMap::new(),
        cursor: i64::MAX,
        end: i64::MIN,
        ahead: 0,
        pending: Vec::new(),
        density: BTreeMap::new(),
        rolled: i64::MIN,
    };
    let mut series = std::mem::take(&mut reading.series);
    for (place, server) in series.iter_mut().enumerate() {
        let extent = reading.measure(conn, server, from.0, to.0)?;
        let (Some(first), Some(last)) = (extent.first, extent.last) else { continue };
        let seconds = query.resolution.or_else(|| resolution(extent.rows, first, last));
        server.length = seconds.map(|seconds| seconds.saturating_mul(SECOND));
        reading.cursor = reading.cursor.min(first.max(from.0));
        reading.end = reading.end.max(last.saturating_add(1).min(to.0));
        reading.places.insert(server.number, place);
    }
    reading.series = series;
    reading.ahead = reading.cursor;
    Ok(reading)
}

/// One server or all, by their slugs.
fn asked_for(conn: &Conn<'_>, id: Option<&str>) -> Result<Vec<Series>> {
    let series = |row: &Row<'_>| Ok(Series { number: row.get("number")?, id: row.get("id")?, length: None, hot: None });
    match id {
        Some(id) => conn.all("select number, id from servers where id = :id", params! {":id": id}, series),
        None => conn.all("select number, id from servers order by id", params! {}, series),
    }
}

impl Reading {
    /// The slugs that the samples refer to.
    pub fn servers(&self) -> impl Iterator<Item = &str> {
        self.series.iter().map(|series| series.id.as_str())
    }

    /// Whether everything has been read.
    pub fn is_done(&self) -> bool {
        self.cursor >= self.end
    }

    /// How much there is of a server. Rows may be a few too many, and times too wide, while that changes nothing.
    fn measure(&mut self, conn: &Conn<'_>, series: &mut Series, from: i64, to: i64) -> Result<Extent> {
        let mut extent = Extent::default();
        let (first_hour, last_hour) = (hour_of(from), hour_of(to.saturating_sub(1)));
        let values =
            params! {":server": series.number, ":from": from, ":to": to, ":first": first_hour, ":last": last_hour};
        conn.each(
            "select count(*) as count, min(last_at) as first_at, max(last_at) as last_at from sample_rollups
             where server = :server and hour >= :first and hour <= :last and last_at >= :from and last_at < :to",
            values,
            |row| {
                if let (Some(first), Some(last)) = (row.get("first_at")?, row.get::<Option<i64>>("last_at")?) {
                    extent.add(row.get_u64("count")?, first, last);
                    self.rolled = self.rolled.max(hour_of(last) + 1);
                }
                Ok(())
            },
        )?;
        conn.each(
            "select count(*) as count, min(measured_at) as first_at, max(measured_at) as last_at from samples
             where server = :server and measured_at >= :from and measured_at < :to",
            params! {":server": series.number, ":from": from, ":to": to},
            |row| {
                if let (Some(first), Some(last)) = (row.get("first_at")?, row.get::<Option<i64>>("last_at")?) {
                    let rows = row.get_u64("count")?;
                    extent.add(rows, first, last);
                    series.hot = Some((first, last));
                    // They are mostly of one hour or two, and how they are spread is not worth a walk.
                    let hours = u64::try_from(hour_of(last) - hour_of(first) + 1).unwrap_or(1);
                    for hour in hour_of(first)..=hour_of(last) {
                        *self.density.entry(hour).or_default() += rows.div_ceil(hours);
                    }
                }
                Ok(())
            },
        )?;
        let mut known = extent.rows;
        let mut sealed = Vec::new();
        conn.each(
            "select hour, count, first_at, last_at from sealed_hours
             where server = :server and hour >= :first and hour <= :last",
            params! {":server": series.number, ":first": first_hour, ":last": last_hour},
            |row| {
                let (hour, rows) = (row.get::<i64>("hour")?, row.get_u64("count")?);
                known += rows;
                sealed.push((hour, rows, row.get("first_at")?, row.get("last_at")?));
                Ok(())
            },
        )?;
        for (hour, mut rows, mut first, mut last) in sealed {
            *self.density.entry(hour).or_default() += rows;
            // Only where it may decide between points and buckets is an hour at an edge worth opening.
            if known >= MOST && (first < from || last >= to) {
                let within = within(conn, slot(hour, series.number), from, to)?;
                let (Some(earliest), Some(latest)) = (within.first, within.last) else { continue };
                (rows, first, last) = (within.rows, earliest, latest);
            }
            if first < to && last >= from {
                extent.add(rows, first, last);
            }
        }
        Ok(extent)
    }
}

/// The points of a sealed hour that lie in a stretch of time.
fn within(conn: &Conn<'_>, slot: i64, from: i64, to: i64) -> Result<Extent> {
    let mut extent = Extent::default();
    conn.each("select points from sealed_hours where slot = :slot", params! {":slot": slot}, |row| {
        block::open(row.blob("points")?, |point| {
            if (from..to).contains(&point.at.0) {
                extent.add(1, point.at.0, point.at.0);
            }
        })
    })?;
    Ok(extent)
}
