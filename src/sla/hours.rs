//! When a desk is open, as a person enters it: a time zone, intervals by weekday, holidays.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::base::{Error, Fields, Result};

/// The weekdays as they are written, Monday first.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Minutes in a day.
pub(super) const DAY: u16 = 24 * 60;

/// Minutes in a week.
pub(super) const WEEK: u16 = 7 * DAY;

/// Intervals a day.
const INTERVALS: usize = 24;

/// Holidays in all: a working life of them, and a bound on what one calendar costs.
const HOLIDAYS: usize = 1_000;

/// Business hours as they came in; blank is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawHours {
    /// The IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    /// By weekday, Monday first: when an interval begins and ends, as `HH:MM`.
    pub week: [Vec<(String, String)>; 7],
    /// Whole days without hours.
    pub holidays: Vec<RawHoliday>,
}

/// A holiday as it came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawHoliday {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// What people call it.
    pub name: Option<String>,
}

/// A weekly interval, local time, in minutes since midnight of the day it begins on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    /// 0 to 1439.
    from: u16,
    /// 0 to 1440, as it was written: at or before `from`, it is of the next day.
    to: u16,
}

impl Interval {
    /// Minutes of the week from Monday 00:00; the end of a Sunday night lies behind the week's.
    fn of_week(self, day: usize) -> (u16, u16) {
        let midnight = day as u16 * DAY;
        let next = if self.to <= self.from { DAY } else { 0 };
        (midnight + self.from, midnight + self.to + next)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", write_time(self.from), write_time(self.to))
    }
}

/// Business hours that can be: open at some time of the week, no interval over another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessHours {
    pub(super) zone: Tz,
    week: [Vec<Interval>; 7],
    pub(super) holidays: BTreeMap<NaiveDate, Option<String>>,
}

impl BusinessHours {
    /// Checks every field and names each that is wrong: `time_zone`, `week`, `week.mon.0`, `holidays.2.date`.
    ///
    /// - An interval that ends before it begins goes on into the next day: Monday 22:00 to 06:00. A whole day is 00:00 to
    ///   24:00. At most 24 a day; they may touch, not overlap, the end of a night and the next morning included.
    /// - A holiday is a date from 1970 to 2099, the whole day from midnight to midnight in the zone: it cuts what runs into
    ///   it from the day before, and what would run on into the day after goes on there. At most 1,000.
    /// - A week without any interval is refused: nothing would ever be due. A desk that never closes has no hours at all
    ///   ([`Calendar::Always`](super::Calendar::Always)).
    pub fn parse(raw: &RawHours) -> Result<Self> {
        let mut fields = Fields::new();
        let zone = zone(&raw.time_zone).map_err(|message| note(&mut fields, "time_zone".into(), message));
        let week = week(&raw.week, &mut fields);
        let holidays = holidays(&raw.holidays, &mut fields);
        match zone {
            Ok(zone) if fields.is_empty() => Ok(Self { zone, week, holidays }),
            _ => Err(Error::invalid(fields)),
        }
    }

    /// The reverse of [`BusinessHours::parse`]; holidays in order of their dates.
    pub fn to_raw(&self) -> RawHours {
        let day = |intervals: &Vec<Interval>| {
            intervals.iter().map(|interval| (write_time(interval.from), write_time(interval.to))).collect()
        };
        let holiday = |(date, name): (&NaiveDate, &Option<String>)| RawHoliday {
            date: date.format("%Y-%m-%d").to_string(),
            name: name.clone(),
        };
        RawHours {
            time_zone: self.zone.name().to_owned(),
            week: self.week.each_ref().map(day),
            holidays: self.holidays.iter().map(holiday).collect(),
        }
    }

    /// The IANA name of the time zone.
    pub fn time_zone(&self) -> &'static str {
        self.zone.name()
    }

    /// Every interval in minutes of the week, in no order; the end of one that begins on Sunday may lie behind the week's.
    pub(super) fn intervals(&self) -> impl Iterator<Item = (u16, u16)> {
        self.week.iter().enumerate().flat_map(|(day, all)| all.iter().map(move |interval| interval.of_week(day)))
    }
}

fn note(fields: &mut Fields, field: String, message: impl Into<String>) {
    fields.entry(field.into()).or_default().push(message.into());
}

fn zone(name: &str) -> std::result::Result<Tz, &'static str> {
    match name.trim() {
        "" => Err("The time zone is required, such as Europe/Berlin."),
        name => name
            .parse()
            .map_err(|_| "There is no time zone of this name. Use an IANA name, such as Europe/Berlin or UTC."),
    }
}

fn week(raw: &[Vec<(String, String)>; 7], fields: &mut Fields) -> [Vec<Interval>; 7] {
    let mut week: [Vec<Interval>; 7] = Default::default();
    let mut placed = Vec::new();
    for (day, intervals) in raw.iter().enumerate() {
        if intervals.len() > INTERVALS {
            note(fields, format!("week.{}", DAYS[day]), format!("At most {INTERVALS} intervals a day."));
            continue;
        }
        for (n, (from, to)) in intervals.iter().enumerate() {
            match interval(from, to) {
                Ok(interval) => {
                    week[day].push(interval);
                    placed.push((interval.of_week(day), interval, day, n));
                }
                Err(message) => note(fields, format!("week.{}.{n}", DAYS[day]), message),
            }
        }
    }
    if raw.iter().all(Vec::is_empty) {
        note(
            fields,
            "week".into(),
            "There must be at least one open interval in the week, such as mon 09:00 to 17:00.",
        );
    }
    placed.sort_by_key(|((from, _), ..)| *from);
    // Each against the next, and the last against the first of the week after.
    for (n, ((_, end), other, other_day, _)) in placed.iter().enumerate() {
        let (((next, _), _, day, place), later) = match placed.get(n + 1) {
            Some(next) => (next, 0),
            None => (&placed[0], WEEK),
        };
        if placed.len() > 1 && *end > next + later {
            let message = format!("It overlaps {other} of {}.", DAYS[*other_day]);
            note(fields, format!("week.{}.{place}", DAYS[*day]), message);
        }
    }
    week
}

fn interval(from: &str, to: &str) -> std::result::Result<Interval, &'static str> {
    let wrong = "Each time must be HH:MM, from 00:00 to 23:59; an interval may end at 24:00.";
    let from = time(from).filter(|from| *from < DAY).ok_or(wrong)?;
    let to = time(to).ok_or(wrong)?;
    if from == to {
        return Err("It must not end when it begins. A whole day is 00:00 to 24:00.");
    }
    Ok(Interval { from, to })
}

/// Minutes since midnight, 24:00 included.
fn time(text: &str) -> Option<u16> {
    let two = |text: &str| match text.as_bytes() {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => text.parse::<u16>().ok(),
        _ => None,
    };
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= DAY).then_some(hours * 60 + minutes)
}

fn write_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn holidays(raw: &[RawHoliday], fields: &mut Fields) -> BTreeMap<NaiveDate, Option<String>> {
    let mut holidays = BTreeMap::new();
    if raw.len() > HOLIDAYS {
        note(fields, "holidays".into(), format!("At most {HOLIDAYS} holidays."));
        return holidays;
    }
    for (n, holiday) in raw.iter().enumerate() {
        let name = holiday.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        if name.is_some_and(|name| name.chars().count() > 64 || name.chars().any(char::is_control)) {
            let message = "The name must have 1 to 64 characters, none of them control characters.";
            note(fields, format!("holidays.{n}.name"), message);
        }
        match date(&holiday.date).map(|date| holidays.entry(date)) {
            Some(Entry::Vacant(free)) => _ = free.insert(name.map(str::to_owned)),
            Some(Entry::Occupied(_)) => note(fields, format!("holidays.{n}.date"), "This date is listed twice."),
            None => {
                let message = "The date must be YYYY-MM-DD, from 1970-01-01 to 2099-12-31, such as 2026-12-25.";
                note(fields, format!("holidays.{n}.date"), message);
            }
        }
    }
    holidays
}

fn date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    // chrono also reads 2026-1-5.
    (text.trim().len() == 10 && (1970..=2099).contains(&date.year())).then_some(date)
}
