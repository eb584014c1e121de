//! When a time zone's offset from UTC changes.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::base::clock::{DAY, SECOND};

/// chrono-tz knows no change of any zone behind this, 2101-01-01: its tables end with 2100, and the last offset holds on.
const LAST_CHANGE: i64 = 4_133_980_800_000;

/// Between two looks. No zone changes twice within 166 hours since 1970, so that no change hides between two looks.
const STEP: i64 = 3 * DAY;

/// The offset of local time from UTC at a moment, in milliseconds.
fn offset(zone: Tz, at: i64) -> i64 {
    let at = DateTime::from_timestamp_millis(at).unwrap_or_default().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&at).fix().local_minus_utc()) * SECOND
}

/// From which moment on which offset holds, both in milliseconds; the first is that of 1970.
pub(super) type Offsets = [(i64, i64)];

/// The offsets of a zone; found once, because that takes most of the time in which a calendar is compiled.
pub(super) fn offsets(zone: Tz) -> Arc<Offsets> {
    static FOUND: LazyLock<Mutex<HashMap<Tz, Arc<Offsets>>>> = LazyLock::new(Mutex::default);
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(found.entry(zone).or_insert_with(|| find(zone).into()))
}

fn find(zone: Tz) -> Vec<(i64, i64)> {
    let mut all = vec![(0, offset(zone, 0))];
    let (mut from, mut held) = all[0];
    while from < LAST_CHANGE {
        let to = from + STEP;
        let next = offset(zone, to);
        if next != held {
            // `before` still has the old offset, `after` has not.
            let (mut before, mut after) = (from / SECOND, to / SECOND);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if offset(zone, middle * SECOND) == held { before = middle } else { after = middle }
            }
            all.push((after * SECOND, next));
            held = next;
        }
        from = to;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_zone_changes_behind_the_tables_and_none_twice_between_two_looks() {
        for zone in chrono_tz::TZ_VARIANTS {
            let all = offsets(zone);
            let close = all.windows(2).skip(1).find(|pair| pair[1].0 - pair[0].0 < 2 * STEP);
            assert_eq!(close, None, "{zone} changes twice within six days");
            let last = all[all.len() - 1].1;
            // The same day of a year in every month, and then some centuries.
            let later =
                (0..24).map(|n| LAST_CHANGE + n * 30 * DAY).chain((0..70).map(|n| LAST_CHANGE + n * 41_111 * DAY));
            for at in later {
                assert_eq!(offset(zone, at), last, "{zone} at {at}");
            }
        }
    }

    #[test]
    fn samoa_skips_a_day() {
        // 2011-12-30T10:00:00Z: from ten hours behind UTC to fourteen ahead.
        assert!(offsets(Tz::Pacific__Apia).contains(&(1_325_239_200_000, 14 * 3_600_000)));
    }
}
