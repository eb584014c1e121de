//! Facts about business hours and the clocks that count in them. What they are held against walks minute by minute and
//! shares nothing with the code but the zones: [`Desk`] is the hours, [`hours`] draws them, [`moment`] a time to look at.

mod calendar;
mod clock;
mod hours;
mod replay;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use gatehouse::base::Time;
use gatehouse::base::clock::{DAY, MINUTE};
use gatehouse::sla::{BusinessHours, RawHoliday, RawHours};
use proptest::prelude::*;
use proptest::sample::select;

/// Zones that move their clocks in odd ways, and a moment at which they do.
const MOVED: [(&str, &str); 14] = [
    ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    // By half an hour.
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    // By a quarter, once.
    ("Asia/Kathmandu", "1985-12-31T18:30:00Z"),
    // Back for Ramadan.
    ("Africa/Casablanca", "2026-02-15T02:00:00Z"),
    ("Africa/Casablanca", "2026-03-22T02:00:00Z"),
    // Without 30 December.
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2012-03-31T14:00:00Z"),
    // At midnight.
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("UTC", "2028-02-29T00:00:00Z"),
];

pub fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

/// Business hours as a person would follow them: a look at the clock on the wall, once a minute.
#[derive(Clone, Debug)]
struct Desk {
    raw: RawHours,
    zone: Tz,
    week: [Vec<(u32, u32)>; 7],
    holidays: Vec<NaiveDate>,
}

impl Desk {
    fn of(raw: RawHours) -> Self {
        let minutes = |text: &str| text[..2].parse::<u32>().unwrap() * 60 + text[3..].parse::<u32>().unwrap();
        let day = |all: &Vec<(String, String)>| all.iter().map(|(from, to)| (minutes(from), minutes(to))).collect();
        Self {
            zone: raw.time_zone.parse().unwrap(),
            week: raw.week.each_ref().map(day),
            holidays: raw.holidays.iter().map(|holiday| holiday.date.parse().unwrap()).collect(),
            raw,
        }
    }

    fn hours(&self) -> BusinessHours {
        BusinessHours::parse(&self.raw).unwrap()
    }

    fn is_open(&self, at: Time) -> bool {
        let wall = DateTime::from_timestamp_millis(at.0).unwrap().with_timezone(&self.zone);
        if self.holidays.contains(&wall.date_naive()) {
            return false;
        }
        let minute = wall.hour() * 60 + wall.minute();
        let today = wall.weekday().num_days_from_monday() as usize;
        let yesterday = (today + 6) % 7;
        self.week[today].iter().any(|(from, to)| *from <= minute && (minute < *to || to < from))
            || self.week[yesterday].iter().any(|(from, to)| to < from && minute < *to)
    }

    /// Whether each minute from `start` on is open.
    fn minutes(&self, start: Time, count: usize) -> Vec<bool> {
        (0..count as i64).map(|minute| self.is_open(start.plus(minute * MINUTE))).collect()
    }
}

/// Hours of a zone as a desk may have them, with holidays around a moment. Boxed: unoptimised, the whole would not fit a
/// test's stack.
fn desk(zone: &'static str, around: Time) -> BoxedStrategy<Desk> {
    let lunch = (360..700_u32, 1..120_u32, 0..90_u32, 1..280_u32);
    let night = (1200..1440_u32, 0..360_u32);
    let day = prop_oneof![
        2 => Just(vec![]),
        2 => Just(vec![(540, 1020)]),
        2 => Just(vec![(0, 1440)]),
        4 => lunch.prop_map(|(from, one, pause, two)| {
            vec![(from, from + one), (from + one + pause, from + one + pause + two)]
        }),
        4 => night.clone().prop_map(|(from, to)| vec![(from, to)]),
        4 => (night, 360..900_u32, 1..300_u32).prop_map(|((from, to), day, long)| vec![(day, day + long), (from, to)]),
        1 => (0..360_u32, 1..90_u32).prop_map(|(from, long)| vec![(from, from + long)]),
    ]
    .boxed();
    let holidays = proptest::collection::btree_set(-5..6_i64, 0..4);
    (proptest::array::uniform7(day), holidays)
        .prop_map(move |(week, holidays)| {
            let date =
                |day: i64| DateTime::from_timestamp_millis(around.0 + day * DAY).unwrap().date_naive().to_string();
            let holidays = holidays.into_iter().map(|day| RawHoliday { date: date(day), name: None });
            let mut raw = RawHours { time_zone: zone.into(), holidays: holidays.collect(), ..RawHours::default() };
            let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
            for (day, intervals) in week.iter().enumerate() {
                raw.week[day] = intervals.iter().map(|(from, to)| (time(*from), time(*to))).collect();
                // What would overlap the days before stays closed.
                if BusinessHours::parse(&raw).is_err() {
                    raw.week[day].clear();
                }
            }
            if raw.week.iter().all(Vec::is_empty) {
                raw.week[0].push(("09:00".into(), "17:00".into()));
            }
            Desk::of(raw)
        })
        .boxed()
}

/// A zone and a whole minute: near a moment at which its clocks are moved, or anywhere from 1973 to 2099.
fn place() -> impl Strategy<Value = (&'static str, Time)> {
    let near = (select(&MOVED), -2_880..1_440_i64).prop_map(|((zone, moved), by)| (zone, at(moved).plus(by * MINUTE)));
    let minutes = at("1973-01-01T00:00:00Z").0 / MINUTE..at("2099-11-01T00:00:00Z").0 / MINUTE;
    let anywhere = (select(&MOVED), minutes).prop_map(|((zone, _), minute)| (zone, Time(minute * MINUTE)));
    prop_oneof![3 => near, 1 => anywhere]
}

/// A desk and a whole minute to look at.
fn desk_and_moment() -> impl Strategy<Value = (Desk, Time)> {
    place().prop_flat_map(|(zone, moment)| (desk(zone, moment), Just(moment)))
}

/// Open the same intervals from Monday to Friday.
fn weekdays(zone: &str, intervals: &[(&str, &str)]) -> RawHours {
    let mut raw = RawHours { time_zone: zone.into(), ..RawHours::default() };
    for day in &mut raw.week[..5] {
        *day = intervals.iter().map(|(from, to)| (String::from(*from), String::from(*to))).collect();
    }
    raw
}

/// The same intervals every day.
fn daily(zone: &str, intervals: &[(&str, &str)]) -> RawHours {
    let mut raw = weekdays(zone, intervals);
    raw.week[5] = raw.week[0].clone();
    raw.week[6] = raw.week[0].clone();
    raw
}
