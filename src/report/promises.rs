//! How often what was promised was not kept.

use super::Asked;
use super::cell::{self, Sums};
use super::figure::{Percent, percent};
use crate::base::{Actor, Error, Priority, Result};
use crate::store::Conn;

/// Breaches among the tickets of a range.
#[derive(Clone, Copy, Debug)]
pub struct Promises {
    /// All tickets, whatever was promised for them.
    pub total: i64,
    /// Share of tickets whose first answer came too late, or is late.
    pub first_response_breach_rate: Percent,
    /// Share of tickets that were resolved too late, or are late.
    pub resolution_breach_rate: Percent,
    /// Least pressing first, as in [`Priority::ALL`].
    pub by_priority: [(Priority, Promised); 4],
}

/// Breaches among tickets of one priority.
#[derive(Clone, Copy, Debug, Default)]
pub struct Promised {
    /// All tickets of it.
    pub total: i64,
    /// First answers that were or are late.
    pub first_response_breached: i64,
    /// Resolutions that were or are late.
    pub resolution_breached: i64,
}

/// How often what was promised was not kept. For admins.
pub fn promises(conn: &Conn<'_>, actor: &Actor, asked: &Asked) -> Result<Promises> {
    actor.must_be_admin()?;
    let (mut all, mut by_priority) = (Sums::default(), Priority::ALL.map(|one| (one, Promised::default())));
    cell::each(conn, actor, asked, "priority", |cell| {
        let place = by_priority.iter_mut().find(|(priority, _)| priority.as_str() == cell.key);
        let (_, promised) = place.ok_or_else(|| Error::internal(format!("unknown priority {}", cell.key)))?;
        promised.total += cell.sums.total;
        promised.first_response_breached += cell.sums.first_response_breached;
        promised.resolution_breached += cell.sums.resolution_breached;
        all.add(&cell.sums);
        Ok(())
    })?;
    Ok(Promises {
        total: all.total,
        first_response_breach_rate: percent(all.first_response_breached, all.total),
        resolution_breach_rate: percent(all.resolution_breached, all.total),
        by_priority,
    })
}
