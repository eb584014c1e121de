//! How many tickets came and were resolved, over time.

use std::collections::HashMap;

use super::cell;
use super::{Asked, Grouping};
use crate::base::{Actor, Error, Result};
use crate::store::Conn;

/// Periods of one report: ten years of days.
pub const MOST_PERIODS: usize = 3_660;

/// One period.
#[derive(Clone, Debug)]
pub struct VolumeRow {
    /// Its name, as [`Grouping`] spells it.
    pub period: String,
    /// Tickets filed in it.
    pub created: i64,
    /// Tickets resolved in it and not reopened since, whenever they were filed.
    pub resolved: i64,
}

/// A row for every period of the range, oldest first, also where nothing happened: a line drawn through the rows shows no
/// tickets on a quiet day. The first and the last period count only their days within the range. For admins.
pub fn volume(conn: &Conn<'_>, actor: &Actor, asked: &Asked, grouping: Grouping) -> Result<Vec<VolumeRow>> {
    actor.must_be_admin()?;
    let mut starts = vec![asked.days.first];
    let mut next = grouping.next(asked.days.first);
    while next <= asked.days.last {
        if starts.len() == MOST_PERIODS {
            let text = format!(
                "The range must have at most {MOST_PERIODS} periods: ask for a shorter one, or for longer periods by \
                 group_by=week or group_by=month."
            );
            return Err(Error::field("from", text));
        }
        starts.push(next);
        next = grouping.next(next);
    }
    let mut days = HashMap::<i64, (i64, i64)>::new();
    cell::each(conn, actor, asked, "project", |cell| {
        days.entry(cell.day).or_default().0 += cell.sums.total;
        Ok(())
    })?;
    cell::each(conn, actor, asked, "resolved_on", |cell| {
        days.entry(cell.day).or_default().1 += cell.sums.total;
        Ok(())
    })?;
    let mut rows: Vec<VolumeRow> =
        starts.iter().map(|day| VolumeRow { period: grouping.period(*day), created: 0, resolved: 0 }).collect();
    for (day, (created, resolved)) in days {
        let period = starts.partition_point(|start| *start <= day).checked_sub(1);
        if let Some(row) = period.and_then(|period| rows.get_mut(period)) {
            row.created += created;
            row.resolved += resolved;
        }
    }
    Ok(rows)
}
