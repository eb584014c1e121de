//! Time: UTC milliseconds, and where they come from.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike, Timelike};
use rustix::time::{ClockId, clock_gettime};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// One second, in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute, in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day, in milliseconds.
pub const DAY: i64 = 24 * HOUR;

impl Time {
    /// This much later, or earlier where negative; saturates.
    pub fn plus(self, milliseconds: i64) -> Self {
        Time(self.0.saturating_add(milliseconds))
    }

    /// Reads RFC 3339 with any offset, years 1970 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis();
        (0..=253_402_300_799_999).contains(&time).then_some(Time(time))
    }

    /// `2026-05-06T12:00:00Z`: RFC 3339 to the second, rounded down.
    pub fn to_seconds(self) -> String {
        let mut text = String::with_capacity(20);
        self.write_seconds(&mut text);
        text
    }

    /// `2026-05-06T12:00:00.123Z`: RFC 3339 to the millisecond.
    pub fn to_milliseconds(self) -> String {
        let mut text = self.to_seconds();
        text.pop();
        let written = write!(text, ".{:03}Z", self.0.rem_euclid(SECOND));
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
        text
    }

    /// [`Time::to_seconds`] into a buffer, for answers of a million rows.
    pub fn write_seconds(self, out: &mut String) {
        let Some(time) = DateTime::from_timestamp_millis(self.0) else { return };
        let year = time.year().unsigned_abs();
        let parts = [(year / 100, ""), (year % 100, "-"), (time.month(), "-"), (time.day(), "T"), (time.hour(), ":")];
        // By hand: a page has a hundred of them, and the machinery of formats would take a tenth of its time.
        for (number, behind) in parts.into_iter().chain([(time.minute(), ":"), (time.second(), "Z")]) {
            let digits = [number / 10 % 10, number % 10].map(|digit| char::from_digit(digit, 10).unwrap_or('0'));
            out.extend(digits);
            out.push_str(behind);
        }
    }

    /// Whole seconds since 1970.
    pub fn unix_seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }
}

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// Set by hand, in milliseconds: for tests and simulations.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The present moment.
    pub fn now(&self) -> Time {
        match self {
            Clock::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Clock::Manual(now) => Time(now.load(Ordering::Relaxed)),
        }
    }
}

/// Milliseconds since the machine was started, sleep included: a clock that nobody sets.
pub fn since_boot() -> i64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec.saturating_mul(1_000).saturating_add(time.tv_nsec / 1_000_000)
}

/// What this thread has had of a processor so far.
pub fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_as_it_was_written() {
        for text in ["1970-01-01T00:00:00Z", "2026-05-06T12:00:00Z", "2028-02-29T23:59:59Z", "9999-12-31T23:59:59Z"] {
            assert_eq!(Time::parse(text).map(Time::to_seconds).as_deref(), Some(text));
        }
    }

    #[test]
    fn an_offset_is_taken_into_account() {
        assert_eq!(Time::parse("2026-05-06T14:00:00+02:00"), Time::parse("2026-05-06T12:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "2026-05-06", "2026-05-06T12:00:00", "0000-01-01T00:00:00Z", "2026-02-30T00:00:00Z"] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }
}
