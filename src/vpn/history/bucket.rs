//! Thinning: one point for each stretch of time.

use super::Point;
use crate::base::clock::SECOND;

/// Rows of one server from which on it is shown in buckets.
pub(super) const MOST: u64 = 5_000;
/// Lengths of buckets, in seconds, finest first.
const LADDER: [i64; 11] = [10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 86_400];

/// The finest buckets, in seconds, that bring a server under the limit; none where its rows are under it themselves.
/// The times are those of its first and last row, in milliseconds.
pub(super) fn resolution(rows: u64, first: i64, last: i64) -> Option<i64> {
    let span = last.div_euclid(SECOND) - first.div_euclid(SECOND);
    let fits = |seconds: &i64| u64::try_from(span / seconds + 2).is_ok_and(|buckets| buckets < MOST);
    (rows >= MOST).then(|| LADDER.into_iter().find(fits).unwrap_or(86_400))
}

/// Buckets of so many milliseconds, aligned to 1970: the mean of the pings there are, the last of everything else. The
/// points must be oldest first.
pub(super) fn bucketed(points: &[Point], length: i64) -> impl Iterator<Item = Point> {
    let mut rest = points;
    std::iter::from_fn(move || {
        let end = (rest.first()?.at.0.div_euclid(length).saturating_add(1)).saturating_mul(length);
        let (bucket, later) = rest.split_at(rest.partition_point(|point| point.at.0 < end));
        rest = later;
        let pings = bucket.iter().filter_map(|point| point.ping_ms);
        let (sum, count) = pings.fold((0.0, 0_u32), |(sum, count), ping| (sum + ping, count + 1));
        bucket.last().map(|last| Point { ping_ms: (count > 0).then(|| sum / f64::from(count)), ..*last })
    })
}

/// Up to the next whole bucket.
pub(super) fn rounded_up(at: i64, length: i64) -> i64 {
    at.saturating_add(length - 1).div_euclid(length).saturating_mul(length)
}
