//! What a clock shows at a moment: by when, how much is used, how much was paused, and whether it is too late.
//!
//! With B(t) the open milliseconds until t, `elapsed = B(end) - B(created) - paused` and, while the metric is unmet,
//! `deadline = B⁻¹(B(created) + target + paused)`; a pause after the deadline was missed no longer moves it. Every figure is measured anew from the ledger in the calendar of the
//! policy by which the metric is judged.

use super::calendar::Calendar;
use super::clock::{Cause, Clock, Clocks, Event, Metric, Span};
use crate::base::{Result, Time};

/// What a version of a policy promises.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Until the first public reply, in open milliseconds; none promises nothing.
    pub first_response: Option<i64>,
    /// Until the ticket is resolved, in open milliseconds; none promises nothing.
    pub resolution: Option<i64>,
    /// The hours in which both are counted.
    pub calendar: Calendar,
}

impl Terms {
    /// What holds without a policy: nothing is promised, and all time counts.
    pub fn none() -> Self {
        Self { first_response: None, resolution: None, calendar: Calendar::Always }
    }

    /// The target of a metric, in open milliseconds.
    pub fn target(&self, metric: Metric) -> Option<i64> {
        match metric {
            Metric::FirstResponse => self.first_response,
            Metric::Resolution => self.resolution,
        }
    }
}

/// What a clock shows at a moment: columns of the ticket, next to its [`Present`](super::Present).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The moment after which the metric is breached if nothing happens: what a job waits for. None while paused or stopped,
    /// and without a target. In the past when it was missed.
    pub deadline: Option<Time>,
    /// What people are shown as due: the deadline, and once the metric is met the one that held then. None while paused.
    pub due: Option<Time>,
    /// Open milliseconds that counted, until `now` or until the metric was met.
    pub elapsed: i64,
    /// Open milliseconds in between that did not count: while pending, and between a resolution and the reopening.
    pub paused: i64,
    /// The deadline that was missed. An act in the very millisecond of the deadline is in time.
    pub breached_at: Option<Time>,
}

/// What an event did to a ticket: rows to add to the ledger, and both clocks' columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// To be added to the ledger; at most one of each metric.
    pub over: Vec<Span>,
    /// Of the first response.
    pub first_response: Stamp,
    /// Of the resolution.
    pub resolution: Stamp,
}

impl Clocks {
    /// Takes an event and says what to write. `terms` finds the terms of a version of a policy; it is asked once for each
    /// metric that is under one; its errors are passed on, and the clocks are then not to be used again.
    ///
    /// A change of policy stamps anew from the ticket's creation, its pauses measured in the new hours: a deadline may
    /// come to lie in the past, and a breach of the former policy may cease to be one.
    pub fn change(&mut self, event: &Event, terms: impl Fn(i64) -> Result<Terms>) -> Result<Changed> {
        let over = [self.first_response.take(event), self.resolution.take(event)].into_iter().flatten().collect();
        let stamp = |clock: &Clock| -> Result<Stamp> {
            let terms = clock.judged_by().map_or_else(|| Ok(Terms::none()), &terms)?;
            Ok(clock.stamp(&terms, event.at))
        };
        Ok(Changed { over, first_response: stamp(&self.first_response)?, resolution: stamp(&self.resolution)? })
    }
}

impl Clock {
    /// What the clock shows at `now`, under the terms of the policy that [judges](Clock::judged_by) it.
    pub fn stamp(&self, terms: &Terms, now: Time) -> Stamp {
        let (mut elapsed, mut paused, mut stopped, mut end) = (0_i64, 0_i64, 0_i64, self.created_at());
        for span in self.spans(now) {
            let open = terms.calendar.open_ms(span.from, span.to);
            if span.cause.is_unmet() {
                // What was stopped is a pause only once the ticket is reopened.
                paused += std::mem::take(&mut stopped);
                end = span.to;
            }
            match span.cause {
                Cause::Running => elapsed += open,
                Cause::Pending => paused += open,
                Cause::Finished => stopped += open,
                Cause::Answered => {}
            }
        }
        let target = terms.target(self.metric());
        let breached_at = target.and_then(|target| self.passed(target, &terms.calendar, now));
        let ahead = target.map(|target| terms.calendar.advance(end, target.saturating_sub(elapsed)));
        let state = self.present().cause;
        let due = breached_at.or(ahead).filter(|_| state != Cause::Pending);
        Stamp { deadline: due.filter(|_| state == Cause::Running), due, elapsed, paused, breached_at }
    }

    /// When so many open milliseconds were used, or will be if nothing happens: for a warning ahead of the deadline. None
    /// when that is still ahead and the clock does not run.
    pub fn uses(&self, ms: i64, terms: &Terms, now: Time) -> Option<Time> {
        let ahead = || terms.calendar.advance(now, ms.saturating_sub(self.stamp(terms, now).elapsed));
        let runs = self.present().cause == Cause::Running;
        self.passed(ms, &terms.calendar, now).or_else(|| runs.then(ahead))
    }

    /// The moment at which so many open milliseconds were used, if the clock ran on after it.
    fn passed(&self, ms: i64, calendar: &Calendar, now: Time) -> Option<Time> {
        let mut left = ms;
        self.spans(now).filter(|span| span.cause == Cause::Running).find_map(|span| {
            let at = calendar.advance(span.from, left);
            left = left.saturating_sub(calendar.open_ms(span.from, span.to));
            (at < span.to).then_some(at)
        })
    }
}
