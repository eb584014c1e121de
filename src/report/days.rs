//! The range of a report in days (UTC), and the periods that it is cut into.

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::base::{Check, Error, Result, Time};
use crate::ticket;

/// Days of a report that names no range.
const DEFAULT: i64 = 30;
/// 9999-12-31: the last day that four digits can name.
const LAST: i64 = 2_932_896;

/// A range of days, counted since 1970-01-01, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first one.
    pub first: i64,
    /// The last one, included; never before the first.
    pub last: i64,
}

impl Days {
    /// Reads `from` and `to`, each `YYYY-MM-DD` from 1970 to 9999; blank is missing. `to` is by default today, `from` by
    /// default so that there are 30 days. What cannot be is an error of its field.
    pub fn parse(from: Option<&str>, to: Option<&str>, now: Time) -> Result<Self> {
        let mut check = Check::default();
        let from = check.take(day("from", from));
        let to = check.take(day("to", to));
        let (from, to) = (check.need(from)?, check.need(to)?);
        let last = to.unwrap_or_else(|| ticket::day(now));
        let first = from.unwrap_or_else(|| (last - DEFAULT + 1).max(0));
        if first > last {
            return Err(Error::field("from", "The from date must not be after the to date (by default today)."));
        }
        Ok(Self { first, last })
    }

    /// How many there are.
    pub fn count(self) -> i64 {
        self.last - self.first + 1
    }
}

fn day(field: &'static str, text: Option<&str>) -> Result<Option<i64>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong =
        || Error::field(field, format!("The {field} date must be a day such as 2026-05-06, from 1970 to 9999."));
    // Any other spelling, such as 2026-5-6 or +2026-05-06, chrono would read too.
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date = plain.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten().ok_or_else(wrong)?;
    let day = date.signed_duration_since(NaiveDate::default()).num_days();
    if (0..=LAST).contains(&day) { Ok(Some(day)) } else { Err(wrong()) }
}

/// What the periods of a report are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `2026-05-06`.
    Day,
    /// `2026-W19`: weeks from Monday, numbered as ISO 8601 does, so the first days of January may lie in the last week of
    /// the year before.
    Week,
    /// `2026-05`.
    Month,
}

impl Grouping {
    /// Reads `day`, `week` or `month`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            _ => None,
        }
    }

    /// The period of a day.
    pub(super) fn period(self, day: i64) -> String {
        let date = TimeDelta::try_days(day).and_then(|days| NaiveDate::default().checked_add_signed(days));
        let date = date.unwrap_or_default();
        match self {
            Self::Day => date.format("%Y-%m-%d").to_string(),
            Self::Week => date.format("%G-W%V").to_string(),
            Self::Month => date.format("%Y-%m").to_string(),
        }
    }

    /// The first day of the period after the one of this day.
    pub(super) fn next(self, day: i64) -> i64 {
        match self {
            Self::Day => day + 1,
            // 1970-01-01 was a Thursday.
            Self::Week => day + 7 - (day + 3).rem_euclid(7),
            Self::Month => {
                let date = TimeDelta::try_days(day).and_then(|days| NaiveDate::default().checked_add_signed(days));
                let date = date.unwrap_or_default();
                let (year, month) = (date.year(), date.month());
                let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                let next = NaiveDate::from_ymd_opt(year, month, 1).unwrap_or_default();
                next.signed_duration_since(NaiveDate::default()).num_days().max(day + 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_ends_where_the_name_of_the_next_begins() {
        for grouping in [Grouping::Day, Grouping::Week, Grouping::Month] {
            let mut day = 0;
            while day < 80 * 366 {
                let next = grouping.next(day);
                assert_eq!(grouping.period(day), grouping.period(next - 1));
                assert_ne!(grouping.period(day), grouping.period(next));
                day = next;
            }
        }
    }

    #[test]
    fn the_first_days_of_january_lie_in_the_week_of_their_thursday() {
        let day = |text| day("from", Some(text)).unwrap().unwrap();
        assert_eq!(Grouping::Week.period(day("2027-01-03")), "2026-W53");
        assert_eq!(Grouping::Week.period(day("2027-01-04")), "2027-W01");
        assert_eq!(Grouping::Week.period(day("2024-12-30")), "2025-W01");
        assert_eq!(Grouping::Month.period(day("9999-12-31")), "9999-12");
        assert_eq!(day("9999-12-31"), LAST);
    }

    #[test]
    fn what_is_no_day_is_refused_by_field() {
        for text in ["2026-5-6", "0000-01-01", "1969-12-31", "2026-02-30", "10000-01-01", "2026-05-06T00:00:00Z", "x"] {
            let error = Days::parse(Some(text), Some("2026-13-01"), Time(0)).unwrap_err();
            assert_eq!(error.fields.keys().map(AsRef::as_ref).collect::<Vec<&str>>(), ["from", "to"], "{text}");
        }
        let reversed = Days::parse(Some("2026-05-07"), Some("2026-05-06"), Time(0)).unwrap_err();
        assert!(reversed.fields.contains_key("from"));
    }

    #[test]
    fn thirty_days_are_reported_unless_a_range_is_named() {
        let now = Time::parse("2026-05-06T23:59:59Z").unwrap();
        let range = |from, to| Days::parse(from, to, now).map(|days| (days.count(), Grouping::Day.period(days.first)));
        assert_eq!(range(None, None).unwrap(), (30, "2026-04-07".to_owned()));
        assert_eq!(range(None, Some("2026-01-31")).unwrap(), (30, "2026-01-02".to_owned()));
        assert_eq!(range(Some("2026-05-06"), Some(" ")).unwrap(), (1, "2026-05-06".to_owned()));
        assert_eq!(range(None, Some("1970-01-02")).unwrap(), (2, "1970-01-01".to_owned()));
        assert!(range(Some("2026-05-07"), None).is_err());
    }
}
