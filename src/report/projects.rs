//! Volume and resolve rate of each project.

use std::collections::HashMap;

use super::Asked;
use super::cell::{self, Sums};
use super::figure::{Percent, percent};
use crate::base::{Actor, Result};
use crate::store::{Conn, params};

/// What came of a project's tickets.
#[derive(Clone, Debug)]
pub struct ProjectRow {
    /// Its name.
    pub project: String,
    /// Tickets.
    pub total: i64,
    /// Of them, resolved or closed.
    pub resolved: i64,
    /// Of them, with either breach.
    pub breached: i64,
    /// `resolved` of `total`.
    pub resolve_rate: Percent,
}

/// A row for each project with tickets in the range, most tickets first. For admins.
pub fn projects(conn: &Conn<'_>, actor: &Actor, asked: &Asked) -> Result<Vec<ProjectRow>> {
    actor.must_be_admin()?;
    let mut all = HashMap::<i64, Sums>::new();
    cell::each(conn, actor, asked, "project", |cell| {
        all.entry(cell.project).or_default().add(&cell.sums);
        Ok(())
    })?;
    let mut rows = Vec::with_capacity(all.len());
    for (project, sums) in all.into_iter().filter(|(_, sums)| sums.total > 0) {
        let name = conn.one("select name from projects where id = :id", params! {":id": project}, |row| {
            row.get::<String>("name")
        })?;
        rows.extend(name.map(|project| ProjectRow {
            project,
            total: sums.total,
            resolved: sums.resolved,
            breached: sums.breached,
            resolve_rate: percent(sums.resolved, sums.total),
        }));
    }
    rows.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.project.cmp(&b.project)));
    Ok(rows)
}
