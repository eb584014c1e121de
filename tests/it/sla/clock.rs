//! Facts about the clocks of a ticket.

use std::collections::BTreeMap;

use gatehouse::base::clock::{DAY, HOUR, MINUTE};
use gatehouse::base::{Error, Time};
use gatehouse::sla::{
    BusinessHours, Calendar, Cause, Changed, Clock, Clocks, Event, Metric, Pace, Span, Stamp, Terms, What,
};
use proptest::prelude::*;

use super::{Desk, at, desk, place, weekdays};

/// A policy, and the desk whose hours it counts; none for a policy that counts all time.
#[derive(Clone, Debug)]
struct Policy {
    desk: Option<Desk>,
    /// Minutes; none promises nothing.
    targets: [Option<i64>; 2],
}

impl Policy {
    fn terms(&self) -> Terms {
        let [first_response, resolution] = self.targets.map(|target| target.map(|minutes| minutes * MINUTE));
        let calendar = self.desk.as_ref().map_or(Calendar::Always, |desk| Calendar::of(&desk.hours()));
        Terms { first_response, resolution, calendar }
    }
}

fn index(metric: Metric) -> usize {
    Metric::ALL.into_iter().position(|other| other == metric).unwrap()
}

/// What the walk says of a metric; minutes since the ticket was created.
#[derive(Debug, PartialEq)]
struct Walked {
    elapsed: i64,
    paused: i64,
    breached_at: Option<i64>,
    /// Only when it comes up before the walk ends.
    due: Option<i64>,
    counts: bool,
}

/// Follows a ticket minute by minute, from nothing but its events. `is_open` is by minute, of the policy that judges.
fn walk(metric: Metric, target: Option<i64>, events: &[(i64, What)], now: i64, is_open: &[bool]) -> Walked {
    let mut walked = Walked { elapsed: 0, paused: 0, breached_at: None, due: None, counts: true };
    let (mut pace, mut answered, mut end) = (Pace::Run, false, 0);
    // The minute at whose beginning the target was reached, with the clock running since.
    let mut reached = None;
    let mut next = 0;
    for minute in 0..=now {
        while next < events.len() && events[next].0 <= minute {
            let met = answered || pace == Pace::Stop;
            match events[next].1 {
                What::Answered => answered |= metric == Metric::FirstResponse,
                What::Paced(new) => pace = new,
                What::Policy(_) => {}
            }
            if !met {
                end = minute;
            }
            next += 1;
        }
        let met = answered || pace == Pace::Stop;
        walked.counts = !met && pace == Pace::Run;
        if !met {
            end = minute;
        }
        if minute == now {
            break;
        }
        if !walked.counts {
            reached = None;
            continue;
        }
        if target.is_some_and(|target| walked.elapsed >= target) && walked.breached_at.is_none() {
            walked.breached_at = Some(reached.unwrap_or(minute));
        }
        if is_open[minute as usize] {
            walked.elapsed += 1;
            if target == Some(walked.elapsed) {
                reached = Some(minute + 1);
            }
        }
    }
    let open = |until: i64| is_open[..until as usize].iter().filter(|open| **open).count() as i64;
    walked.paused = open(end) - walked.elapsed;
    let pending = pace == Pace::Pause && !answered;
    if let (Some(target), false) = (target, pending) {
        let ahead = (end..=is_open.len() as i64).find(|until| open(*until) - open(end) >= target - walked.elapsed);
        walked.due = walked.breached_at.or(ahead);
    }
    walked
}

/// The policy by which a metric is judged.
fn judge(metric: Metric, events: &[(i64, What)]) -> Option<i64> {
    let (mut pace, mut answered, mut policy, mut judge) = (Pace::Run, false, Some(1), Some(1));
    for (_, what) in events {
        match what {
            What::Answered => answered |= metric == Metric::FirstResponse,
            What::Paced(new) => pace = *new,
            What::Policy(new) => policy = *new,
        }
        if !answered && pace != Pace::Stop {
            judge = policy;
        }
    }
    judge
}

/// Policies 1 to 3, the first with hours; and around when.
fn policies() -> impl Strategy<Value = (Vec<Policy>, Time)> {
    let target = || prop_oneof![6 => (1..900_i64).prop_map(Some), 1 => Just(None)];
    let targets = proptest::array::uniform3([target(), target()]);
    place().prop_flat_map(move |(zone, moment)| {
        let desks = (desk(zone, moment), desk(zone, moment));
        (desks, targets.clone(), Just(moment)).prop_map(|((one, two), targets, moment)| {
            let desks = [Some(one), Some(two), None];
            let all = desks.into_iter().zip(targets).map(|(desk, targets)| Policy { desk, targets });
            (all.collect(), moment)
        })
    })
}

/// Events with the minutes since the ticket was created; some in the same minute.
fn events() -> impl Strategy<Value = Vec<(i64, What)>> {
    let what = prop_oneof![
        1 => Just(What::Answered),
        3 => Just(What::Paced(Pace::Run)),
        3 => Just(What::Paced(Pace::Pause)),
        2 => Just(What::Paced(Pace::Stop)),
        2 => proptest::option::weighted(0.9, 1..4_i64).prop_map(What::Policy),
    ];
    let wait = prop_oneof![1 => Just(0), 6 => 0..400_i64];
    proptest::collection::vec((wait, what), 0..9).prop_map(|all| {
        let later = all.into_iter().scan(0, |minute, (wait, what)| {
            *minute += wait;
            Some((*minute, what))
        });
        later.collect()
    })
}

/// A ticket's rows, as they would be in a database.
#[derive(Default)]
struct Rows(Vec<Span>);

impl Rows {
    fn load(&self, of: &Clocks) -> Clocks {
        let clock = |metric| {
            let past = self.0.iter().filter(|span| span.metric == metric).copied().collect();
            Clock::load(metric, past, of.of(metric).present())
        };
        Clocks { first_response: clock(Metric::FirstResponse), resolution: clock(Metric::Resolution) }
    }
}

proptest! {
    #[test]
    fn the_clocks_show_what_a_walk_over_the_events_finds(
        (policies, created_at) in policies(),
        events in events(),
        tail in 0..600_i64,
    ) {
        let terms = |policy: i64| Ok::<_, Error>(policies[policy as usize - 1].terms());
        let dated = |(minute, what): (i64, What)| Event { at: created_at.plus(minute * MINUTE), by: Some(minute), what };
        let mut clocks = Clocks::start(created_at, Some(0), Some(1));
        let mut rows = Rows::default();
        for event in &events {
            // Each time from what was written, as a ticket does.
            let mut loaded = rows.load(&clocks);
            let changed = loaded.change(&dated(*event), terms).unwrap();
            prop_assert!(changed.over.len() <= 2);
            rows.0.extend(changed.over);
            clocks = loaded;
        }
        let mut replayed = Clocks::start(created_at, Some(0), Some(1));
        for event in &events {
            replayed.first_response.take(&dated(*event));
            replayed.resolution.take(&dated(*event));
        }
        prop_assert_eq!(&replayed, &clocks, "one by one is as all at once");

        let now = events.last().map_or(0, |last| last.0) + tail;
        let look = created_at.plus(now * MINUTE);
        for metric in Metric::ALL {
            let clock = clocks.of(metric);
            let judge = judge(metric, &events);
            prop_assert_eq!(clock.judged_by(), judge);
            let policy = judge.map(|policy| &policies[policy as usize - 1]);
            let minutes = now as usize + 2 * 1_440;
            let desk = policy.and_then(|policy| policy.desk.as_ref());
            let is_open = desk.map_or_else(|| vec![true; minutes], |desk| desk.minutes(created_at, minutes));
            let target = policy.and_then(|policy| policy.targets[index(metric)]);
            let walked = walk(metric, target, &events, now, &is_open);

            let judged = policy.map_or_else(Terms::none, Policy::terms);
            let stamp = clock.stamp(&judged, look);
            let time = |minute: i64| created_at.plus(minute * MINUTE);
            prop_assert_eq!(stamp.elapsed, walked.elapsed * MINUTE);
            prop_assert_eq!(stamp.paused, walked.paused * MINUTE);
            prop_assert_eq!(stamp.breached_at, walked.breached_at.map(time), "{:?}", walked);
            match walked.due {
                Some(due) => prop_assert_eq!(stamp.due, Some(time(due))),
                None => prop_assert!(stamp.due.is_none_or(|due| due > time(minutes as i64))),
            }
            prop_assert_eq!(stamp.deadline, stamp.due.filter(|_| walked.counts));
            prop_assert_eq!(stamp.breached_at.is_some_and(|at| at >= look), false);

            // B⁻¹(B(created) + target + paused), unless time was up before a pause.
            if let (Some(deadline), Some(target), None) = (stamp.deadline, target, stamp.breached_at) {
                let whole = target * MINUTE + stamp.paused;
                prop_assert_eq!(judged.calendar.open_ms(created_at, deadline), whole);
                if stamp.elapsed < target * MINUTE {
                    prop_assert_eq!(judged.calendar.advance(created_at, whole), deadline);
                }
                prop_assert_eq!(clock.uses(target * MINUTE, &judged, look), Some(deadline));
                prop_assert_eq!(clock.stamp(&judged, deadline).breached_at, None);
                let late = clock.stamp(&judged, deadline.plus(1));
                prop_assert_eq!((late.deadline, late.breached_at), (Some(deadline), Some(deadline)));
            }

            let told = clock.explain(&judged, look);
            let running = told.sums().iter().filter(|(cause, ..)| *cause == Cause::Running).map(|sum| sum.2).sum::<i64>();
            prop_assert_eq!(running, stamp.elapsed);
            prop_assert_eq!(told.parts[0].span.from, created_at);
            prop_assert!(told.parts.windows(2).all(|two| two[0].span.to == two[1].span.from), "no holes");
            prop_assert_eq!(told.parts.len(), clock.past().len() + 1);
        }
    }

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
        let hours = BusinessHours::parse(&weekdays("Europe/Berlin", &[("09:00", "17:00")])).unwrap();
        let terms = Terms { first_response: None, resolution: Some(target), calendar: Calendar::of(&hours) };
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
        let hours = BusinessHours::parse(&weekdays("Europe/Berlin", &[("09:00", "17:00")])).unwrap();
        let terms = |first: i64, whole: i64, calendar| Terms {
            first_response: Some(first * HOUR),
            resolution: Some(whole * HOUR),
            calendar,
        };
        let terms = BTreeMap::from([(1, terms(8, 24, Calendar::Always)), (2, terms(1, 8, Calendar::of(&hours)))]);
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
