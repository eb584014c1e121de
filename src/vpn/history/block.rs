//! The points of an hour as bytes.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 1 |
//! | 1 | unit of pings: 0 microseconds, 1 nanoseconds, 2 nanoseconds by way of seconds |
//! | varint | how many points follow |
//!
//! and for each point, in the order in which they were given:
//!
//! | bytes | what |
//! |---|---|
//! | zigzag varint | milliseconds since the point before, less the same of that one; of the first, since 1970; of the second, since the first |
//! | varint | ping: 0 none, 1 an f64 of 8 little-endian bytes follows, else 2 + the zigzag of units since the last ping in units |
//! | zigzag varint | bytes received since the point before |
//! | zigzag varint | bytes sent since the point before |
//!
//! A varint has seven bits a byte, lowest first, the eighth says that more follow (LEB128); zigzag folds the sign into
//! the lowest bit. Differences wrap at 64 bits, so any point has its bytes: what is written reads back bit by bit.
//! A regular hour takes about twelve bytes a point.

use super::Point;
use crate::base::{Error, Result, Time};

const VERSION: u8 = 1;
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

/// Writes points in whatever unit takes the fewest bytes.
pub fn seal(points: &[Point]) -> Vec<u8> {
    let written = Unit::ALL.map(|unit| write(points, unit));
    written.into_iter().min_by_key(Vec::len).unwrap_or_default()
}

fn write(points: &[Point], unit: Unit) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 + points.len() * 16);
    out.extend([VERSION, unit as u8]);
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
        put(&mut out, fold(point.transfer_rx.wrapping_sub(last.rx).cast_signed()));
        put(&mut out, fold(point.transfer_tx.wrapping_sub(last.tx).cast_signed()));
        (last.at, last.step) = (point.at.0, if index == 0 { 0 } else { step });
        (last.rx, last.tx) = (point.transfer_rx, point.transfer_tx);
    }
    out
}

/// Visits what [`seal`] wrote, in the same order. Bytes that it cannot have written are an internal error.
pub fn open(bytes: &[u8], visit: impl FnMut(Point)) -> Result<()> {
    match bytes {
        [VERSION, unit, rest @ ..] => {
            let unit = Unit::ALL.into_iter().find(|known| *known as u8 == *unit);
            let read = unit.and_then(|unit| read(Rest(rest), unit, visit));
            read.ok_or_else(|| Error::internal("an hour of history is damaged"))
        }
        [] => Err(Error::internal("an hour of history is empty")),
        _ => Err(Error::internal("an hour of history was written by a newer version")),
    }
}

fn read(mut rest: Rest<'_>, unit: Unit, mut visit: impl FnMut(Point)) -> Option<()> {
    let count = usize::try_from(rest.varint()?).ok().filter(|count| *count <= rest.0.len() / LEAST_BYTES)?;
    let mut last = Last::default();
    for index in 0..count {
        let step = unfold(rest.varint()?).wrapping_add(last.step);
        let at = last.at.wrapping_add(step);
        let ping_ms = match rest.varint()? {
            0 => None,
            1 => Some(f64::from_bits(rest.eight()?)),
            code => {
                last.units = last.units.wrapping_add(unfold(code - 2));
                Some(unit.to_ms(last.units))
            }
        };
        last.rx = last.rx.wrapping_add(unfold(rest.varint()?).cast_unsigned());
        last.tx = last.tx.wrapping_add(unfold(rest.varint()?).cast_unsigned());
        (last.at, last.step) = (at, if index == 0 { 0 } else { step });
        visit(Point { at: Time(at), ping_ms, transfer_rx: last.rx, transfer_tx: last.tx });
    }
    rest.0.is_empty().then_some(())
}

/// What the next point is told from.
#[derive(Default)]
struct Last {
    at: i64,
    step: i64,
    units: i64,
    rx: u64,
    tx: u64,
}

fn fold(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

fn unfold(folded: u64) -> i64 {
    (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed()
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

struct Rest<'b>(&'b [u8]);

impl Rest<'_> {
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for index in 0..10 {
            let byte = *self.0.get(index)?;
            number |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.0 = self.0.get(index + 1..)?;
                // The tenth byte has room for one bit.
                return (index < 9 || byte == 1).then_some(number);
            }
        }
        None
    }

    fn eight(&mut self) -> Option<u64> {
        let (head, tail) = self.0.split_first_chunk()?;
        self.0 = tail;
        Some(u64::from_le_bytes(*head))
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
            let _either = opened(&[&[VERSION, 0], noise.as_slice()].concat());
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
    fn the_first_version_still_reads() {
        let bytes = hex::decode("0100028088c6d2bf67e2c10180089003c0a907000000").unwrap();
        let first = Point { at: Time(1_778_068_800_000), ping_ms: Some(12.4), transfer_rx: 512, transfer_tx: 200 };
        let second = Point { at: Time(1_778_068_860_000), ping_ms: None, transfer_rx: 512, transfer_tx: 200 };
        assert_eq!(hex::encode(seal(&[first, second])), hex::encode(&bytes));
        assert_eq!(opened(&bytes).unwrap(), [first, second]);
    }
}
