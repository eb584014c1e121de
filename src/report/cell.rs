//! Reading what is kept, as far as the actor may see it: the one statement behind every report.

use super::Asked;
use crate::base::{Actor, Result};
use crate::store::{Columns, Conn, Row, params};
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

/// Visits what is kept of a kind, in the range and project that are asked for. Of what an agent sees who does not see the
/// whole of their projects nothing is kept: it is added up on the spot, from few tickets.
pub(super) fn each(
    conn: &Conn<'_>,
    actor: &Actor,
    asked: &Asked,
    kind: &'static str,
    mut visit: impl FnMut(&Cell) -> Result<()>,
) -> Result<()> {
    let sees = Sees::of(actor);
    if sees.is_narrowed(conn)? {
        return of_narrowed(conn, &sees, asked, kind, visit);
    }
    conn.each(
        "select day, project_id, key, total, resolved, unassigned, breached, first_response_breached,
           resolution_breached, first_responses, first_response_ms, resolutions, resolution_ms
         from ticket_days
         where kind = :kind and day between :first and :last and (:project is null or project_id = :project)
           and (:within is null or project_id = :within)
           and (:all or project_id in (select project_id from project_agents where user_id = :agent))",
        params! {":kind": kind, ":first": asked.days.first, ":last": asked.days.last, ":project": asked.project,
        ":within": sees.within, ":all": sees.all, ":agent": sees.agent},
        |row| visit(&read(row)?),
    )
}

fn read(row: &Row<'_>) -> Result<Cell> {
    let c = row.columns();
    Ok(Cell { day: c.take()?, project: c.take()?, key: c.take()?, sums: Sums::read(&c)? })
}

/// [`each`], of the kinds that the dashboard shows, for an agent whose ticket scope is narrow.
fn of_narrowed(
    conn: &Conn<'_>,
    sees: &Sees,
    asked: &Asked,
    kind: &'static str,
    mut visit: impl FnMut(&Cell) -> Result<()>,
) -> Result<()> {
    conn.each(
        "select t.created_at / 86400000 as day, t.project_id,
           case :kind when 'status' then t.status when 'priority' then t.priority else '' end as key, count(*),
           sum(t.status in ('resolved', 'closed')),
           sum(t.assignee_id is null and t.status not in ('resolved', 'closed')),
           sum(t.first_response_breached or t.resolution_breached), sum(t.first_response_breached),
           sum(t.resolution_breached), count(t.first_response_at),
           coalesce(sum(max(t.first_response_at - t.created_at, 0)), 0), count(t.resolved_at),
           coalesce(sum(max(t.resolved_at - t.created_at, 0)), 0)
         from tickets t
         where t.id in (
             select id from tickets where assignee_id = :agent and deleted_at is null
             union select id from tickets where group_id in (
               select group_id from group_members where user_id = :agent) and deleted_at is null)
           and t.created_at / 86400000 between :first and :last and (:project is null or t.project_id = :project)
           and (:within is null or t.project_id = :within)
           and t.project_id in (select project_id from project_agents where user_id = :agent)
           and (t.assignee_id = :agent or (select ticket_scope from users where id = :agent) = 'group')
         group by day, t.project_id, key",
        params! {":kind": kind, ":first": asked.days.first, ":last": asked.days.last, ":project": asked.project,
        ":within": sees.within, ":agent": sees.agent},
        |row| visit(&read(row)?),
    )
}
