//! Facts about the clocks of any ticket: what they show is what a walk over its events finds.

use gatehouse::base::clock::MINUTE;
use gatehouse::base::{Error, Time};
use gatehouse::sla::{Calendar, Cause, Clock, Clocks, Event, Metric, Pace, Span, Terms, What};
use proptest::prelude::*;

use super::{Desk, desk, place};

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
    walked.paused = is_open[..end as usize].iter().filter(|open| **open).count() as i64 - walked.elapsed;
    let pending = pace == Pace::Pause && !answered;
    if let (Some(target), false) = (target, pending) {
        let mut left = target - walked.elapsed;
        let mut ahead = end;
        while left > 0 && ahead < is_open.len() as i64 {
            left -= i64::from(is_open[ahead as usize]);
            ahead += 1;
        }
        walked.due = walked.breached_at.or((left <= 0).then_some(ahead));
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
fn policies() -> BoxedStrategy<(Vec<Policy>, Time)> {
    let target = || prop_oneof![6 => (1..900_i64).prop_map(Some), 1 => Just(None)];
    let targets = proptest::array::uniform3([target(), target()]);
    place()
        .prop_flat_map(move |(zone, moment)| {
            let desks = (desk(zone, moment), desk(zone, moment));
            (desks, targets.clone(), Just(moment)).prop_map(|((one, two), targets, moment)| {
                let desks = [Some(one), Some(two), None];
                let all = desks.into_iter().zip(targets).map(|(desk, targets)| Policy { desk, targets });
                (all.collect(), moment)
            })
        })
        .boxed()
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
        let all: Vec<Terms> = policies.iter().map(Policy::terms).collect();
        let terms = |policy: i64| Ok::<_, Error>(all[policy as usize - 1].clone());
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
            let minutes = now as usize + 1_440;
            let desk = policy.and_then(|policy| policy.desk.as_ref());
            let is_open = desk.map_or_else(|| vec![true; minutes], |desk| desk.minutes(created_at, minutes));
            let target = policy.and_then(|policy| policy.targets[index(metric)]);
            let walked = walk(metric, target, &events, now, &is_open);

            let judged = judge.map_or_else(Terms::none, |policy| all[policy as usize - 1].clone());
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
}
