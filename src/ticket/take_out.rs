//! Tickets as a table holds them, for elsewhere.

use super::find::{priority, status};
use super::{Customer, Due, Source, Status, tag};
use crate::base::{Actor, Capability, Priority, Result, Time};
use crate::field::Values;
use crate::store::{Conn, params};

/// A ticket as it goes out: [`super::Arrival`] reads it back.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Its number.
    pub number: i64,
    /// What it was called where it came from, else its UUID.
    pub external: String,
    /// Its project's slug.
    pub project: String,
    /// One line.
    pub subject: String,
    /// The first message.
    pub description: String,
    /// Where it stands.
    pub status: Status,
    /// How much it presses.
    pub priority: Priority,
    /// Its category's slug.
    pub category: Option<String>,
    /// The names of its tags.
    pub tags: Vec<String>,
    /// The way it came in.
    pub source: Source,
    /// Who it is for.
    pub customer: Customer,
    /// The address of who has it.
    pub assignee: Option<String>,
    /// The name of the group that has it.
    pub group: Option<String>,
    /// When somebody wants it done.
    pub due: Option<Due>,
    /// Where it happens.
    pub environment: Option<String>,
    /// When it was filed.
    pub created_at: Time,
    /// When it was resolved or closed.
    pub resolved_at: Option<Time>,
    /// When it was changed the last time.
    pub updated_at: Time,
    /// What is in its custom fields.
    pub custom: Values,
}

/// Tickets after a number, oldest first, `limit` at most; deleted ones are left out. Admins alone may.
pub fn take_out(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Departure>> {
    actor.must(Capability::Administer)?;
    let mut all = conn.all(
        "select t.id, coalesce(s.external_id, t.uuid), p.slug, t.subject,
           (select m.body from messages m where m.ticket_id = t.id order by m.id limit 1), t.status, t.priority,
           c.slug, t.source, t.customer_name, t.customer_email, t.customer_phone, u.email, g.name, t.due_date,
           t.environment, t.created_at, t.resolved_at, t.updated_at, t.custom_fields
         from tickets t join projects p on p.id = t.project_id
           left join ticket_sources s on s.ticket_id = t.id
           left join categories c on c.id = t.category_id and c.deleted_at is null
           left join users u on u.id = t.assignee_id and u.deleted_at is null
           left join agent_groups g on g.id = t.group_id
         where t.id > :after and t.deleted_at is null and (:within is null or t.project_id = :within)
         order by t.id limit :limit",
        params! {":after": after.unwrap_or_default(), ":within": actor.within(), ":limit": limit},
        |row| {
            let c = row.columns();
            Ok(Departure {
                number: c.take()?,
                external: c.take()?,
                project: c.take()?,
                subject: c.take()?,
                description: c.take::<Option<String>>()?.unwrap_or_default(),
                status: status(&c.take::<String>()?)?,
                priority: priority(&c.take::<String>()?)?,
                category: c.take()?,
                tags: Vec::new(),
                source: c.take::<String>().map(|text| Source::parse(&text).unwrap_or(Source::Api))?,
                customer: Customer { name: c.take()?, email: c.take()?, phone: c.take()?, reference: None },
                assignee: c.take()?,
                group: c.take()?,
                due: c.take::<Option<String>>()?.map(|text| Due::parse("dueDate", &text)).transpose()?,
                environment: c.take()?,
                created_at: Time(c.take()?),
                resolved_at: c.take::<Option<i64>>()?.map(Time),
                updated_at: Time(c.take()?),
                custom: Values::parse(&c.take::<String>()?)?,
            })
        },
    )?;
    for one in &mut all {
        one.tags = tag::names(conn, one.number)?;
    }
    Ok(all)
}
