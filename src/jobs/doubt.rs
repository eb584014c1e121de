//! Whether the machine's clock can be believed. A clock that has jumped far ahead makes everything late, expired and old at once,
//! and no right clock undoes what is done then: so that waits until the clock is back, or has stayed there for an hour.
//!
//! What a jump is tells the time since boot, which nobody sets; at the start, when something was written last.

use std::sync::{Mutex, PoisonError};

use crate::app::App;
use crate::audit;
use crate::base::clock::{DAY, HOUR, MINUTE, since_boot};
use crate::base::{Clock, Time};

/// Milliseconds by which a clock is set without doubt: a machine that asks others for the time corrects it by less.
const STEP: i64 = 5 * MINUTE;
/// A clock that has shown another time for so long is believed.
const LASTING: i64 = HOUR;
/// A process may have been away for so long; a clock that is further ahead at the start is doubted.
const AWAY: i64 = 30 * DAY;

/// The doubt about a clock. One that is set by hand is never doubted.
pub struct Doubt(Mutex<Option<Judge>>);

impl Doubt {
    /// Begins to watch the clock.
    pub async fn begin(app: &App) -> Self {
        let Clock::System = app.clock else { return Self(Mutex::new(None)) };
        let last = app.store.read(audit::latest).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not look when something was written last");
            None
        });
        Self(Mutex::new(Some(Judge::begin(app.clock.now(), since_boot(), last))))
    }

    /// Whether it is doubted now.
    pub fn holds(&self, app: &App) -> bool {
        let mut judge = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(judge) = judge.as_mut() else { return false };
        let (now, was) = (app.clock.now(), judge.since.is_some());
        let ahead = judge.judge(now, since_boot());
        match (was, ahead) {
            (false, Some(ahead)) => tracing::warn!(
                minutes = ahead / MINUTE,
                "the machine's clock has jumped: deadlines, rules on time and what is forgotten in time wait until it is back, \
                 or has stayed there for an hour"
            ),
            (true, None) => tracing::info!("the machine's clock is believed again"),
            _ => {}
        }
        ahead.is_some()
    }
}

/// The last time that was believed, and the time since boot then, in milliseconds.
struct Judge {
    believed: Time,
    up: i64,
    /// Since when the clock is doubted, in time since boot.
    since: Option<i64>,
}

impl Judge {
    fn begin(now: Time, up: i64, last: Option<Time>) -> Self {
        let believed = last.filter(|last| last.plus(AWAY) < now).unwrap_or(now);
        Self { believed, up, since: None }
    }

    /// By how many milliseconds the clock is ahead, where it is doubted; behind where negative.
    fn judge(&mut self, now: Time, up: i64) -> Option<i64> {
        let ahead = now.0.saturating_sub(self.believed.plus(up.saturating_sub(self.up)).0);
        if ahead.abs() > STEP {
            let since = *self.since.get_or_insert(up);
            if up.saturating_sub(since) < LASTING {
                return Some(ahead);
            }
        }
        *self = Self { believed: now, up, since: None };
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Time = Time(1_790_000_000_000);

    #[test]
    fn a_clock_that_is_set_by_a_few_minutes_is_believed_each_time() {
        let mut judge = Judge::begin(NOON, 0, Some(NOON));
        let mut shown = NOON;
        for hour in 1..50 {
            shown = shown.plus(HOUR + if hour % 2 == 0 { STEP } else { -STEP });
            assert_eq!(judge.judge(shown, hour * HOUR), None, "hour {hour}");
        }
    }

    #[test]
    fn a_clock_that_jumps_is_doubted_until_it_is_back() {
        for jump in [STEP + 1, 400 * DAY, -400 * DAY] {
            let mut judge = Judge::begin(NOON, 0, Some(NOON));
            assert_eq!(judge.judge(NOON.plus(MINUTE + jump), MINUTE), Some(jump));
            assert_eq!(judge.judge(NOON.plus(HOUR + jump), HOUR), Some(jump));
            assert_eq!(judge.judge(NOON.plus(HOUR + 1), HOUR + 1), None);
            assert_eq!(judge.judge(NOON.plus(HOUR + 2 + jump), HOUR + 2), Some(jump), "the next one is another");
        }
    }

    #[test]
    fn a_clock_that_stays_where_it_jumped_to_is_believed_after_an_hour() {
        let mut judge = Judge::begin(NOON, 0, Some(NOON));
        assert_eq!(judge.judge(NOON.plus(DAY), MINUTE), Some(DAY - MINUTE));
        assert_eq!(judge.judge(NOON.plus(DAY + HOUR - 1), MINUTE + HOUR - 1), Some(DAY - MINUTE));
        assert_eq!(judge.judge(NOON.plus(DAY + HOUR), MINUTE + HOUR), None);
        assert_eq!(judge.judge(NOON.plus(DAY + 2 * HOUR), MINUTE + 2 * HOUR), None);
    }

    #[test]
    fn at_the_start_a_month_since_the_last_change_is_believed_and_more_is_not() {
        let judged = |away: i64| Judge::begin(NOON, 0, Some(NOON.plus(-away))).judge(NOON, 0);
        assert_eq!((judged(0), judged(AWAY), judged(-AWAY)), (None, None, None));
        assert_eq!(judged(AWAY + 1), Some(AWAY + 1));
        assert_eq!(Judge::begin(NOON, 0, None).judge(NOON, 0), None, "nothing was written yet");
    }
}
