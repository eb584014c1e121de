//! Reading what is kept, as far as the actor may see it: the one statement behind every report.

use super::Asked;
use crate::base::{Actor, Result};
use crate::store::{Columns, Conn, params};
use crate::ticket::Sees;

/// What some tickets add up to: those of one day and project that have one thing in common.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub total: i64,
    pub resolved: i64,
    pub unassigned: i64,
    pub breached: i64,
    pub first_response_breached: i64,
    pub resolution_breached: i64,
    pub first_responses: i64,
    pub first_response_ms: i64,
    pub resolutions: i64,
    pub resolution_ms: i64,
}

impl Sums {
    fn read(c: &Columns<'_>) -> Result<Self> {
        Ok(Self {
            total: c.take()?,
            resolved: c.take()?,
            unassigned: c.take()?,
            breached: c.take()?,
            first_response_breached: c.take()?,
            resolution_breached: c.take()?,
            first_responses: c.take()?,
            first_response_ms: c.take()?,
            resolutions: c.take()?,
            resolution_ms: c.take()?,
        })
    }

    /// Adds another's to each sum.
    pub(super) fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.resolved += other.resolved;
        self.unassigned += other.unassigned;
        self.breached += other.breached;
        self.first_response_breached += other.first_response_breached;
        self.resolution_breached += other.resolution_breached;
        self.first_responses += other.first_responses;
        self.first_response_ms += other.first_response_ms;
        self.resolutions += other.resolutions;
        self.resolution_ms += other.resolution_ms;
    }
}

/// What the tickets of one day and project have in common; what that is, the kind says.
pub(super) struct Cell {
    pub day: i64,
    pub project: i64,
    /// A word, a number, or nothing where there is none.
    pub key: String,
    pub sums: Sums,
}

impl Cell {
    /// The key as a number; none for the cell of those that have none.
    pub(super) fn id(&self) -> Option<i64> {
        self.key.parse().ok()
    }
}

/// Visits what is kept of a kind, in the range and project that are asked for.
pub(super) fn each(
    conn: &Conn<'_>,
    actor: &Actor,
    asked: &Asked,
    kind: &'static str,
    mut visit: impl FnMut(&Cell) -> Result<()>,
) -> Result<()> {
    let sees = Sees::of(actor);
    conn.each(
        "select day, project_id, key, total, resolved, unassigned, breached, first_response_breached,
           resolution_breached, first_responses, first_response_ms, resolutions, resolution_ms
         from ticket_days
         where kind = :kind and day between :first and :last and (:project is null or project_id = :project)
           and (:all or project_id in (select project_id from project_agents where user_id = :agent))",
        params! {":kind": kind, ":first": asked.days.first, ":last": asked.days.last, ":project": asked.project,
        ":all": sees.all, ":agent": sees.agent},
        |row| {
            let c = row.columns();
            visit(&Cell { day: c.take()?, project: c.take()?, key: c.take()?, sums: Sums::read(&c)? })
        },
    )
}
