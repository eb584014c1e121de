//! The points of an hour as bytes.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version: 1, or 2 where counters are told from how they grew before |
//! | 1 | unit of pings: 0 microseconds, 1 nanoseconds, 2 nanoseconds by way of seconds |
//! | varint | how many points follow |
//!
//! and for each point, in the order in which they were given:
//!
//! | bytes | what |
//! |---|---|
//! | zigzag varint | milliseconds since the point before, less the same of that one; of the first, since 1970; of the second, since the first |
//! | varint | ping: 0 none, 1 an f64 of 8 little-endian bytes follows, else 2 + the zigzag of units since the last ping in units |
//! | zigzag varint | bytes received since the point before; in version 2, from the third point on, less the same of that one |
//! | zigzag varint | bytes sent, likewise |
//!
//! Differences wrap at 64 bits, so any point has its bytes: what is written reads back bit by bit.
//! A regular hour takes about twelve bytes a point. Steady traffic is shorter in version 2, traffic in bursts in version 1.

use super::Point;
use crate::base::{Error, Result, Time};
use crate::vpn::varint::{Rest, fold, put, unfold};

/// What counters are told from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    /// The point before.
    Last = 1,
    /// What the point before would lead to.
    Growth = 2,
}

impl Version {
    const ALL: [Self; 2] = [Self::Last, Self::Growth];
}

/// Pings beyond are written whole: up to here every number of units is exact.
const MOST_UNITS: f64 = 4_503_599_627_370_496.0;
/// Beyond what a point takes at least, more were claimed than there are.
const LEAST_BYTES: usize = 4;

/// What a ping is counted in, if it comes out even.
#[derive(Clone, Copy)]
enum Unit {
    Micro = 0,
    Nano = 1,
    /// What a clock's duration gives that is read in seconds: rounded twice.
    NanoOfSeconds = 2,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Micro, Self::Nano, Self::NanoOfSeconds];

    fn to_ms(self, units: i64) -> f64 {
        let units = units as f64;
        match self {
            Self::Micro => units / 1e3,
            Self::Nano => units / 1e6,
            Self::NanoOfSeconds => units / 1e9 * 1e3,
        }
    }

    fn of_ms(self, ms: f64) -> Option<i64> {
        let per_ms = if matches!(self, Self::Micro) { 1e3 } else { 1e6 };
        let units = (ms * per_ms).round();
        let whole = (units.abs() <= MOST_UNITS).then_some(units as i64)?;
        (self.to_ms(whole).to_bits() == ms.to_bits()).then_some(whole)
    }
}

/// Writes points in whatever version and unit takes the fewest bytes.
pub fn seal(points: &[Point]) -> Vec<u8> {
    let ways = Version::ALL.into_iter().flat_map(|version| Unit::ALL.map(|unit| (version, unit)));
    ways.map(|(version, unit)| write(points, version, unit)).min_by_key(Vec::len).unwrap_or_default()
}

fn write(points: &[Point], version: Version, unit: Unit) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 + points.len() * 16);
    out.extend([version as u8, unit as u8]);
    put(&mut out, points.len() as u64);
    let mut last = Last::default();
    for (index, point) in points.iter().enumerate() {
        let step = point.at.0.wrapping_sub(last.at);
        put(&mut out, fold(step.wrapping_sub(last.step)));
        match point.ping_ms.map(|ms| (ms, unit.of_ms(ms))) {
            None => out.push(0),
            Some((ms, None)) => {
                out.push(1);
                out.extend(ms.to_bits().to_le_bytes());
            }
            Some((_, Some(units))) => {
                put(&mut out, 2 + fold(units - last.units));
                last.units = units;
            }
        }
        for (last, now) in [(&mut last.rx, point.transfer_rx), (&mut last.tx, point.transfer_tx)] {
            put(&mut out, fold(now.wrapping_sub(last.expected()).cast_signed()));
            last.follow(now, index, version);
        }
        (last.at, last.step) = (point.at.0, if index == 0 { 0 } else { step });
    }
    out
}

/// Visits what [`seal`] wrote, in the same order. Bytes that it cannot have written are an internal error.
pub fn open(bytes: &[u8], visit: impl FnMut(Point)) -> Result<()> {
    match bytes {
        [version, unit, rest @ ..] => {
            let newer = || Error::internal("an hour of history was written by a newer version");
            let version = Version::ALL.into_iter().find(|known| *known as u8 == *version).ok_or_else(newer)?;
            let unit = Unit::ALL.into_iter().find(|known| *known as u8 == *unit);
            let read = unit.and_then(|unit| read(Rest(rest), version, unit, visit));
            read.ok_or_else(|| Error::internal("an hour of history is damaged"))
        }
        _ => Err(Error::internal("an hour of history is cut")),
    }
}

fn read(mut rest: Rest<'_>, version: Version, unit: Unit, mut visit: impl FnMut(Point)) -> Option<()> {
    let count = usize::try_from(rest.varint()?).ok().filter(|count| *count <= rest.0.len() / LEAST_BYTES)?;
    let mut last = Last::default();
    for index in 0..count {
        let step = unfold(rest.varint()?).wrapping_add(last.step);
        let at = last.at.wrapping_add(step);
        let ping_ms = match rest.varint()? {
            0 => None,
            1 => Some(f64::from_bits(u64::from_le_bytes(rest.bytes()?))),
            code => {
                last.units = last.units.wrapping_add(unfold(code - 2));
                Some(unit.to_ms(last.units))
            }
        };
        for last in [&mut last.rx, &mut last.tx] {
            let now = last.expected().wrapping_add(unfold(rest.varint()?).cast_unsigned());
            last.follow(now, index, version);
        }
        (last.at, last.step) = (at, if index == 0 { 0 } else { step });
        visit(Point { at: Time(at), ping_ms, transfer_rx: last.rx.value, transfer_tx: last.tx.value });
    }
    rest.0.is_empty().then_some(())
}

/// What the next point is told from.
#[derive(Default)]
struct Last {
    at: i64,
    step: i64,
    units: i64,
    rx: Counter,
    tx: Counter,
}

/// A counter at the last point, and what it has grown by where that is expected again.
#[derive(Default)]
struct Counter {
    value: u64,
    growth: u64,
}

impl Counter {
    fn expected(&self) -> u64 {
        self.value.wrapping_add(self.growth)
    }

    fn follow(&mut self, now: u64, index: usize, version: Version) {
        if version == Version::Growth && index > 0 {
            self.growth = now.wrapping_sub(self.value);
        }
        self.value = now;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn opened(bytes: &[u8]) -> Result<Vec<Point>> {
        let mut points = Vec::new();
        open(bytes, |point| points.push(point)).map(|()| points)
    }

    /// Equal bit by bit: 0 is not -0, and a NaN is itself.
    fn bits(points: &[Point]) -> Vec<(i64, Option<u64>, u64, u64)> {
        points.iter().map(|p| (p.at.0, p.ping_ms.map(f64::to_bits), p.transfer_rx, p.transfer_tx)).collect()
    }

    fn anything() -> impl Strategy<Value = Point> {
        let at = prop_oneof![any::<i64>(), 0..7_200_000_i64, Just(i64::MIN), Just(i64::MAX)];
        let ping = prop_oneof![
            any::<u64>().prop_map(f64::from_bits),
            (0..2_000_000_u32).prop_map(|micros| f64::from(micros) / 1e3),
            (0..2_000_000_000_u32).prop_map(|nanos| f64::from(nanos) / 1e9 * 1e3),
            Just(-0.0),
            Just(f64::MAX),
        ];
        let counter = || prop_oneof![any::<u64>(), 0..100_u64, Just(u64::MAX), Just(0)];
        (at, proptest::option::of(ping), counter(), counter()).prop_map(|(at, ping_ms, transfer_rx, transfer_tx)| {
            Point { at: Time(at), ping_ms, transfer_rx, transfer_tx }
        })
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_as_it_was_in_whatever_order(points in proptest::collection::vec(anything(), 0..80)) {
            prop_assert_eq!(bits(&opened(&seal(&points)).unwrap()), bits(&points));
        }

        #[test]
        fn bytes_that_are_cut_or_have_a_tail_or_are_anything_are_refused_and_never_panic(
            points in proptest::collection::vec(anything(), 0..9),
            cut in any::<prop::sample::Index>(),
            noise in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let bytes = seal(&points);
            prop_assert!(opened(&bytes[..cut.index(bytes.len())]).is_err());
            prop_assert!(opened(&[bytes, vec![0]].concat()).is_err());
            let _either = opened(&[&[1, 0], noise.as_slice()].concat());
            let _either = opened(&[&[2, 0], noise.as_slice()].concat());
        }
    }

    fn hour(ping: impl Fn(i64) -> f64) -> Vec<Point> {
        let point = |n: i64| Point {
            at: Time(1_778_068_800_000 + 60_000 * n + n * 37 % 50),
            ping_ms: Some(ping(n)),
            transfer_rx: (1 << 40) + (n * 50_000_000 + n * 7_919 % 1_000_000).cast_unsigned(),
            transfer_tx: (1 << 41) + (n * 60_000_000 + n * 104_729 % 1_000_000).cast_unsigned(),
        };
        (0..60).map(point).collect()
    }

    #[test]
    fn a_regular_hour_takes_less_than_fourteen_bytes_a_point_whatever_its_clock_counts_in() {
        let jitter = |n: i64| 12_000_000 + n * 7_368_787 % 1_000_000;
        let micros = hour(|n| (jitter(n) / 1_000) as f64 / 1e3);
        let nanos = hour(|n| jitter(n) as f64 / 1e6);
        let seconds = hour(|n| std::time::Duration::from_nanos(jitter(n).cast_unsigned()).as_secs_f64() * 1e3);
        for points in [micros, nanos, seconds] {
            let bytes = seal(&points).len();
            assert!(bytes < 60 * 14, "{bytes}");
        }
    }

    #[test]
    fn steady_traffic_is_told_from_how_it_grew_and_bursts_from_where_they_began() {
        let steady = seal(&hour(|_| 12.0));
        let mut bursts = hour(|_| 12.0);
        for (point, burst) in bursts.iter_mut().zip([0, 1 << 33].into_iter().cycle()) {
            point.transfer_rx = (1 << 40) + point.transfer_rx % 8 + burst;
            point.transfer_tx = point.transfer_rx;
        }
        assert_eq!([steady[0], seal(&bursts)[0]], [2, 1]);
    }

    #[test]
    fn the_first_version_still_reads() {
        let bytes = hex::decode("0100028088c6d2bf67e2c10180089003c0a907000000").unwrap();
        let first = Point { at: Time(1_778_068_800_000), ping_ms: Some(12.4), transfer_rx: 512, transfer_tx: 200 };
        let second = Point { at: Time(1_778_068_860_000), ping_ms: None, transfer_rx: 512, transfer_tx: 200 };
        assert_eq!(hex::encode(seal(&[first, second])), hex::encode(&bytes));
        assert_eq!(opened(&bytes).unwrap(), [first, second]);
    }
}
