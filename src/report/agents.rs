//! What each of the staff has on their hands and got done.

use std::collections::HashMap;

use super::Asked;
use super::cell::{self, Sums};
use super::figure::{Minutes, Percent, mean_minutes, percent};
use crate::base::{Actor, Result};
use crate::store::{Conn, params};

/// What came of the tickets that somebody has.
#[derive(Clone, Debug)]
pub struct AgentRow {
    /// Their name.
    pub agent: String,
    /// Tickets that are theirs now.
    pub assigned: i64,
    /// Of them, resolved or closed.
    pub resolved: i64,
    /// `resolved` of `assigned`.
    pub resolve_rate: Percent,
    /// From filing to resolution, of the resolved ones.
    pub resolution: Option<Minutes>,
}

/// A row for everybody who has tickets in the range, most tickets first; also for those who have left. For admins.
pub fn agents(conn: &Conn<'_>, actor: &Actor, asked: &Asked) -> Result<Vec<AgentRow>> {
    actor.must_be_admin()?;
    let mut all = HashMap::<i64, Sums>::new();
    cell::each(conn, actor, asked, "assignee", |cell| {
        if let Some(user) = cell.id() {
            all.entry(user).or_default().add(&cell.sums);
        }
        Ok(())
    })?;
    let mut rows = Vec::with_capacity(all.len());
    for (user, sums) in all.into_iter().filter(|(_, sums)| sums.total > 0) {
        let name =
            conn.one("select name from users where id = :id", params! {":id": user}, |row| row.get::<String>("name"))?;
        let row = name.map(|agent| AgentRow {
            agent,
            assigned: sums.total,
            resolved: sums.resolved,
            resolve_rate: percent(sums.resolved, sums.total),
            resolution: mean_minutes(sums.resolution_ms, sums.resolutions),
        });
        rows.extend(row.map(|row| (user, row)));
    }
    // Two of the same name stay in the same order from one report to the next.
    rows.sort_by(|(a, x), (b, y)| y.assigned.cmp(&x.assigned).then_with(|| x.agent.cmp(&y.agent)).then(a.cmp(b)));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
