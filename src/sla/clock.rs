//! The two clocks of a ticket: what starts, pauses and stops them, and the ledger of what they did.
//!
//! A clock knows no calendar. It only notes which stretch of time was of which kind, and [`stamp`](super::stamp) measures
//! the stretches in the hours of whatever policy holds: so a change of policy loses no pause.

use crate::base::Time;

/// What a policy promises by a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// The first public reply by staff.
    FirstResponse,
    /// That the ticket is resolved or closed.
    Resolution,
}

impl Metric {
    /// Both.
    pub const ALL: [Self; 2] = [Metric::FirstResponse, Metric::Resolution];

    /// As SQL spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Metric::FirstResponse => "first_response",
            Metric::Resolution => "resolution",
        }
    }

    /// The reverse of [`Metric::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == text)
    }
}

/// What a stretch of time was to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The desk's turn: it counts.
    Running,
    /// The customer's turn.
    Pending,
    /// The ticket was resolved or closed. The time until it is reopened does not count.
    Finished,
    /// The first response was given; for ever.
    Answered,
}

impl Cause {
    /// As SQL spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Running => "running",
            Cause::Pending => "pending",
            Cause::Finished => "finished",
            Cause::Answered => "answered",
        }
    }

    /// The reverse of [`Cause::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Cause::Running, Cause::Pending, Cause::Finished, Cause::Answered];
        all.into_iter().find(|cause| cause.as_str() == text)
    }

    /// Whether the metric is yet to be met.
    pub fn is_unmet(self) -> bool {
        matches!(self, Cause::Running | Cause::Pending)
    }
}

/// What a ticket's status does to its clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// `open`, `in_progress`.
    Run,
    /// `pending`.
    Pause,
    /// `resolved`, `closed`. It stops the first response as well: a ticket that is done waits for no answer. A public reply
    /// that comes still counts as the first response, and reopening lets an unmet clock run on from where it stopped.
    Stop,
}

/// What happened to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When. Never before the event that came before it: an earlier time counts as that one's.
    pub at: Time,
    /// The user who did it; none for Gatehouse itself.
    pub by: Option<i64>,
    /// Which kind of thing.
    pub what: What,
}

/// What can happen that a clock heeds. What changes nothing leaves no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A public reply by staff; only the first counts.
    Answered,
    /// The status is now one of this pace.
    Paced(Pace),
    /// Another version of a policy holds, by its number, because the priority or the policy changed; or none does.
    Policy(Option<i64>),
}

/// A stretch of time that is over: a row of the ledger, which is only ever added to. The spans of a clock and its
/// [`Present`] follow one another without a hole from the ticket's creation on; one may be empty (`from` = `to`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Whose.
    pub metric: Metric,
    /// What it was to the clock.
    pub cause: Cause,
    /// The version of the policy that held.
    pub policy: Option<i64>,
    /// The user who began what caused it; none for Gatehouse itself.
    pub by: Option<i64>,
    /// Its beginning.
    pub from: Time,
    /// Its end, not included.
    pub to: Time,
}

/// The stretch of time that goes on: columns of the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Present {
    /// What it is to the clock.
    pub cause: Cause,
    /// The version of the policy that holds.
    pub policy: Option<i64>,
    /// The user who began what caused it; none for Gatehouse itself.
    pub by: Option<i64>,
    /// Its beginning.
    pub since: Time,
}

/// One metric of one ticket: a state machine whose state is its ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    metric: Metric,
    past: Vec<Span>,
    present: Present,
}

impl Clock {
    /// As a ticket is created: running.
    pub fn start(metric: Metric, created_at: Time, by: Option<i64>, policy: Option<i64>) -> Self {
        Self { metric, past: Vec::new(), present: Present { cause: Cause::Running, policy, by, since: created_at } }
    }

    /// From what was written: the spans of this metric in the order in which they were, and the ticket's columns.
    pub fn load(metric: Metric, past: Vec<Span>, present: Present) -> Self {
        Self { metric, past, present }
    }

    /// Takes an event; the span that it ended, if it changed anything, is to be added to the ledger.
    pub fn take(&mut self, event: &Event) -> Option<Span> {
        let Present { cause, policy, by, since } = self.present;
        let next = match (cause, event.what) {
            (Cause::Answered, _) => return None,
            (_, What::Answered) if self.metric == Metric::FirstResponse => {
                Present { cause: Cause::Answered, by: event.by, ..self.present }
            }
            (_, What::Answered) => return None,
            (_, What::Paced(pace)) => {
                let next = match pace {
                    Pace::Run => Cause::Running,
                    Pace::Pause => Cause::Pending,
                    Pace::Stop => Cause::Finished,
                };
                if next == cause {
                    return None;
                }
                Present { cause: next, by: event.by, ..self.present }
            }
            (_, What::Policy(next)) if next == policy => return None,
            // Who paused still does: the policy cuts the span, it is not its cause.
            (_, What::Policy(next)) => Present { policy: next, ..self.present },
        };
        let at = event.at.max(since);
        let over = Span { metric: self.metric, cause, policy, by, from: since, to: at };
        self.past.push(over);
        self.present = Present { since: at, ..next };
        Some(over)
    }

    /// Which metric.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The spans that are over, oldest first.
    pub fn past(&self) -> &[Span] {
        &self.past
    }

    /// The stretch of time that goes on.
    pub fn present(&self) -> Present {
        self.present
    }

    /// When the ticket was created.
    pub fn created_at(&self) -> Time {
        self.past.first().map_or(self.present.since, |span| span.from)
    }

    /// The version of the policy by which the metric is judged: the one that holds while it is unmet; once it is met, the
    /// one under which that was. So raising the priority of a resolved ticket breaches nothing, until it is reopened.
    pub fn judged_by(&self) -> Option<i64> {
        if self.present.cause.is_unmet() {
            return self.present.policy;
        }
        let last = self.past.iter().rev().find(|span| span.cause.is_unmet());
        last.map_or(self.present.policy, |span| span.policy)
    }

    /// Every span until `now`, the present one last.
    pub(super) fn spans(&self, now: Time) -> impl Iterator<Item = Span> {
        let Present { cause, policy, by, since } = self.present;
        let present = Span { metric: self.metric, cause, policy, by, from: since, to: now.max(since) };
        self.past.iter().copied().chain([present])
    }
}

/// Both clocks of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// Until the first public reply by staff.
    pub first_response: Clock,
    /// Until the ticket is resolved or closed.
    pub resolution: Clock,
}

impl Clocks {
    /// As a ticket is created: both running.
    pub fn start(created_at: Time, by: Option<i64>, policy: Option<i64>) -> Self {
        let clock = |metric| Clock::start(metric, created_at, by, policy);
        Self { first_response: clock(Metric::FirstResponse), resolution: clock(Metric::Resolution) }
    }

    /// The clock of a metric.
    pub fn of(&self, metric: Metric) -> &Clock {
        match metric {
            Metric::FirstResponse => &self.first_response,
            Metric::Resolution => &self.resolution,
        }
    }
}
