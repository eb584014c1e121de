//! A row of a list of tickets.

use std::collections::HashMap;

use super::find::{priority, status};
use super::{CategoryRef, Named, ProjectRef, Status, TagRef};
use crate::base::{Priority, Result, Time};
use crate::store::{Conn, params};

/// A row of a list.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The ticket's number.
    pub id: i64,
    /// Its other id.
    pub uuid: String,
    /// `PROJ-2026-00042`.
    pub number: String,
    /// One line.
    pub subject: String,
    /// Where it stands.
    pub status: Status,
    /// How much it presses.
    pub priority: Priority,
    /// Public messages without the description.
    pub reply_count: i64,
    /// Its project.
    pub project: ProjectRef,
    /// Its category.
    pub category: Option<CategoryRef>,
    /// Who has it.
    pub assignee: Option<Named>,
    /// Whose it is.
    pub creator: Option<Named>,
    /// Who it is for.
    pub customer_email: Option<String>,
    /// As given.
    pub customer_name: Option<String>,
    /// By name.
    pub tags: Vec<TagRef>,
    /// The newest public message after the description.
    pub last_reply_at: Option<Time>,
    /// The newest change that its customer sees.
    pub last_activity_at: Time,
    /// When it was filed.
    pub created_at: Time,
    /// When it was resolved.
    pub resolved_at: Option<Time>,
    /// When the first answer is due.
    pub first_response_due_at: Option<Time>,
    /// When the ticket should be resolved.
    pub resolution_due_at: Option<Time>,
    /// Whether either promise was broken.
    pub breached: bool,
    /// When it was deleted.
    pub deleted_at: Option<Time>,
    /// Where the words stand that were searched for, in a message that the actor may read: HTML that is text and `<mark>` only.
    pub snippet: Option<String>,
}

/// The rows of a page, in the order of the ids; those that went away are left out.
pub(super) fn summaries(conn: &Conn<'_>, ids: &[i64]) -> Result<Vec<Summary>> {
    let listed = listed(ids);
    let mut rows = conn.all(
        "select t.id, t.uuid, t.number, t.subject, t.status, t.priority, t.reply_count, p.id, p.name, p.slug, c.id,
           c.name, c.slug, c.color, a.id, a.name, u.id, u.name, t.customer_email, t.customer_name, t.last_reply_at,
           t.last_activity_at, t.created_at, t.resolved_at, t.first_response_due_at, t.resolution_due_at,
           t.first_response_breached or t.resolution_breached, t.deleted_at
         from json_each(:ids) j cross join tickets t on t.id = j.value join projects p on p.id = t.project_id
           left join categories c on c.id = t.category_id and c.deleted_at is null
           left join users a on a.id = t.assignee_id left join users u on u.id = t.creator_id",
        params! {":ids": listed},
        |row| {
            let c = row.columns();
            Ok(Summary {
                id: c.take()?,
                uuid: c.take()?,
                number: c.take()?,
                subject: c.take()?,
                status: status(c.text()?)?,
                priority: priority(c.text()?)?,
                reply_count: c.take()?,
                project: ProjectRef { id: c.take()?, name: c.take()?, slug: c.take()? },
                category: CategoryRef::read(&c)?,
                assignee: Named::read(&c)?,
                creator: Named::read(&c)?,
                customer_email: c.take()?,
                customer_name: c.take()?,
                tags: Vec::new(),
                last_reply_at: c.take::<Option<i64>>()?.map(Time),
                last_activity_at: Time(c.take()?),
                created_at: Time(c.take()?),
                resolved_at: c.take::<Option<i64>>()?.map(Time),
                first_response_due_at: c.take::<Option<i64>>()?.map(Time),
                resolution_due_at: c.take::<Option<i64>>()?.map(Time),
                breached: c.take()?,
                deleted_at: c.take::<Option<i64>>()?.map(Time),
                snippet: None,
            })
        },
    )?;
    // Here, because the engine would put whole rows aside to bring them into the order in which it found them.
    rows.sort_by_cached_key(|row| ids.iter().position(|id| *id == row.id));
    let mut tags = tags(conn, &listed)?;
    for row in &mut rows {
        row.tags = tags.remove(&row.id).unwrap_or_default();
    }
    Ok(rows)
}

/// The tags of every ticket of a page, by name.
fn tags(conn: &Conn<'_>, listed: &str) -> Result<HashMap<i64, Vec<TagRef>>> {
    let mut tags = HashMap::<i64, Vec<TagRef>>::new();
    conn.each(
        "select tt.ticket_id, g.id, g.name, g.color
         from json_each(:ids) j cross join ticket_tags tt on tt.ticket_id = j.value join tags g on g.id = tt.tag_id
         where g.deleted_at is null order by g.folded_name",
        params! {":ids": listed},
        |row| {
            let c = row.columns();
            let ticket = c.take()?;
            tags.entry(ticket).or_default().push(TagRef { id: c.take()?, name: c.take()?, color: c.take()? });
            Ok(())
        },
    )?;
    Ok(tags)
}

/// Numbers as the JSON that a statement takes apart.
pub(super) fn listed(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    format!("[{}]", ids.join(","))
}
