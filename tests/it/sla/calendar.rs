//! Facts about counting in open hours.

use gatehouse::base::Time;
use gatehouse::base::clock::{DAY, HOUR, MINUTE};
use gatehouse::sla::calendar::LAST;
use gatehouse::sla::{BusinessHours, Calendar, RawHoliday, RawHours};
use proptest::prelude::*;

use super::{at, daily, desk_and_moment, weekdays};

fn calendar(raw: &RawHours) -> Calendar {
    Calendar::of(&BusinessHours::parse(raw).unwrap())
}

proptest! {
    #[test]
    fn counting_is_what_a_walk_minute_by_minute_finds(
        (desk, start) in desk_and_moment(),
        looks in proptest::collection::vec(0..DAY, 8),
        length in 1..2 * DAY,
    ) {
        let calendar = Calendar::of(&desk.hours());
        let minutes = desk.minutes(start, 3 * 1_440);
        // Open milliseconds before each minute.
        let mut before = vec![0];
        before.extend(minutes.iter().scan(0, |open, is_open| { *open += i64::from(*is_open) * MINUTE; Some(*open) }));
        let walked = |until: i64| {
            let minute = (until / MINUTE) as usize;
            before[minute] + if minutes[minute] { until % MINUTE } else { 0 }
        };
        for look in looks {
            let from = start.plus(look);
            let open = walked(look + length) - walked(look);
            prop_assert_eq!(calendar.open_ms(from, from.plus(length)), open, "{} ms from {}", length, from.to_seconds());
            // The first moment with so much: in the minute before the first that begins with it.
            let minute = before.partition_point(|sum| *sum < walked(look) + open);
            let first = match open {
                0 => look,
                open => minute as i64 * MINUTE - (before[minute] - walked(look) - open),
            };
            prop_assert_eq!(calendar.advance(from, open), start.plus(first), "{} ms after {}", open, from.to_seconds());
            let minute = (look / MINUTE) as usize;
            let (is_open, turns) = calendar.turns(from);
            prop_assert_eq!(is_open, minutes[minute], "{}", from.to_seconds());
            match minutes[minute..].iter().position(|other| *other != is_open) {
                Some(later) => prop_assert_eq!(turns, start.plus((minute + later) as i64 * MINUTE)),
                None => prop_assert!(turns >= start.plus(minutes.len() as i64 * MINUTE)),
            }
        }
    }

    #[test]
    fn going_forth_by_what_is_open_and_looking_back_agree_anywhere_in_time(
        (desk, start) in desk_and_moment(),
        times in proptest::array::uniform3(prop_oneof![
            3 => 0..LAST.0,
            2 => 0..5_000 * DAY,
            1 => any::<i64>(),
            1 => Just(i64::MIN),
            1 => Just(i64::MAX),
        ]),
        amounts in proptest::array::uniform2(prop_oneof![3 => 0..1_000 * HOUR, 1 => any::<i64>(), 1 => Just(i64::MAX)]),
        always in proptest::bool::weighted(0.1),
    ) {
        let calendar = if always { Calendar::Always } else { Calendar::of(&desk.hours()) };
        let mut times = times.map(Time);
        times[0] = start;
        times.sort();
        let [a, b, c] = times;
        prop_assert_eq!(calendar.open_ms(a, b) + calendar.open_ms(b, c), calendar.open_ms(a, c));
        prop_assert_eq!(calendar.open_ms(c, a), 0);
        let within = |time: Time| Time(time.0.clamp(0, LAST.0));
        let back = calendar.advance(a, calendar.open_ms(a, b));
        prop_assert!(within(a) <= back && back <= within(b));
        prop_assert_eq!(calendar.open_ms(a, back), calendar.open_ms(a, b));
        let (less, more) = (amounts[0].min(amounts[1]), amounts[0].max(amounts[1]));
        prop_assert!(calendar.advance(a, less) <= calendar.advance(a, more));
        prop_assert!(calendar.advance(a, more) <= calendar.advance(b, more));
        let end = calendar.advance(a, more);
        prop_assert!(end == LAST || calendar.open_ms(a, end) == more.max(0));
        prop_assert!(end == within(a) || calendar.open_ms(a, end.plus(-1)) < more, "it is the first such moment");
    }
}

#[test]
fn what_never_closes_never_turns() {
    let now = Time::parse("2026-05-06T12:00:00Z").unwrap();
    assert_eq!(Calendar::Always.turns(now), (true, LAST));
    assert_eq!(calendar(&daily("UTC", &[("00:00", "24:00")])).turns(now), (true, LAST));
    assert_eq!(Calendar::Always.turns(Time(i64::MAX)), (false, LAST));
}

#[test]
fn nights_weekends_and_lunch_do_not_count() {
    let calendar = calendar(&weekdays("Europe/Berlin", &[("09:00", "12:00"), ("13:00", "17:30")]));
    // Friday 16:30 in Berlin.
    let friday = at("2026-05-08T14:30:00Z");
    assert_eq!(calendar.advance(friday, 2 * HOUR), at("2026-05-11T08:00:00Z"));
    assert_eq!(calendar.advance(friday, 5 * HOUR), at("2026-05-11T12:00:00Z"));
    assert_eq!(calendar.open_ms(friday, friday.plus(7 * DAY)), 5 * 7 * HOUR + 5 * HOUR / 2);
}

#[test]
fn time_that_is_up_at_closing_time_is_up_then_and_not_at_the_next_opening() {
    let calendar = calendar(&weekdays("Europe/Berlin", &[("09:00", "17:00")]));
    assert_eq!(calendar.advance(at("2026-05-08T07:00:00Z"), 8 * HOUR), at("2026-05-08T15:00:00Z"));
    assert_eq!(calendar.advance(at("2026-05-08T07:00:00Z"), 8 * HOUR + 1), at("2026-05-11T07:00:00.001Z"));
    assert_eq!(calendar.advance(at("2026-05-09T12:00:00Z"), 0), at("2026-05-09T12:00:00Z"));
}

#[test]
fn an_overnight_interval_runs_into_the_next_day_and_the_next_week() {
    let mut raw = RawHours { time_zone: "Asia/Kathmandu".into(), ..RawHours::default() };
    raw.week[6] = vec![("22:00".into(), "06:00".into())];
    let calendar = calendar(&raw);
    // Sunday 2026-05-10 23:00 in Kathmandu, 5:45 ahead.
    let sunday = at("2026-05-10T17:15:00Z");
    assert_eq!(calendar.open_ms(sunday, sunday.plus(DAY)), 7 * HOUR);
    assert_eq!(calendar.advance(sunday, 7 * HOUR), at("2026-05-11T00:15:00Z"));
    assert_eq!(calendar.advance(sunday, 8 * HOUR), at("2026-05-17T17:15:00Z"));
}

#[test]
fn a_holiday_cuts_the_night_that_runs_into_it_and_not_the_night_that_begins_after_it() {
    let mut raw = daily("Europe/Berlin", &[("22:00", "06:00")]);
    raw.holidays = vec![RawHoliday { date: "2026-12-25".into(), name: Some("Christmas".into()) }];
    let calendar = calendar(&raw);
    let (eve, boxing_day) = (at("2026-12-24T11:00:00Z"), at("2026-12-26T11:00:00Z"));
    // 22 to 24 on the 24th, 0 to 6 on the 26th.
    assert_eq!(calendar.open_ms(eve, boxing_day), 8 * HOUR);
    assert_eq!(calendar.advance(eve, 3 * HOUR), at("2026-12-26T00:00:00Z"));
}

#[test]
fn an_hour_that_is_skipped_holds_nothing_and_one_that_comes_twice_counts_twice() {
    for (zone, interval, noon, open) in [
        ("Europe/Berlin", ("02:00", "03:00"), "2026-03-28T11:00:00Z", 0),
        ("Europe/Berlin", ("02:00", "03:00"), "2026-10-24T11:00:00Z", 120),
        ("Europe/Berlin", ("22:00", "06:00"), "2026-03-28T11:00:00Z", 7 * 60),
        ("Europe/Berlin", ("22:00", "06:00"), "2026-10-24T11:00:00Z", 9 * 60),
        ("Europe/Berlin", ("00:00", "02:30"), "2026-10-24T11:00:00Z", 180),
        ("Australia/Lord_Howe", ("22:00", "06:00"), "2026-04-04T02:00:00Z", 8 * 60 + 30),
        ("Australia/Lord_Howe", ("22:00", "06:00"), "2026-10-03T02:00:00Z", 7 * 60 + 30),
        ("America/Sao_Paulo", ("00:00", "01:00"), "2018-11-03T15:00:00Z", 0),
    ] {
        let calendar = calendar(&daily(zone, &[interval]));
        let noon = at(noon);
        assert_eq!(calendar.open_ms(noon, noon.plus(DAY - HOUR)), open * MINUTE, "{interval:?} in {zone}");
    }
}

#[test]
fn a_date_that_a_zone_skips_was_never_open() {
    let calendar = calendar(&daily("Pacific/Apia", &[("09:00", "17:00")]));
    // Thursday 29 December 2011, 16:00; Friday was skipped; Saturday, ten hours behind became fourteen ahead.
    let thursday = at("2011-12-30T02:00:00Z");
    assert_eq!(calendar.advance(thursday, 2 * HOUR), at("2011-12-30T20:00:00Z"));
}

#[test]
fn a_closure_of_years_is_only_looked_behind() {
    let mut raw = weekdays("America/New_York", &[("09:00", "17:00")]);
    let first = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let closed = first.iter_days().take(1_000).map(|date| RawHoliday { date: date.to_string(), name: None });
    raw.holidays = closed.collect();
    let calendar = calendar(&raw);
    // The last of them is Tuesday 2028-09-26.
    assert_eq!(calendar.advance(at("2025-12-31T22:00:00Z"), 15 * MINUTE), at("2028-09-27T13:15:00Z"));
    assert_eq!(calendar.open_ms(at("2026-01-01T12:00:00Z"), at("2028-09-27T12:59:59Z")), 0);
}

#[test]
fn a_minute_a_week_fills_hours_only_after_decades_and_never_runs_for_ever() {
    let mut raw = RawHours { time_zone: "UTC".into(), ..RawHours::default() };
    raw.week[0] = vec![("09:00".into(), "09:01".into())];
    let calendar = calendar(&raw);
    let start = at("2026-01-05T00:00:00Z");
    let weeks = 80 * 60;
    assert_eq!(calendar.advance(start, 80 * HOUR), start.plus((weeks - 1) * 7 * DAY + 9 * HOUR + MINUTE));
    assert_eq!(calendar.advance(start, 100_000 * HOUR), LAST);
    assert_eq!(calendar.advance(Time(i64::MAX), i64::MAX), LAST);
    assert_eq!(calendar.advance(Time(i64::MIN), 0), Time(0));
}

#[test]
fn a_desk_that_never_closes_counts_all_time() {
    let start = at("2026-03-28T12:00:00Z");
    for calendar in [Calendar::Always, calendar(&daily("Europe/Berlin", &[("00:00", "24:00")]))] {
        assert_eq!(calendar.advance(start, 2 * DAY), start.plus(2 * DAY));
        assert_eq!(calendar.open_ms(start, start.plus(5 * DAY + 1)), 5 * DAY + 1);
    }
}
