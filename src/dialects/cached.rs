//! Answers that are given again to the same question until something is committed or a moment passes.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::Time;

/// Answers by what was asked. Cheap to clone: clones share what they keep.
pub struct Cached<Q, A>(Arc<Mutex<Kept<Q, A>>>);

struct Kept<Q, A> {
    /// All of them were made after so many commits.
    commits: u64,
    answers: HashMap<Q, Entry<A>>,
    /// What they take, and what they may take.
    bytes: usize,
    most: usize,
}

struct Entry<A> {
    holds: RangeInclusive<Time>,
    answer: A,
    bytes: usize,
}

impl<Q, A> Clone for Cached<Q, A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q, A> std::fmt::Debug for Cached<Q, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cached")
    }
}

impl<Q: Eq + Hash, A: Clone> Cached<Q, A> {
    /// Keeps so many bytes at most.
    pub fn up_to(most: usize) -> Self {
        Self(Arc::new(Mutex::new(Kept { commits: 0, answers: HashMap::new(), bytes: 0, most })))
    }

    /// The answer, if it still holds at this moment. `commits` must have been read when the caller came in: what was
    /// committed by then is in it.
    pub fn at(&self, question: &Q, commits: u64, now: Time) -> Option<A> {
        let kept = self.kept();
        let found = kept.answers.get(question).filter(|_| kept.commits >= commits);
        found.filter(|entry| entry.holds.contains(&now)).map(|entry| entry.answer.clone())
    }

    /// Keeps an answer of so many bytes that was made in a transaction begun after `commits` was read, for the moments in
    /// which it holds. What has been committed since takes the place of everything older.
    pub fn keep(&self, question: Q, commits: u64, holds: RangeInclusive<Time>, answer: &A, bytes: usize) {
        let mut kept = self.kept();
        if kept.commits > commits || bytes > kept.most {
            return;
        }
        if kept.commits < commits || kept.bytes.saturating_add(bytes) > kept.most {
            kept.answers.clear();
            (kept.commits, kept.bytes) = (commits, 0);
        }
        let before = kept.answers.insert(question, Entry { holds, answer: answer.clone(), bytes });
        kept.bytes += bytes;
        kept.bytes -= before.map_or(0, |entry| entry.bytes);
    }

    fn kept(&self) -> MutexGuard<'_, Kept<Q, A>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_until_a_commit_or_a_moment_and_older_ones_never_replace_newer_ones() {
        let cached = Cached::up_to(100);
        assert_eq!(cached.at(&"a", 0, Time(5)), None);
        cached.keep("a", 7, Time(3)..=Time(9), &"new", 3);
        for (commits, now, expected) in
            [(7, 3, Some("new")), (7, 9, Some("new")), (6, 5, Some("new")), (8, 5, None), (7, 2, None), (7, 10, None)]
        {
            assert_eq!(cached.at(&"a", commits, Time(now)), expected, "{commits} {now}");
        }
        assert_eq!(cached.at(&"b", 7, Time(5)), None);
        cached.keep("a", 6, Time(0)..=Time(20), &"old", 3);
        assert_eq!(cached.at(&"a", 6, Time(5)), Some("new"));
        cached.keep("b", 8, Time(0)..=Time(20), &"newest", 6);
        assert_eq!([cached.at(&"a", 6, Time(5)), cached.at(&"b", 8, Time(5))], [None, Some("newest")]);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (cached, always) = (Cached::up_to(100), || Time(0)..=Time(9));
        for _again in 0..10 {
            cached.keep(-1, 0, always(), &(), 40);
        }
        cached.keep(-2, 0, always(), &(), 40);
        assert_eq!([-1, -2].map(|number| cached.at(&number, 0, Time(0))), [Some(()); 2]);
        for number in 0..10 {
            cached.keep(number, 0, always(), &(), 40);
            assert_eq!(cached.at(&number, 0, Time(0)), Some(()));
            let kept = (0..10).filter(|number| cached.at(number, 0, Time(0)).is_some()).count();
            assert!(kept <= 2, "{kept}");
        }
        cached.keep(10, 0, always(), &(), 101);
        assert_eq!(cached.at(&10, 0, Time(0)), None);
        assert_eq!(cached.at(&9, 0, Time(0)), Some(()));
    }
}
