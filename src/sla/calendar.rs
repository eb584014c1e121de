//! Counting in open hours: how much lies between two moments, and when so much has passed.
//!
//! A moment is open when the clock on the desk's wall shows an open time on a date that is no holiday. This one rule
//! settles the days on which the clock is moved: local times that are skipped hold nothing (02:00 to 03:00 is empty on the
//! night summer begins), those that come twice count twice (it is two hours on the night summer ends, and who works
//! through that night works an hour longer), and a date that a zone skips altogether was never open.
//!
//! Hours repeat every week but for holidays and moved clocks. So time is cut into pieces at each of those alone, with the
//! open milliseconds before each piece; within a piece the week is counted in closed form. All time is compiled at once,
//! into as many pieces as there are changes: nothing is to be extended, and no closure is too long to look behind.

use std::sync::Arc;

use chrono::NaiveDate;

use super::hours::BusinessHours;
use super::week::Week;
use super::zone;
use crate::base::Time;
use crate::base::clock::DAY;

/// The end of time: the last millisecond of the year 9999, as in [`Time::parse`]. It begins with 1970; a moment before
/// or behind counts as the nearest within.
pub const LAST: Time = Time(253_402_300_799_999);

/// What time counts.
#[derive(Clone, Debug)]
pub enum Calendar {
    /// All of it: a desk that never closes.
    Always,
    /// Only business hours. Made by [`Calendar::of`]; cheap to clone.
    Hours(Arc<Compiled>),
}

/// Business hours cut into pieces; see [`Calendar::of`].
#[derive(Debug)]
pub struct Compiled {
    week: Week,
    /// Sorted, without holes; the first begins at 0.
    pieces: Vec<Piece>,
    /// Open milliseconds in all time.
    total: i64,
}

/// A stretch of time with one offset from UTC, within holidays or outside them. All in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Piece {
    from: i64,
    /// Local time less UTC.
    offset: i64,
    closed: bool,
    /// Open before `from`, since 1970.
    before: i64,
}

impl Calendar {
    /// Compiles business hours. Changes of the zone's offset are known until the year 2100, from the IANA tables built in;
    /// the last one holds on behind.
    pub fn of(hours: &BusinessHours) -> Self {
        match Compiled::of(hours) {
            Some(compiled) => Calendar::Hours(Arc::new(compiled)),
            None => Calendar::Always,
        }
    }

    /// Open milliseconds between two moments; 0 when `to` is not the later one.
    pub fn open_ms(&self, from: Time, to: Time) -> i64 {
        (self.open_until(to) - self.open_until(from)).max(0)
    }

    /// Open milliseconds since 1970: never falls, and rises by at most a millisecond with each.
    pub fn open_until(&self, at: Time) -> i64 {
        let at = at.0.clamp(0, LAST.0);
        match self {
            Calendar::Always => at,
            Calendar::Hours(compiled) => compiled.open_until(at),
        }
    }

    /// The first moment at which so many open milliseconds have passed since `start`: at closing time, not at the next
    /// opening. `start` itself for 0 and less, [`LAST`] when there are not so many until then.
    pub fn advance(&self, start: Time, ms: i64) -> Time {
        let start = Time(start.0.clamp(0, LAST.0));
        if ms <= 0 {
            return start;
        }
        let target = self.open_until(start).saturating_add(ms);
        match self {
            Calendar::Always => Time(target.min(LAST.0)),
            Calendar::Hours(compiled) => compiled.first_at(target),
        }
    }

    /// Whether a moment is open, and the first one behind it of which the other is true; [`LAST`] where there is none.
    pub fn turns(&self, at: Time) -> (bool, Time) {
        let at = Time(at.0.clamp(0, LAST.0));
        let is_open = |until: Time| self.open_ms(at, until) == until.0 - at.0;
        if self.open_ms(at, at.plus(1)) == 0 {
            let passed = self.advance(at, 1);
            return (false, if passed == LAST { LAST } else { passed.plus(-1) });
        }
        // What has been open all the time until one moment has been so until any before it.
        let (mut open, mut end) = (at, LAST);
        while open < end {
            let middle = Time(end.0 - (end.0 - open.0) / 2);
            if is_open(middle) { open = middle } else { end = middle.plus(-1) }
        }
        (true, open)
    }
}

impl Compiled {
    fn of(hours: &BusinessHours) -> Option<Self> {
        let week = Week::of(hours.intervals())?;
        let mut pieces = cut(hours);
        let mut total = 0;
        for n in 0..pieces.len() {
            pieces[n].before = total;
            let end = pieces.get(n + 1).map_or(LAST.0, |next| next.from);
            total += pieces[n].open(&week, end);
        }
        Some(Self { week, pieces, total })
    }

    fn open_until(&self, at: i64) -> i64 {
        let begun = self.pieces.partition_point(|piece| piece.from <= at);
        let piece = begun.checked_sub(1).and_then(|n| self.pieces.get(n));
        piece.map_or(0, |piece| piece.before + piece.open(&self.week, at))
    }

    fn first_at(&self, open: i64) -> Time {
        if open > self.total {
            return LAST;
        }
        let begun = self.pieces.partition_point(|piece| piece.before < open);
        let Some(piece) = begun.checked_sub(1).and_then(|n| self.pieces.get(n)) else { return Time(0) };
        let local = self.week.first_at(self.week.open_until(piece.from + piece.offset) + (open - piece.before));
        Time(local - piece.offset)
    }
}

impl Piece {
    /// Open milliseconds from the beginning of the piece until a moment within it.
    fn open(&self, week: &Week, until: i64) -> i64 {
        if self.closed {
            return 0;
        }
        week.open_until(until + self.offset) - week.open_until(self.from + self.offset)
    }
}

/// Cuts all time where the offset changes and where a holiday begins or ends.
fn cut(hours: &BusinessHours) -> Vec<Piece> {
    let midnight = |date: &NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days() * DAY;
    let holidays: Vec<i64> = hours.holidays.keys().map(midnight).collect();
    let offsets = zone::offsets(hours.zone);
    let mut pieces = Vec::with_capacity(offsets.len() + 2 * holidays.len());
    for (n, (from, offset)) in offsets.iter().copied().enumerate() {
        let end = offsets.get(n + 1).map_or(LAST.0, |next| next.0);
        let first = holidays.partition_point(|day| day + DAY - offset <= from);
        let mut open = from;
        for day in holidays[first..].iter().take_while(|day| *day - offset < end) {
            let (begins, ends) = ((day - offset).max(from), day + DAY - offset);
            if open < begins {
                pieces.push(Piece { from: open, offset, closed: false, before: 0 });
            }
            pieces.push(Piece { from: begins, offset, closed: true, before: 0 });
            open = ends;
        }
        if open < end {
            pieces.push(Piece { from: open, offset, closed: false, before: 0 });
        }
    }
    pieces
}
