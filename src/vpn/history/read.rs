//! Reading an answer, one stretch after the other.

use std::ops::Range;

use super::bucket::{bucketed, rounded_up};
use super::order::sort;
use super::plan::{Reading, Series};
use super::seal::{point, tidy};
use super::{Point, Sample, WHOLE, block, hour_of, slot};
use crate::base::Result;
use crate::base::clock::{HOUR, SECOND};
use crate::store::{Conn, Row, params};

/// Points read in one transaction, about: an hour or two of a thousand servers.
const STRETCH: u64 = 131_072;

impl Reading {
    /// The next stretch: oldest first, in the order of the servers where points are of one moment, and older than all
    /// that follow. None when everything has been read; a stretch may be empty.
    pub fn next(&mut self, conn: &Conn<'_>) -> Result<Option<Vec<Sample>>> {
        if self.is_done() {
            return Ok(None);
        }
        let rolled = self.rolled.max(hour_of(conn.now().plus(-WHOLE).0));
        let until = self.until();
        let mut samples = std::mem::take(&mut self.pending);
        self.by_hour(conn, rolled, until, &mut samples)?;
        self.ahead(conn, rolled, until, &mut samples)?;
        sort(&mut samples);
        let later = samples.partition_point(|sample| sample.point.at.0 < until);
        self.pending = samples.split_off(later);
        self.cursor = until;
        Ok(Some(samples))
    }

    /// The servers that have something, with their places.
    fn present(&self) -> impl Iterator<Item = (usize, &Series)> {
        self.series.iter().enumerate().filter(|(_, series)| self.places.contains_key(&series.number))
    }

    /// Whether a server's hours can be read together with those of others, and none of its buckets goes beyond one.
    fn is_hourly(&self, series: &Series) -> bool {
        self.places.len() > 1 && series.length.is_none_or(|length| HOUR % length == 0)
    }

    /// How far the next stretch reaches: never into a bucket that is read by the hour.
    fn until(&self) -> i64 {
        let lengths = |hourly: bool| {
            let own = self.present().filter(move |(_, series)| self.is_hourly(series) == hourly);
            own.map(|(_, series)| series.length.unwrap_or(SECOND))
        };
        match (lengths(true).max(), lengths(false).max()) {
            (Some(most), _) => self.reach(if lengths(true).all(|length| most % length == 0) { most } else { HOUR }),
            (None, Some(length)) => rounded_up(self.reach(length.min(HOUR)), length).min(self.end),
            (None, None) => self.end,
        }
    }

    /// As many hours as hold about a stretch of points, or as many grains of one hour.
    fn reach(&self, grain: i64) -> i64 {
        let known = |hour| self.density.get(&hour).copied().unwrap_or_default();
        let rolled = |hour| if hour < self.rolled { self.places.len() as u64 } else { 0 };
        let mut hour = hour_of(self.cursor);
        let mut rows = known(hour) + rolled(hour);
        if rows > STRETCH {
            let parts = i64::try_from(rows.div_ceil(STRETCH)).unwrap_or(HOUR);
            let part = rounded_up(self.cursor.saturating_add(HOUR / parts), grain);
            return part.min((hour + 1) * HOUR).min(self.end);
        }
        while (hour + 1) * HOUR < self.end {
            hour += 1;
            rows += known(hour) + rolled(hour);
            if rows > STRETCH {
                return hour * HOUR;
            }
        }
        self.end
    }

    /// Sealed hours as they lie, an hour of all servers after the other; what is not only sealed, server by server.
    fn by_hour(&self, conn: &Conn<'_>, rolled: i64, until: i64, out: &mut Vec<Sample>) -> Result<()> {
        let from = self.cursor;
        let is_mixed = |series: &Series| {
            hour_of(from) < rolled || series.hot.is_some_and(|(first, last)| first < until && last >= from)
        };
        let mut plain = vec![None; self.series.len()];
        for (place, series) in self.present().filter(|(_, series)| self.is_hourly(series)) {
            if is_mixed(series) {
                let points = of_server(conn, series, rolled, from, until)?;
                out.extend(points.into_iter().map(|point| Sample { server: place, point }));
            } else if let Some(length) = plain.get_mut(place) {
                *length = Some(series.length);
            }
        }
        if plain.iter().all(Option::is_none) {
            return Ok(());
        }
        let mut points = Vec::new();
        conn.each(
            "select server, points, first_at, last_at as measured_at, ping_ms, transfer_rx, transfer_tx
             from sealed_hours where slot >= :from and slot < :to order by slot",
            params! {":from": slot(hour_of(from), 0), ":to": slot(hour_of(until - 1) + 1, 0)},
            |row| {
                let Some(server) = self.places.get(&row.get("server")?).copied() else { return Ok(()) };
                let Some(length) = plain.get(server).copied().flatten() else { return Ok(()) };
                if length == Some(HOUR)
                    && let Some(point) = whole(row, from..until)?
                {
                    out.push(Sample { server, point });
                    return Ok(());
                }
                let is_within = |point: &Point| (from..until).contains(&point.at.0);
                let Some(length) = length else {
                    return block::open(row.blob("points")?, |point| {
                        if is_within(&point) {
                            out.push(Sample { server, point });
                        }
                    });
                };
                points.clear();
                block::open(row.blob("points")?, |point| points.push(point))?;
                points.retain(is_within);
                out.extend(bucketed(&points, length).map(|point| Sample { server, point }));
                Ok(())
            },
        )
    }

    /// Whole buckets of the servers whose buckets don't end with the hours.
    fn ahead(&mut self, conn: &Conn<'_>, rolled: i64, until: i64, out: &mut Vec<Sample>) -> Result<()> {
        let apart = || self.present().filter(|(_, series)| !self.is_hourly(series));
        let Some(length) = apart().map(|(_, series)| series.length.unwrap_or(1)).max() else { return Ok(()) };
        if self.ahead >= until {
            return Ok(());
        }
        let to = rounded_up(until, length).min(self.end);
        for (place, series) in apart() {
            let points = of_server(conn, series, rolled, self.ahead, to)?;
            out.extend(points.into_iter().map(|point| Sample { server: place, point }));
        }
        self.ahead = to;
        Ok(())
    }
}

/// What a sealed hour comes to, if all of it lies within a stretch of time; none in one that was sealed before that was kept.
fn whole(row: &Row<'_>, stretch: Range<i64>) -> Result<Option<Point>> {
    let is_kept = row.get::<Option<i64>>("transfer_rx")?.is_some();
    let is_within = stretch.contains(&row.get("first_at")?) && stretch.contains(&row.get("measured_at")?);
    if is_kept && is_within { point(row).map(Some) } else { Ok(None) }
}

/// What there is of a server, wherever it is kept, in its buckets.
fn of_server(conn: &Conn<'_>, series: &Series, rolled: i64, from: i64, to: i64) -> Result<Vec<Point>> {
    let mut points = Vec::new();
    let hours = params! {":server": series.number, ":first": hour_of(from), ":last": hour_of(to - 1)};
    conn.each(
        "select points from sealed_hours where server = :server and hour >= :first and hour <= :last order by hour",
        hours,
        |row| {
            block::open(row.blob("points")?, |point| {
                if (from..to).contains(&point.at.0) {
                    points.push(point);
                }
            })
        },
    )?;
    if series.hot.is_some_and(|(first, last)| first < to && last >= from) {
        conn.each(
            "select measured_at, ping_ms, transfer_rx, transfer_tx from samples
             where server = :server and measured_at >= :from and measured_at < :to order by measured_at",
            params! {":server": series.number, ":from": from, ":to": to},
            |row| {
                points.push(point(row)?);
                Ok(())
            },
        )?;
    }
    if hour_of(from) < rolled {
        conn.each(
            "select last_at as measured_at, ping_ms, transfer_rx, transfer_tx from sample_rollups
             where server = :server and hour >= :first and hour <= :last order by hour",
            hours,
            |row| {
                let point = point(row)?;
                if (from..to).contains(&point.at.0) {
                    points.push(point);
                }
                Ok(())
            },
        )?;
    }
    tidy(&mut points);
    Ok(match series.length {
        Some(length) => bucketed(&points, length).collect(),
        None => points,
    })
}
