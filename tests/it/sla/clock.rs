//! Facts about the clocks of a ticket.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use gatehouse::base::clock::{DAY, HOUR, MINUTE};
use gatehouse::base::{Error, Time};
use gatehouse::sla::{
    BusinessHours, Calendar, Cause, Changed, Clock, Clocks, Event, Metric, Pace, Span, Stamp, Terms, What,
};
use proptest::prelude::*;

use super::{at, weekdays};

/// Weekdays 9 to 17 in Berlin.
fn nine_to_five() -> Calendar {
    static COMPILED: LazyLock<Calendar> = LazyLock::new(|| {
        Calendar::of(&BusinessHours::parse(&weekdays("Europe/Berlin", &[("09:00", "17:00")])).unwrap())
    });
    COMPILED.clone()
}

proptest! {
    #[test]
    fn no_ledger_makes_a_clock_panic(
        spans in proptest::collection::vec((any::<i64>(), any::<i64>(), 0..4_usize), 0..6),
        (since, now, target) in (any::<i64>(), any::<i64>(), any::<i64>()),
    ) {
        let causes = [Cause::Running, Cause::Pending, Cause::Finished, Cause::Answered];
        let span = |(from, to, cause)| Span {
            metric: Metric::Resolution, cause: causes[cause], policy: None, by: None, from: Time(from), to: Time(to),
        };
        let mut present = Clocks::start(Time(since), None, None).resolution.present();
        present.cause = causes[(since & 3) as usize];
        let clock = Clock::load(Metric::Resolution, spans.into_iter().map(span).collect(), present);
        let terms = Terms { first_response: None, resolution: Some(target), calendar: nine_to_five() };
        let told = clock.explain(&terms, Time(now));
        prop_assert!(told.stamp.elapsed >= 0 && told.sums().len() <= told.parts.len());
    }
}

/// A ticket with its rows and the policies 1 (8 h and 24 h around the clock), 2 (1 h and 8 h, weekdays 9 to 17 in Berlin).
struct Ticket {
    clocks: Clocks,
    terms: BTreeMap<i64, Terms>,
    last: Changed,
}

const ALICE: Option<i64> = Some(7);

impl Ticket {
    fn new(created_at: &str, policy: i64) -> Self {
        let terms = |first: i64, whole: i64, calendar| Terms {
            first_response: Some(first * HOUR),
            resolution: Some(whole * HOUR),
            calendar,
        };
        let terms = BTreeMap::from([(1, terms(8, 24, Calendar::Always)), (2, terms(1, 8, nine_to_five()))]);
        let clocks = Clocks::start(at(created_at), None, Some(policy));
        let stamp = |metric| clocks.of(metric).stamp(&terms[&policy], at(created_at));
        let (first_response, resolution) = (stamp(Metric::FirstResponse), stamp(Metric::Resolution));
        let last = Changed { over: Vec::new(), first_response, resolution };
        Self { clocks, terms, last }
    }

    fn then(&mut self, time: &str, what: What) -> &Changed {
        let event = Event { at: at(time), by: ALICE, what };
        self.last = self.clocks.change(&event, |policy| Ok(self.terms[&policy].clone())).unwrap();
        &self.last
    }

    fn look(&self, metric: Metric, time: &str) -> Stamp {
        let clock = self.clocks.of(metric);
        clock.stamp(&self.terms[&clock.judged_by().unwrap()], at(time))
    }
}

#[test]
fn a_new_ticket_is_due_when_its_policy_says() {
    let ticket = Ticket::new("2026-05-08T14:30:00Z", 2);
    // Friday 16:30 in Berlin: half an hour on Friday, the rest on Monday.
    assert_eq!(ticket.last.first_response.deadline, Some(at("2026-05-11T07:30:00Z")));
    assert_eq!(ticket.last.resolution.deadline, Some(at("2026-05-11T14:30:00Z")));
}

#[test]
fn pending_pauses_both_clocks_and_moves_their_deadlines() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    let paused = ticket.then("2026-05-08T13:00:00Z", What::Paced(Pace::Pause)).clone();
    assert_eq!((paused.first_response.deadline, paused.resolution.due), (None, None));
    assert_eq!(paused.over.len(), 2);
    let resumed = ticket.then("2026-05-08T16:00:00Z", What::Paced(Pace::Run));
    assert_eq!(resumed.first_response.deadline, Some(at("2026-05-08T23:00:00Z")));
    assert_eq!(resumed.resolution.deadline, Some(at("2026-05-09T15:00:00Z")));
    assert_eq!((resumed.resolution.elapsed, resumed.resolution.paused), (HOUR, 3 * HOUR));
}

#[test]
fn a_change_of_policy_measures_the_pauses_in_the_new_hours_and_loses_none() {
    // Friday 14:00 in Berlin; paused from 16:00 to Monday 10:00: two open hours of the 66.
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    ticket.then("2026-05-08T14:00:00Z", What::Paced(Pace::Pause));
    let resumed = ticket.then("2026-05-11T08:00:00Z", What::Paced(Pace::Run)).clone();
    assert_eq!(resumed.resolution.paused, 66 * HOUR);
    let stamped = ticket.then("2026-05-11T08:00:00Z", What::Policy(Some(2))).clone();
    assert_eq!(stamped.over.len(), 2);
    assert_eq!((stamped.resolution.elapsed, stamped.resolution.paused), (2 * HOUR, 2 * HOUR));
    assert_eq!(stamped.resolution.deadline, Some(at("2026-05-11T14:00:00Z")));
    // An hour had been enough: it was up on Friday at 15:00.
    assert_eq!(stamped.first_response.breached_at, Some(at("2026-05-08T13:00:00Z")));
    let back = ticket.then("2026-05-11T08:30:00Z", What::Policy(Some(1)));
    assert_eq!((back.first_response.breached_at, back.resolution.paused), (None, 66 * HOUR));
}

#[test]
fn a_pause_is_still_the_one_who_paused_after_a_change_of_policy() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    ticket.then("2026-05-08T13:00:00Z", What::Paced(Pace::Pause));
    let event = Event { at: at("2026-05-08T14:00:00Z"), by: Some(8), what: What::Policy(Some(2)) };
    ticket.clocks.change(&event, |policy| Ok(ticket.terms[&policy].clone())).unwrap();
    ticket.then("2026-05-11T09:00:00Z", What::Paced(Pace::Run));
    let told = ticket.clocks.resolution.explain(&ticket.terms[&2], at("2026-05-11T11:12:00Z"));
    let sums = [
        (Cause::Running, None, HOUR),
        (Cause::Pending, ALICE, 4 * HOUR),
        (Cause::Running, ALICE, 2 * HOUR + 12 * MINUTE),
    ];
    assert_eq!(told.sums(), sums);
    assert_eq!((told.target, told.stamp.elapsed), (Some(8 * HOUR), 3 * HOUR + 12 * MINUTE));
}

#[test]
fn the_first_public_reply_stops_the_first_response_for_ever_and_the_resolution_goes_on() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    let replied = ticket.then("2026-05-08T13:00:00Z", What::Answered).clone();
    assert_eq!(replied.over.len(), 1);
    assert_eq!(replied.first_response.deadline, None);
    assert_eq!(replied.first_response.due, Some(at("2026-05-08T20:00:00Z")));
    for what in [What::Answered, What::Paced(Pace::Stop), What::Paced(Pace::Run), What::Policy(Some(2))] {
        let later = ticket.then("2026-05-20T13:00:00Z", what);
        assert_eq!(later.first_response, replied.first_response, "{what:?}");
        assert!(later.over.iter().all(|span| span.metric == Metric::Resolution));
    }
}

#[test]
fn what_changes_nothing_leaves_no_span() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    for what in [What::Paced(Pace::Run), What::Policy(Some(1))] {
        assert_eq!(ticket.then("2026-05-08T13:00:00Z", what).over, []);
    }
}

#[test]
fn the_time_between_a_resolution_and_the_reopening_does_not_count() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    let resolved = ticket.then("2026-05-08T22:00:00Z", What::Paced(Pace::Stop)).resolution;
    assert_eq!((resolved.deadline, resolved.due), (None, Some(at("2026-05-09T12:00:00Z"))));
    assert_eq!((resolved.elapsed, resolved.paused), (10 * HOUR, 0));
    assert_eq!(ticket.look(Metric::Resolution, "2026-06-08T22:00:00Z"), resolved, "a year later it shows the same");
    let reopened = ticket.then("2026-05-10T22:00:00Z", What::Paced(Pace::Run)).resolution;
    assert_eq!((reopened.elapsed, reopened.paused), (10 * HOUR, 48 * HOUR));
    assert_eq!(reopened.deadline, Some(at("2026-05-11T12:00:00Z")));
}

#[test]
fn a_ticket_that_is_closed_unanswered_waits_for_no_answer() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    ticket.then("2026-05-08T13:00:00Z", What::Paced(Pace::Stop));
    assert_eq!(ticket.look(Metric::FirstResponse, "2026-06-08T13:00:00Z").breached_at, None);
    let reopened = ticket.then("2026-06-08T13:00:00Z", What::Paced(Pace::Run)).first_response;
    assert_eq!(reopened.deadline, Some(at("2026-06-08T20:00:00Z")));
}

#[test]
fn a_higher_priority_breaches_no_ticket_that_is_resolved_until_it_is_reopened() {
    let mut ticket = Ticket::new("2026-05-04T07:00:00Z", 1);
    let resolved = ticket.then("2026-05-05T06:00:00Z", What::Paced(Pace::Stop)).resolution;
    let raised = ticket.then("2026-05-05T07:00:00Z", What::Policy(Some(2))).resolution;
    assert_eq!(raised, resolved);
    ticket.then("2026-05-05T08:00:00Z", What::Paced(Pace::Run));
    // Eight open hours were all used on Monday.
    let reopened = ticket.last.resolution;
    assert_eq!((reopened.elapsed, reopened.breached_at), (8 * HOUR, Some(at("2026-05-04T15:00:00Z"))));
}

#[test]
fn an_act_at_the_very_deadline_is_in_time_and_a_millisecond_later_is_not() {
    for (time, late) in [("2026-05-08T20:00:00Z", false), ("2026-05-08T20:00:00.001Z", true)] {
        for what in [What::Answered, What::Paced(Pace::Stop), What::Paced(Pace::Pause)] {
            let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
            let stamp = ticket.then(time, what).first_response;
            assert_eq!(stamp.breached_at, late.then(|| at("2026-05-08T20:00:00Z")), "{what:?} at {time}");
        }
    }
}

#[test]
fn a_breach_stays_where_it_was_when_the_ticket_is_paused_after_it() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    ticket.then("2026-05-08T21:00:00Z", What::Paced(Pace::Pause));
    let resumed = ticket.then("2026-05-09T21:00:00Z", What::Paced(Pace::Run)).first_response;
    assert_eq!(resumed.breached_at, Some(at("2026-05-08T20:00:00Z")));
    assert_eq!(resumed.deadline, resumed.breached_at);
}

#[test]
fn an_event_from_a_clock_that_was_set_back_counts_as_just_after_the_one_before() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    ticket.then("2026-05-08T13:00:00Z", What::Paced(Pace::Pause));
    let resumed = ticket.then("2026-05-08T11:00:00Z", What::Paced(Pace::Run));
    assert_eq!((resumed.resolution.elapsed, resumed.resolution.paused), (HOUR, 0));
    assert!(resumed.over.iter().all(|span| span.from == span.to));
}

#[test]
fn a_warning_is_due_when_part_of_the_time_is_used_and_says_so_afterwards() {
    let mut ticket = Ticket::new("2026-05-08T12:00:00Z", 1);
    let uses = |ticket: &Ticket, time: &str| ticket.clocks.first_response.uses(6 * HOUR, &ticket.terms[&1], at(time));
    let warned = Some(at("2026-05-08T18:00:00Z"));
    assert_eq!(uses(&ticket, "2026-05-08T12:00:00Z"), warned);
    assert_eq!(uses(&ticket, "2026-05-08T19:00:00Z"), warned);
    ticket.then("2026-05-08T14:00:00Z", What::Paced(Pace::Pause));
    assert_eq!(uses(&ticket, "2026-05-08T19:00:00Z"), None);
    ticket.then("2026-05-08T16:00:00Z", What::Paced(Pace::Run));
    assert_eq!(uses(&ticket, "2026-05-08T16:00:00Z"), Some(at("2026-05-08T20:00:00Z")));
}

#[test]
fn without_a_policy_nothing_is_due_and_time_is_measured_all_the_same() {
    let mut clocks = Clocks::start(at("2026-05-08T12:00:00Z"), None, None);
    let event = Event { at: at("2026-05-10T12:00:00Z"), by: None, what: What::Paced(Pace::Stop) };
    let changed = clocks.change(&event, |_| Err(Error::not_found())).unwrap();
    assert_eq!((changed.resolution.due, changed.resolution.elapsed), (None, 2 * DAY));
}

#[test]
fn metrics_and_causes_read_back_as_they_are_written() {
    for metric in Metric::ALL {
        assert_eq!(Metric::parse(metric.as_str()), Some(metric));
    }
    for cause in [Cause::Running, Cause::Pending, Cause::Finished, Cause::Answered] {
        assert_eq!(Cause::parse(cause.as_str()), Some(cause));
    }
    assert_eq!((Metric::parse("reply"), Cause::parse("")), (None, None));
}
