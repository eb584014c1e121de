//! Facts about which clock is believed.

use proptest::prelude::*;

use super::*;

const T: i64 = 1_778_068_800_000;
const YEAR: i64 = 365 * 86_400_000;
const HOUR: i64 = 3_600_000;

/// A clock that the control plane agreed with an hour after boot.
fn firm() -> Judge {
    let mut judge = Judge { heard: Some(Mark { at: T, up: HOUR }), ..Judge::default() };
    assert_eq!(judge.decide(T, HOUR), T);
    assert!(judge.firm);
    judge
}

#[test]
fn a_machine_that_jumps_is_outvoted() {
    for step in [10 * YEAR, -10 * YEAR, HOUR, -HOUR, 60 * YEAR] {
        let mut judge = firm();
        assert_eq!(judge.decide(T + step + 1_000, HOUR + 1_000), T + 1_000, "{step}");
        judge.heard = Some(Mark { at: T + 2_000, up: HOUR + 2_000 });
        assert_eq!(judge.decide(T + step + 2_000, HOUR + 2_000), T + 2_000, "{step}");
        // Set right again.
        assert_eq!(judge.decide(T + 3_000, HOUR + 3_000), T + 3_000, "{step}");
    }
}

#[test]
fn a_control_plane_that_jumps_is_outvoted() {
    let mut judge = firm();
    judge.heard = Some(Mark { at: T + 10 * YEAR, up: HOUR + 5_000 });
    assert_eq!(judge.decide(T + 5_000, HOUR + 5_000), T + 5_000);
}

#[test]
fn a_step_of_both_is_believed_when_it_has_lasted() {
    let (mut judge, both) = (firm(), T + 10 * YEAR);
    for (later, believed) in [(0, false), (HOUR - 1, false), (HOUR, true), (HOUR + 1, true)] {
        judge.heard = Some(Mark { at: both + later, up: HOUR + later });
        let now = judge.decide(both + later, HOUR + later);
        assert_eq!(now, if believed { both + later } else { T + later }, "{later}");
    }
}

#[test]
fn a_machine_that_starts_with_a_wrong_clock_believes_its_control_plane_at_once() {
    for wrong in [T + 10 * YEAR, 0, T - HOUR] {
        let mut judge = Judge::default();
        assert_eq!(judge.decide(wrong, 10), wrong, "nobody knows better");
        judge.heard = Some(Mark { at: T, up: 20 });
        assert_eq!(judge.decide(wrong + 10, 20), T);
        assert_eq!(judge.decide(wrong + 20, 30), T + 10);
    }
}

#[test]
fn after_a_start_time_has_not_gone_back_nor_years_ahead() {
    let started = || Judge { floor: Some(Mark { at: T, up: 0 }), ..Judge::default() };
    assert_eq!(started().decide(0, 60_000), T + 60_000, "a clock without a battery");
    assert_eq!(started().decide(T + 10 * YEAR, 60_000), T + 60_000);
    assert_eq!(started().decide(T + 3 * HOUR, 60_000), T + 3 * HOUR, "it was off for some hours");
    // Off for months: two who agree are believed, though the last good time is long ago.
    let mut judge = started();
    judge.heard = Some(Mark { at: T + YEAR, up: 60_000 });
    assert_eq!(judge.decide(T + YEAR, 60_000), T + YEAR);
    // Without a battery, and the control plane answers.
    let mut judge = started();
    assert_eq!(judge.decide(0, 60_000), T + 60_000);
    judge.heard = Some(Mark { at: T + HOUR, up: 61_000 });
    assert_eq!(judge.decide(1_000, 61_000), T + HOUR);
    // The control plane's is the wrong one.
    let mut judge = started();
    judge.heard = Some(Mark { at: T + 10 * YEAR, up: 61_000 });
    assert_eq!(judge.decide(T + HOUR, 61_000), T + HOUR);
}

#[test]
fn what_is_kept_carries_on_within_one_start_and_is_a_floor_after_it() {
    let shift = Arc::new(AtomicI64::new(0));
    let clock = Clock::shifted(shift.clone());
    clock.heard(SystemTime::now());
    let kept = clock.keep();
    shift.store(10 * YEAR, Ordering::Relaxed);
    let ahead = |clock: &Clock| to_millis(clock.now()) - to_millis(SystemTime::now());
    for (kept, what) in [(kept.clone(), "same boot"), (Kept { boot: "another".into(), ..kept.clone() }, "another boot")]
    {
        let next = Clock::shifted(shift.clone());
        next.take_up(&kept);
        // Another boot's time goes on from the start of this one.
        let most = if what == "same boot" { STEP } else { up() + STEP };
        assert!(ahead(&next).abs() <= most, "{what}: {}", ahead(&next));
        assert!(next.fault().unwrap().starts_with("this machine's clock is 36"), "{:?}", next.fault());
    }
    let next = Clock::shifted(shift);
    next.take_up(&Kept { boot: "another".into(), firm: false, ..kept });
    assert!(ahead(&next) > 9 * YEAR, "what nobody confirmed is no floor");
}

proptest! {
    #[test]
    fn one_wrong_clock_never_moves_time(
        steps in proptest::collection::vec((any::<bool>(), -20 * YEAR..20 * YEAR, 1..HOUR), 1..40)
    ) {
        let (mut judge, mut up) = (firm(), HOUR);
        for (machine, step, later) in steps {
            up += later;
            let right = T + up - HOUR;
            judge.heard = Some(Mark { at: if machine { right } else { right + step }, up });
            let now = judge.decide(if machine { right + step } else { right }, up);
            prop_assert!((now - right).abs() <= STEP, "{}", now - right);
        }
    }
}
