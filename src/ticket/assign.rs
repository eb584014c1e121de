//! Giving a ticket to somebody, or back to nobody.

use super::activity::{self, Happened};
use super::save::save;
use super::status::enter;
use super::{Status, Ticket, automate, tell};
use crate::audit;
use crate::automation::Event;
use crate::base::{Actor, Error, Result};
use crate::store::{Conn, Tx, params};

/// The name of a user who can have tickets of a project: active staff who can see it. `None` for everybody else.
pub(super) fn assignable(conn: &Conn<'_>, project: i64, user: i64) -> Result<Option<String>> {
    conn.one(
        "select name from users u where u.id = :user and u.is_active and u.deleted_at is null
           and (u.role in ('admin', 'super_admin') or (u.role = 'agent'
             and u.id in (select user_id from project_agents where project_id = :project)))",
        params! {":user": user, ":project": project},
        |row| row.get("name"),
    )
}

/// Writes down who has a ticket from now on; part of every verb that gives it to somebody.
pub(super) fn give(tx: &Tx<'_>, actor: &Actor, ticket: &mut Ticket, to: Option<i64>) -> Result<()> {
    let name = |user: i64| {
        tx.one("select name from users where id = :user", params! {":user": user}, |row| row.get::<String>("name"))
    };
    let from = ticket.assignee.map(name).transpose()?.flatten();
    let to_name = match to {
        Some(user) => Some(assignable(tx, ticket.project, user)?.ok_or_else(|| {
            Error::field("user_id", "There is no such agent, or the ticket's project is not among theirs.")
        })?),
        None => None,
    };
    if ticket.assignee == to {
        return Ok(());
    }
    let action = if to.is_some() { "assigned" } else { "unassigned" };
    let what = Happened { assignee: to, ..Happened::between(action, from.as_deref(), to_name.as_deref()) };
    activity::record(tx, actor, ticket.id, &what)?;
    audit::record(tx, actor, "ticket_assigned", &ticket.number)?;
    ticket.assignee = to;
    ticket.last_activity_at = tx.now();
    if to.is_some() && !actor.is_quiet { tell::assigned(tx, actor, ticket) } else { Ok(()) }
}

/// Assigns a ticket, which moves an open one to in progress; `None` unassigns. Staff alone may.
pub fn assign(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, to: Option<i64>) -> Result<Ticket> {
    actor.must_be_staff()?;
    let mut after = ticket.clone();
    give(tx, actor, &mut after, to)?;
    if after.assignee != ticket.assignee && to.is_some() && ticket.status == Status::Open {
        enter(tx, actor, &mut after, Status::InProgress)?;
    }
    if after == *ticket {
        return Ok(after);
    }
    let after = save(tx, actor, ticket, after)?;
    automate::heed(tx, actor, after, Event::Updated)
}
