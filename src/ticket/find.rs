//! Finding one ticket, as far as the actor may see it.

use super::merge::follow;
use super::sees::Sees;
use super::{Due, Source, Status};
use crate::base::{Actor, Error, Priority, Result, Time};
use crate::store::{Conn, Row, params};

/// Who a ticket is for, as they were named when it was filed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// Shown to staff.
    pub name: Option<String>,
    /// Where answers go; proves nothing.
    pub email: Option<String>,
    /// As given.
    pub phone: Option<String>,
    /// What the caller's own platform calls them.
    pub reference: Option<String>,
}

/// What was promised, and whether it was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// The terms that the ticket was stamped with.
    pub terms: Option<i64>,
    /// When the first answer is due; none while the clock is paused or stopped.
    pub first_response_due_at: Option<Time>,
    /// When the ticket should be resolved; none while the clock is paused or stopped.
    pub resolution_due_at: Option<Time>,
    /// Whether the first answer came too late, or is late.
    pub first_response_breached: bool,
    /// Whether the ticket was resolved too late, or is late.
    pub resolution_breached: bool,
}

/// One ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The number that other tables refer to.
    pub id: i64,
    /// The id that some surfaces show instead.
    pub uuid: String,
    /// `PROJ-2026-00042`.
    pub number: String,
    /// The project's number.
    pub project: i64,
    /// One line.
    pub subject: String,
    /// Where it stands.
    pub status: Status,
    /// How much it presses.
    pub priority: Priority,
    /// The category's number.
    pub category: Option<i64>,
    /// The category under which the ticket is counted: also one that was deleted and has not let go of it yet.
    pub(super) counted_category: Option<i64>,
    /// The way it came in.
    pub source: Source,
    /// The user it belongs to; none while nobody has proved the address.
    pub creator: Option<i64>,
    /// Who it is for.
    pub customer: Customer,
    /// A JSON object, as given.
    pub metadata: Option<String>,
    /// The staff member who has it.
    pub assignee: Option<i64>,
    /// The group of agents that has it.
    pub group: Option<i64>,
    /// The ticket that it is part of.
    pub parent: Option<i64>,
    /// When somebody wants it done.
    pub due: Option<Due>,
    /// Where it happens: `production`.
    pub environment: Option<String>,
    /// A JSON object, by the field's number.
    pub custom_fields: String,
    /// When it was filed.
    pub created_at: Time,
    /// When anything about it changed last.
    pub updated_at: Time,
    /// When anything that its customer sees changed last.
    pub last_activity_at: Time,
    /// When the newest public message after the description came.
    pub last_reply_at: Option<Time>,
    /// Public messages without the description.
    pub reply_count: i64,
    /// When staff first answered.
    pub first_response_at: Option<Time>,
    /// When it was resolved or closed; none while it is open.
    pub resolved_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// What was promised.
    pub promise: Promise,
    /// When it was deleted; it can be restored until it is purged.
    pub deleted_at: Option<Time>,
}

impl Ticket {
    /// Forbidden to everybody but the user whose ticket this is.
    pub fn must_be_creator(&self, actor: &Actor) -> Result<i64> {
        actor.user().filter(|user| Some(*user) == self.creator).ok_or_else(Error::forbidden)
    }
}

fn read(row: &Row<'_>) -> Result<Ticket> {
    let c = row.columns();
    let time = |at: Option<i64>| at.map(Time);
    Ok(Ticket {
        id: c.take()?,
        uuid: c.take()?,
        number: c.take()?,
        project: c.take()?,
        subject: c.take()?,
        status: status(&c.take::<String>()?)?,
        priority: priority(&c.take::<String>()?)?,
        category: c.take()?,
        counted_category: c.take()?,
        source: c.take::<String>().map(|text| Source::parse(&text).unwrap_or(Source::Api))?,
        creator: c.take()?,
        customer: Customer { name: c.take()?, email: c.take()?, phone: c.take()?, reference: c.take()? },
        metadata: c.take()?,
        assignee: c.take()?,
        group: c.take()?,
        parent: c.take()?,
        due: c.take::<Option<String>>()?.map(|text| Due::parse("due_date", &text)).transpose()?,
        environment: c.take()?,
        custom_fields: c.take()?,
        created_at: Time(c.take()?),
        updated_at: Time(c.take()?),
        last_activity_at: Time(c.take()?),
        last_reply_at: time(c.take()?),
        reply_count: c.take()?,
        first_response_at: time(c.take()?),
        resolved_at: time(c.take()?),
        closed_at: time(c.take()?),
        promise: Promise {
            terms: c.take()?,
            first_response_due_at: time(c.take()?),
            resolution_due_at: time(c.take()?),
            first_response_breached: c.take()?,
            resolution_breached: c.take()?,
        },
        deleted_at: time(c.take()?),
    })
}

/// A status as the database spells it.
pub(super) fn status(text: &str) -> Result<Status> {
    Status::parse(text).ok_or_else(|| Error::internal(format!("unknown status {text}")))
}

/// A priority as the database spells it.
pub(super) fn priority(text: &str) -> Result<Priority> {
    Priority::parse(text).ok_or_else(|| Error::internal(format!("unknown priority {text}")))
}

/// The ticket with this id, or the one that it was merged into. A deleted one is there for admins alone.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Ticket> {
    follow(conn, actor, itself(conn, actor, id)?)
}

/// The ticket with this id, merged or not.
pub fn itself(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Ticket> {
    let sees = Sees::of(actor);
    let found = conn.one(
        "select id, uuid, number, project_id, subject, status, priority,
           (select c.id from categories c where c.id = t.category_id and c.deleted_at is null), category_id, source,
           creator_id, customer_name, customer_email, customer_phone, customer_ref, metadata, assignee_id, group_id,
           parent_id, due_date, environment, custom_fields, created_at, updated_at, last_activity_at, last_reply_at,
           reply_count, first_response_at, resolved_at, closed_at, sla_terms_id,
           first_response_due_at, resolution_due_at, first_response_breached, resolution_breached, deleted_at
         from tickets t
         where t.id = :id and (t.deleted_at is null or :all) and (:within is null or t.project_id = :within)
           and (:all or t.creator_id = :own or t.project_id = :project
             or (t.project_id in (select project_id from project_agents where user_id = :agent)
               and case (select ticket_scope from users where id = :agent)
                 when 'all' then true
                 when 'group' then t.assignee_id = :agent
                   or t.group_id in (select group_id from group_members where user_id = :agent)
                 else t.assignee_id = :agent end))",
        params! {":id": id, ":all": sees.all, ":own": sees.own, ":project": sees.project, ":agent": sees.agent,
        ":within": sees.within},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The ticket with this UUID, or the one that it was merged into. A deleted one is there for admins alone.
pub fn by_uuid(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Ticket> {
    find(conn, actor, super::ticket_number(conn, uuid)?)
}

fn live(ticket: Ticket) -> Result<Ticket> {
    if ticket.deleted_at.is_some() { Err(Error::not_found()) } else { Ok(ticket) }
}

/// The ticket with this id, or the one that it was merged into, unless it is deleted: for everything that changes it.
pub fn find_live(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Ticket> {
    follow(conn, actor, itself_live(conn, actor, id)?)
}

/// The ticket with this id, merged or not, unless it is deleted: for what is about this one alone.
pub fn itself_live(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Ticket> {
    itself(conn, actor, id).and_then(live)
}

/// The ticket with this number, or that the number leads to, unless it is deleted.
pub fn by_number(conn: &Conn<'_>, actor: &Actor, number: &str) -> Result<Ticket> {
    let id = conn.one(
        "select id from tickets where number = :number
         union all select ticket_id from ticket_numbers where number = :number limit 1",
        params! {":number": number},
        |row| row.get("id"),
    )?;
    find_live(conn, actor, id.ok_or_else(Error::not_found)?)
}
