//! How many requests each key has left in its present hour. The count outlives a restart.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::throttle::Allowance;
use crate::base::Result;
use crate::base::Time;
use crate::base::clock::{HOUR, SECOND};
use crate::store::{Conn, Tx, params};

/// Requests an hour where the key says nothing else.
const USUAL: u32 = 1_000;

/// A caller's hour: it begins with the first request after the hour before.
#[derive(Clone, Copy, Debug)]
struct Hour {
    began: Time,
    used: u32,
    is_kept: bool,
}

impl Hour {
    fn is_over(self, now: Time) -> bool {
        // A clock that was set back begins a new hour too, rather than a very long one.
        now < self.began || self.began.plus(HOUR) <= now
    }
}

/// The hours of all keys and applications.
pub struct Hours(Option<Mutex<HashMap<String, Hour>>>);

/// What of an hour is written down.
#[derive(Clone, Debug)]
pub struct Unkept {
    caller: String,
    began: Time,
    used: u32,
}

impl Hours {
    /// Goes on with the hours that were written down; off, nobody is limited.
    pub fn start(conn: &Conn<'_>, on: bool) -> Result<Self> {
        if !on {
            return Ok(Self(None));
        }
        let rows = conn.all("select caller, began_at, used from hours", params![], |row| {
            let hour = Hour { began: Time(row.get("began_at")?), used: row.get("used")?, is_kept: true };
            Ok((row.get::<String>("caller")?, hour))
        })?;
        Ok(Self(Some(Mutex::new(rows.into_iter().collect()))))
    }

    /// Takes one from what a caller has left; `own` is how many an hour it may send at most, where that is its own figure.
    /// `None` where limits are off.
    pub fn take(&self, caller: &str, own: Option<i64>, now: Time) -> Option<Allowance> {
        let mut hours = self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let quota = own.map_or(USUAL, |own| u32::try_from(own).unwrap_or(u32::MAX));
        let fresh = Hour { began: now, used: 0, is_kept: false };
        let hour = hours.entry(caller.to_owned()).or_insert(fresh);
        if hour.is_over(now) {
            *hour = fresh;
        }
        let granted = hour.used < quota;
        if granted {
            hour.used += 1;
            hour.is_kept = false;
        }
        let wait = (hour.began.plus(HOUR).0 - now.0).max(0).unsigned_abs();
        Some(Allowance {
            name: "hour",
            quota,
            window_s: HOUR.unsigned_abs() / SECOND.unsigned_abs(),
            left: quota.saturating_sub(hour.used),
            reset_s: wait.div_ceil(SECOND.unsigned_abs()),
            granted,
        })
    }

    /// What has changed since this was last asked; forgets hours that are over.
    pub fn unkept(&self, now: Time) -> Vec<Unkept> {
        let Some(hours) = &self.0 else { return Vec::new() };
        let mut hours = hours.lock().unwrap_or_else(PoisonError::into_inner);
        hours.retain(|_, hour| !hour.is_over(now));
        let unkept = hours.iter_mut().filter(|(_, hour)| !hour.is_kept);
        unkept
            .map(|(caller, hour)| {
                hour.is_kept = true;
                Unkept { caller: caller.clone(), began: hour.began, used: hour.used }
            })
            .collect()
    }
}

/// Writes hours down, and forgets those that are over.
pub fn keep(tx: &Tx<'_>, unkept: &[Unkept]) -> Result<()> {
    for Unkept { caller, began, used } in unkept {
        tx.execute(
            "insert into hours (caller, began_at, used) values (:caller, :began, :used)
             on conflict (caller) do update set began_at = :began, used = :used",
            params! {":caller": caller, ":began": began.0, ":used": used},
        )?;
    }
    tx.execute("delete from hours where began_at <= :oldest", params! {":oldest": tx.now().plus(-HOUR).0}).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Hours {
        Hours(Some(Mutex::default()))
    }

    #[test]
    fn a_key_has_its_quota_and_the_next_hour_a_new_one() {
        let (hours, noon) = (empty(), Time(HOUR * 12));
        for left in (0..3).rev() {
            let taken = hours.take("key", Some(3), noon).unwrap();
            assert_eq!((taken.granted, taken.left, taken.reset_s), (true, left, 3_600));
        }
        let refused = hours.take("key", Some(3), noon.plus(HOUR / 2)).unwrap();
        assert_eq!((refused.granted, refused.left, refused.reset_s), (false, 0, 1_800));
        assert!(hours.take("other", Some(3), noon).unwrap().granted);
        assert!(hours.take("key", Some(3), noon.plus(HOUR)).unwrap().granted);
        assert_eq!(hours.take("usual", None, noon).unwrap().quota, 1_000);
    }

    #[test]
    fn only_what_has_changed_is_written_down() {
        let (hours, noon) = (empty(), Time(HOUR * 12));
        hours.take("key", None, noon);
        assert_eq!(hours.unkept(noon).len(), 1);
        assert!(hours.unkept(noon).is_empty());
        hours.take("key", None, noon);
        assert_eq!(hours.unkept(noon)[0].used, 2);
        hours.take("key", None, noon);
        assert!(hours.unkept(noon.plus(HOUR)).is_empty(), "an hour that is over is forgotten");
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let (hours, noon) = (empty(), Time(HOUR * 12));
        hours.take("key", Some(1), noon);
        assert!(hours.take("key", Some(1), noon.plus(-HOUR)).unwrap().granted);
    }
}
