//! How things stand.

use super::Asked;
use super::cell::{self, Sums};
use super::figure::{Minutes, mean_minutes};
use crate::base::{Actor, Error, Result};
use crate::store::Conn;
use crate::ticket::Status;

/// How the tickets of a range stand now.
#[derive(Clone, Copy, Debug)]
pub struct Dashboard {
    /// All of them.
    pub total: i64,
    /// In the order of [`Status::ALL`].
    pub by_status: [(Status, i64); 5],
    /// Unfinished ones that nobody has.
    pub unassigned: i64,
    /// With either breach.
    pub breached: i64,
    /// Until staff first answered, of those that were answered.
    pub first_response: Option<Minutes>,
    /// Until they were resolved, of those that are.
    pub resolution: Option<Minutes>,
}

/// How the tickets of the range stand, as far as the actor may see them. For staff.
pub fn dashboard(conn: &Conn<'_>, actor: &Actor, asked: &Asked) -> Result<Dashboard> {
    actor.must_be_staff()?;
    let (mut all, mut by_status) = (Sums::default(), Status::ALL.map(|status| (status, 0)));
    cell::each(conn, actor, asked, "status", |cell| {
        let place = by_status.iter_mut().find(|(status, _)| status.as_str() == cell.key);
        let (_, count) = place.ok_or_else(|| Error::internal(format!("unknown status {}", cell.key)))?;
        *count += cell.sums.total;
        all.add(&cell.sums);
        Ok(())
    })?;
    Ok(Dashboard {
        total: all.total,
        by_status,
        unassigned: all.unassigned,
        breached: all.breached,
        first_response: mean_minutes(all.first_response_ms, all.first_responses),
        resolution: mean_minutes(all.resolution_ms, all.resolutions),
    })
}
