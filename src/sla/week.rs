//! The open hours of a week that repeats for ever, counted in local time.

use super::hours;
use crate::base::clock::{DAY, MINUTE};

/// Milliseconds in a week.
const WEEK: i64 = 7 * DAY;

/// 1970-01-01 was a Thursday: so long after the Monday at which weeks are counted from.
const THURSDAY: i64 = 3 * DAY;

/// Part of a week that is open.
#[derive(Debug)]
struct Open {
    /// Since Monday 00:00.
    from: i64,
    /// Until here, not included.
    to: i64,
    /// What was open in the week before it.
    before: i64,
}

/// Sorted open intervals of one week; in milliseconds of local time since 1970 wherever a moment is meant.
#[derive(Debug)]
pub(super) struct Week {
    open: Vec<Open>,
    /// Of one week; more than nothing.
    total: i64,
}

impl Week {
    /// None when nothing is open, which [`BusinessHours::parse`](super::BusinessHours::parse) rules out.
    pub(super) fn of(intervals: impl Iterator<Item = (u16, u16)>) -> Option<Self> {
        let mut parts = Vec::new();
        for (from, to) in intervals {
            parts.push((from, to.min(hours::WEEK)));
            if to > hours::WEEK {
                parts.push((0, to - hours::WEEK));
            }
        }
        parts.sort_unstable();
        let mut total = 0;
        let mut open = Vec::with_capacity(parts.len());
        for (from, to) in parts.into_iter().map(|(from, to)| (i64::from(from) * MINUTE, i64::from(to) * MINUTE)) {
            open.push(Open { from, to, before: total });
            total += to - from;
        }
        (total > 0).then_some(Self { open, total })
    }

    /// What is open of local time up to this moment, since the Monday before 1970; negative before it.
    pub(super) fn open_until(&self, local: i64) -> i64 {
        let since = local + THURSDAY;
        let (weeks, rest) = (since.div_euclid(WEEK), since.rem_euclid(WEEK));
        let begun = self.open.partition_point(|open| open.from <= rest);
        let within = begun.checked_sub(1).and_then(|n| self.open.get(n));
        weeks * self.total + within.map_or(0, |open| open.before + (rest.min(open.to) - open.from))
    }

    /// The first local moment up to which so much is open: at the end of an interval, never at the beginning of the next.
    pub(super) fn first_at(&self, open: i64) -> i64 {
        let weeks = (open - 1).div_euclid(self.total);
        let rest = open - weeks * self.total;
        let begun = self.open.partition_point(|part| part.before < rest);
        let within = begun.checked_sub(1).and_then(|n| self.open.get(n));
        weeks * WEEK - THURSDAY + within.map_or(0, |part| part.from + (rest - part.before))
    }
}
