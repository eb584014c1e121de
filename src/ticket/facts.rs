//! A ticket as rules see it.

use super::{Ticket, tag};
use crate::automation::{Facts, Needs, fold};
use crate::base::Result;
use crate::field::Values;
use crate::store::{Conn, params};

/// What rules must know of a ticket, and nothing that no rule asks for.
pub(super) fn facts(conn: &Conn<'_>, ticket: &Ticket, needs: Needs) -> Result<Facts> {
    let category = match ticket.category.filter(|_| needs.category) {
        Some(id) => {
            conn.one("select slug from categories where id = :id", params! {":id": id}, |row| row.get("slug"))?
        }
        None => None,
    };
    Ok(Facts {
        status: ticket.status,
        priority: ticket.priority,
        category,
        subject: fold(&ticket.subject),
        description: if needs.description { fold(&description(conn, ticket.id)?) } else { String::new() },
        source: ticket.source,
        tags: if needs.tags { tag::names(conn, ticket.id)? } else { Vec::new() },
        customer_email: ticket.customer.email.as_deref().map(fold),
        assignee: ticket.assignee,
        group: ticket.group,
        project: ticket.project,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        due_at: ticket.due.map(super::Due::at),
        own: if needs.own { Values::parse(&ticket.custom_fields)? } else { Values::default() },
    })
}

/// The first message.
pub(super) fn description(conn: &Conn<'_>, ticket: i64) -> Result<String> {
    let found = conn.one(
        "select body from messages where ticket_id = :ticket order by id limit 1",
        params! {":ticket": ticket},
        |row| row.get("body"),
    )?;
    Ok(found.unwrap_or_default())
}
