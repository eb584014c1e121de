//! The bytes of an answer, kept until something is committed or a moment passes.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;

use crate::base::Time;

/// One answer that everybody who may see it is given.
#[derive(Clone, Default)]
pub struct Cached(Arc<Mutex<Option<Kept>>>);

struct Kept {
    commits: u64,
    holds: RangeInclusive<Time>,
    body: Bytes,
}

impl Cached {
    /// The bytes, if they still hold at this moment. `commits` must have been read when the caller came in: what was
    /// committed by then is in them.
    pub fn at(&self, commits: u64, now: Time) -> Option<Bytes> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|kept| kept.commits >= commits && kept.holds.contains(&now)).map(|kept| kept.body.clone())
    }

    /// Keeps bytes that were made in a transaction begun after `commits` was read, for the moments in which they hold.
    pub fn keep(&self, commits: u64, holds: RangeInclusive<Time>, body: &Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|kept| kept.commits <= commits) {
            *kept = Some(Kept { commits, holds, body: body.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_hold_until_a_commit_or_a_moment_and_older_ones_never_replace_newer_ones() {
        let (cached, old, new) = (Cached::default(), Bytes::from_static(b"old"), Bytes::from_static(b"new"));
        assert_eq!(cached.at(0, Time(5)), None);
        cached.keep(7, Time(3)..=Time(9), &new);
        for (commits, now, expected) in
            [(7, 3, Some(&new)), (7, 9, Some(&new)), (6, 5, Some(&new)), (8, 5, None), (7, 2, None), (7, 10, None)]
        {
            assert_eq!(cached.at(commits, Time(now)).as_ref(), expected, "{commits} {now}");
        }
        cached.keep(6, Time(0)..=Time(20), &old);
        assert_eq!(cached.at(6, Time(5)), Some(new));
    }
}
