//! Where a clock's figure comes from: the parts of a sentence such as "4 h 12 min of 8 h used; paused 3 h by Alice".

use super::calendar::LAST;
use super::clock::{Cause, Clock, Metric, Span};
use super::stamp::{Stamp, Terms};
use crate::base::Time;

/// A figure and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Of what.
    pub metric: Metric,
    /// The version of the policy that judges it.
    pub policy: Option<i64>,
    /// Open milliseconds promised.
    pub target: Option<i64>,
    /// What the clock shows.
    pub stamp: Stamp,
    /// Every span from the ticket's creation until now, oldest first.
    pub parts: Vec<Part>,
    /// Whether now is open in the hours of the policy.
    pub is_open: bool,
    /// When that turns; none: never.
    pub turns_at: Option<Time>,
}

/// A span, and what it is in the hours of the policy that judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its kind, its actor, its beginning and end; the present one ends now.
    pub span: Span,
    /// Its open milliseconds.
    pub open: i64,
}

impl Clock {
    /// Explains what the clock shows at `now`, under the terms of the policy that [judges](Clock::judged_by) it.
    pub fn explain(&self, terms: &Terms, now: Time) -> Explanation {
        let part = |span: Span| Part { span, open: terms.calendar.open_ms(span.from, span.to) };
        let (is_open, turns) = terms.calendar.turns(now);
        Explanation {
            metric: self.metric(),
            policy: self.judged_by(),
            target: terms.target(self.metric()),
            stamp: self.stamp(terms, now),
            parts: self.spans(now).map(part).collect(),
            is_open,
            turns_at: Some(turns).filter(|turns| *turns < LAST),
        }
    }
}

impl Explanation {
    /// Open milliseconds by kind and actor, in the order in which they first came: what is used, and who paused how long.
    pub fn sums(&self) -> Vec<(Cause, Option<i64>, i64)> {
        let mut sums: Vec<(Cause, Option<i64>, i64)> = Vec::new();
        for Part { span, open } in &self.parts {
            match sums.iter_mut().find(|(cause, by, _)| (*cause, *by) == (span.cause, span.by)) {
                Some((.., sum)) => *sum += open,
                None => sums.push((span.cause, span.by, *open)),
            }
        }
        sums
    }
}
