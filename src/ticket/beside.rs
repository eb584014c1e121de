//! What integrators see beside a ticket: everything it refers to, by UUID or word.

use super::find::itself_live;
use super::{Ticket, linked};
use crate::base::{Actor, Error, Kind, Result};
use crate::store::{Conn, params};

/// What a ticket refers to, as far as the actor may see it.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The first message.
    pub description: String,
    /// Its category's slug.
    pub category: Option<String>,
    /// Its project.
    pub project: String,
    /// The user whose it is.
    pub customer: Option<String>,
    /// Who has it.
    pub assignee: Option<String>,
    /// The group that has it.
    pub group: Option<String>,
    /// The ticket that it is part of.
    pub parent: Option<String>,
    /// The tickets that it is linked with, oldest first.
    pub linked: Vec<String>,
    /// Names, in alphabetical order.
    pub tags: Vec<String>,
}

/// Everything beside a ticket that was found through the actor.
pub fn beside(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Beside> {
    let found = conn.one(
        "select (select body from messages where ticket_id = t.id order by id limit 1), c.slug, p.uuid, u.uuid, a.uuid,
           g.uuid
         from tickets t join projects p on p.id = t.project_id left join categories c on c.id = t.category_id and c.deleted_at is null
           left join users u on u.id = t.creator_id left join users a on a.id = t.assignee_id
           left join agent_groups g on g.id = t.group_id
         where t.id = :ticket",
        params! {":ticket": ticket.id},
        |row| {
            let c = row.columns();
            Ok(Beside {
                description: c.take::<Option<String>>()?.unwrap_or_default(),
                category: c.take()?,
                project: c.take()?,
                customer: c.take()?,
                assignee: c.take()?,
                group: c.take()?,
                parent: None,
                linked: Vec::new(),
                tags: Vec::new(),
            })
        },
    )?;
    let mut beside = found.ok_or_else(Error::not_found)?;
    if let Some(parent) = ticket.parent {
        beside.parent = match itself_live(conn, actor, parent) {
            Ok(parent) => Some(parent.uuid),
            Err(error) if error.kind == Kind::NotFound => None,
            Err(error) => return Err(error),
        };
    }
    for other in linked(conn, actor, ticket.id)? {
        beside.linked.extend(uuid(conn, other)?);
    }
    beside.tags = super::tag::names(conn, ticket.id)?;
    Ok(beside)
}

fn uuid(conn: &Conn<'_>, ticket: i64) -> Result<Option<String>> {
    conn.one("select uuid from tickets where id = :id", params! {":id": ticket}, |row| row.get("uuid"))
}
