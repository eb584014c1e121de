//! When somebody wants a ticket done: a day, or a moment of one.

use chrono::NaiveDate;

use crate::base::clock::DAY;
use crate::base::{Error, Result, Time};

/// A due date, as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// By the end of this day, UTC.
    Day(NaiveDate),
    /// By then.
    Moment(Time),
}

impl Due {
    /// Reads `2026-12-31`, or a time in RFC 3339; one that is over is fine.
    pub fn parse(field: &'static str, text: &str) -> Result<Self> {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
        let due = day.map(Self::Day).or_else(|| Time::parse(text).map(Self::Moment));
        let due = due.filter(|due| Time::parse(&due.at().to_milliseconds()).is_some());
        let wrong = "The due date must be a date such as 2026-12-31, or a time such as 2026-12-31T12:00:00Z.";
        due.ok_or_else(|| Error::field(field, wrong))
    }

    /// The moment it falls due: of a day, its end.
    pub fn at(self) -> Time {
        match self {
            Self::Day(day) => {
                let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
                Time(midnight).plus(DAY - 1)
            }
            Self::Moment(at) => at,
        }
    }
}

impl std::fmt::Display for Due {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Self::Moment(at) => f.write_str(&at.to_milliseconds()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_comes_back_as_a_date_and_falls_due_as_its_day_ends() {
        let due = Due::parse("due_date", "2024-01-20").unwrap();
        assert_eq!(
            (due.to_string(), due.at().to_milliseconds()),
            ("2024-01-20".into(), "2024-01-20T23:59:59.999Z".into())
        );
        let due = Due::parse("due_date", "2024-01-20T12:00:00+02:00").unwrap();
        assert_eq!(due.to_string(), "2024-01-20T10:00:00.000Z");
        assert_eq!(Due::parse("due_date", &due.to_string()).unwrap(), due);
        for wrong in ["2024-02-30", "20.1.2024", "2024-1-2", "", "1969-12-31", "tomorrow"] {
            assert!(Due::parse("due_date", wrong).is_err(), "{wrong}");
        }
    }
}
