//! Ticket numbers: `PROJ-2026-00042`, a counter per project and year, without gaps or repeats.

use chrono::{DateTime, Datelike};
use chrono_tz::Tz;

use crate::base::{Error, Result, Time};
use crate::store::{Tx, params};

/// Takes the next number of a project, in the year that it is there at a moment.
pub fn take(tx: &Tx<'_>, at: Time, prefix: &str, timezone: &str, project: i64) -> Result<String> {
    let year = year(at, timezone);
    let last = tx.one(
        "insert into ticket_counters (project_id, year, last) values (:project, :year, 1)
         on conflict (project_id, year) do update set last = last + 1 returning last",
        params! {":project": project, ":year": year},
        |row| row.get::<i64>("last"),
    )?;
    let last = last.ok_or_else(|| Error::internal("a counter gave no number"))?;
    Ok(format!("{prefix}-{year}-{last:05}"))
}

/// The calendar year of a moment in a time zone; UTC where the zone is not known.
fn year(now: Time, timezone: &str) -> i32 {
    let zone: Tz = timezone.parse().unwrap_or(Tz::UTC);
    DateTime::from_timestamp_millis(now.0).map_or(1970, |utc| utc.with_timezone(&zone).year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_turns_with_the_time_zone_of_the_project() {
        let eve = Time::parse("2026-12-31T23:30:00Z").unwrap();
        assert_eq!(year(eve, "UTC"), 2026);
        assert_eq!(year(eve, "Europe/Berlin"), 2027);
        assert_eq!(year(eve, "America/New_York"), 2026);
    }
}
