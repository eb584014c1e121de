//! What integrators are shown beside a ticket's row: names instead of numbers.

use super::{Ticket, tag};
use crate::base::{Error, Result};
use crate::store::{Conn, params};

/// A ticket's surroundings in words.
#[derive(Clone, Debug)]
pub struct Brief {
    /// The first message.
    pub description: String,
    /// The slug of its category.
    pub category: Option<String>,
    /// The names of its tags, by name.
    pub tags: Vec<String>,
    /// The address of whoever has it.
    pub assignee: Option<String>,
}

/// The words of a ticket that the actor was found to see.
pub fn brief(conn: &Conn<'_>, ticket: &Ticket) -> Result<Brief> {
    let found = conn.one(
        "select m.body, c.slug, u.email from tickets t
           join messages m on m.ticket_id = t.id and m.kind = 'description'
           left join categories c on c.id = t.category_id and c.deleted_at is null
           left join users u on u.id = t.assignee_id
         where t.id = :ticket",
        params! {":ticket": ticket.id},
        |row| {
            let c = row.columns();
            Ok((c.take()?, c.take()?, c.take()?))
        },
    )?;
    let (description, category, assignee) = found.ok_or_else(Error::not_found)?;
    Ok(Brief { description, category, tags: tag::names(conn, ticket.id)?, assignee })
}
