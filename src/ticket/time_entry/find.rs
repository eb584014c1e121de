//! Finding time entries: for staff who see the ticket.

use crate::base::{Actor, Error, Kind, Result, Time};
use crate::store::{Conn, Row, params};
use crate::ticket::{self, Ticket};

/// Time that somebody spent on a ticket.
#[derive(Clone, Debug)]
pub struct TimeEntry {
    /// Rises with time.
    pub number: i64,
    /// The id that surfaces show.
    pub uuid: String,
    /// The ticket's number.
    pub ticket: i64,
    /// The ticket's other id.
    pub ticket_uuid: String,
    /// Whose time.
    pub user: i64,
    /// Their other id.
    pub user_uuid: String,
    /// Their name.
    pub user_name: String,
    /// What it was spent on.
    pub description: Option<String>,
    /// Of all runs, the present one included, in milliseconds.
    pub spent: i64,
    /// Whether it is to be paid for.
    pub billable: bool,
    /// Whether its timer runs.
    pub is_running: bool,
    /// When its timer last started.
    pub started_at: Option<Time>,
    /// When its timer last stopped; none while it runs.
    pub stopped_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

fn read(row: &Row<'_>, now: Time) -> Result<TimeEntry> {
    let c = row.columns();
    let (number, uuid, ticket, ticket_uuid) = (c.take()?, c.take()?, c.take()?, c.take()?);
    let (user, user_uuid, user_name, description) = (c.take()?, c.take()?, c.take()?, c.take()?);
    let (spent, billable, is_running): (i64, bool, bool) = (c.take()?, c.take()?, c.take()?);
    let (started_at, stopped_at): (Option<i64>, Option<i64>) = (c.take()?, c.take()?);
    let present = started_at.filter(|_| is_running).map_or(0, |started| (now.0 - started).max(0));
    Ok(TimeEntry {
        number,
        uuid,
        ticket,
        ticket_uuid,
        user,
        user_uuid,
        user_name,
        description,
        spent: spent.saturating_add(present),
        billable,
        is_running,
        started_at: started_at.map(Time),
        stopped_at: stopped_at.map(Time),
        created_at: Time(c.take()?),
    })
}

/// The entries of a ticket that was found through the actor, oldest first, behind a number and up to a limit.
pub fn list(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket, after: i64, limit: i64) -> Result<Vec<TimeEntry>> {
    actor.must_be_staff()?;
    conn.all(
        "select e.id, e.uuid, e.ticket_id, t.uuid, e.user_id, u.uuid, u.name, e.description, e.spent_ms,
           e.billable, e.is_running, e.started_at, e.stopped_at, e.created_at
         from time_entries e join tickets t on t.id = e.ticket_id join users u on u.id = e.user_id
         where e.ticket_id = :ticket and e.id > :after order by e.id limit :limit",
        params! {":ticket": ticket.id, ":after": after, ":limit": limit},
        |row| read(row, conn.now()),
    )
}

/// The entry with this UUID and its ticket, for staff who see that.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<(TimeEntry, Ticket)> {
    actor.must_be_staff()?;
    let found = conn.one(
        "select e.id, e.uuid, e.ticket_id, t.uuid, e.user_id, u.uuid, u.name, e.description, e.spent_ms,
           e.billable, e.is_running, e.started_at, e.stopped_at, e.created_at
         from time_entries e join tickets t on t.id = e.ticket_id join users u on u.id = e.user_id
         where e.uuid = :uuid",
        params! {":uuid": uuid},
        |row| read(row, conn.now()),
    )?;
    let entry = found.ok_or_else(Error::not_found)?;
    let ticket = ticket::itself_live(conn, actor, entry.ticket)?;
    Ok((entry, ticket))
}

/// Forbidden to everybody but the user whose time it is, and admins.
pub(super) fn must_be_own(actor: &Actor, entry: &TimeEntry) -> Result<()> {
    if actor.is_admin() || actor.user() == Some(entry.user) {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "This is somebody else's time. Ask them, or an admin."))
}
