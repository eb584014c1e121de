//! Everything about one ticket that pages show beside it, as far as the actor may see it.

use std::collections::BTreeSet;

use super::merge::leading_to;
use super::message::messages;
use super::{Activity, Message, Ticket, activities};
use crate::base::{Actor, Priority, Result};
use crate::store::{Columns, Conn, params};

/// Somebody, as they are shown beside a ticket.
#[derive(Clone, Debug)]
pub struct Named {
    /// The user's number.
    pub id: i64,
    /// Their name.
    pub name: String,
}

impl Named {
    /// The next two columns: null for nobody.
    pub(super) fn read(c: &Columns<'_>) -> Result<Option<Self>> {
        let (id, name): (Option<i64>, Option<String>) = (c.take()?, c.take()?);
        Ok(id.zip(name).map(|(id, name)| Self { id, name }))
    }
}

/// The users of these numbers, once each.
pub fn named(conn: &Conn<'_>, users: impl IntoIterator<Item = i64>) -> Result<Vec<Named>> {
    let users: BTreeSet<i64> = users.into_iter().collect();
    let find = |id| {
        conn.one("select name from users where id = :id", params! {":id": id}, |row| {
            Ok(Named { id, name: row.get("name")? })
        })
    };
    users.into_iter().filter_map(|id| find(id).transpose()).collect()
}

/// A project, as it is shown beside a ticket.
#[derive(Clone, Debug)]
pub struct ProjectRef {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
}

/// A category, as it is shown beside a ticket.
#[derive(Clone, Debug)]
pub struct CategoryRef {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// `#EF4444`.
    pub color: Option<String>,
}

impl CategoryRef {
    /// The next four columns: null for none.
    pub(super) fn read(c: &Columns<'_>) -> Result<Option<Self>> {
        let (id, name): (Option<i64>, Option<String>) = (c.take()?, c.take()?);
        let (slug, color): (Option<String>, Option<String>) = (c.take()?, c.take()?);
        Ok(id.zip(name).zip(slug).map(|((id, name), slug)| Self { id, name, slug, color }))
    }
}

/// A tag, as it is shown beside a ticket.
#[derive(Clone, Debug)]
pub struct TagRef {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// `#EF4444`.
    pub color: Option<String>,
}

/// What the customer thought of it.
#[derive(Clone, Debug)]
pub struct Rating {
    /// 1 to 5.
    pub score: i64,
    /// In their words.
    pub comment: Option<String>,
}

/// The policy that a ticket was stamped by, with the terms of that time.
#[derive(Clone, Debug)]
pub struct PolicyRef {
    /// Its number.
    pub id: i64,
    /// Null for a global one.
    pub project: Option<i64>,
    /// What it is for.
    pub priority: Priority,
    /// Minutes to the first answer.
    pub first_response_minutes: i64,
    /// Minutes to the resolution.
    pub resolution_minutes: i64,
}

/// A ticket that was merged into another, as it is shown beside that.
#[derive(Clone, Debug)]
pub struct MergedRef {
    /// Its number.
    pub id: i64,
    /// Its other id.
    pub uuid: String,
    /// `PROJ-2026-00042`.
    pub number: String,
    /// One line.
    pub subject: String,
}

/// A ticket and everything beside it.
#[derive(Clone, Debug)]
pub struct Detail {
    /// Its project.
    pub project: ProjectRef,
    /// Its category.
    pub category: Option<CategoryRef>,
    /// Whose it is.
    pub creator: Option<Named>,
    /// Who has it.
    pub assignee: Option<Named>,
    /// By name.
    pub tags: Vec<TagRef>,
    /// The description and all that followed.
    pub messages: Vec<Message>,
    /// The trail.
    pub activities: Vec<Activity>,
    /// Who wants to hear of it: for staff.
    pub watchers: Vec<Named>,
    /// What the customer thought.
    pub rating: Option<Rating>,
    /// What was promised.
    pub policy: Option<PolicyRef>,
    /// What was merged into it, directly or through others: for staff.
    pub merged: Vec<MergedRef>,
}

/// The tags of a ticket, by name.
pub(super) fn tags(conn: &Conn<'_>, ticket: i64) -> Result<Vec<TagRef>> {
    conn.all(
        "select g.id, g.name, g.color from ticket_tags tt join tags g on g.id = tt.tag_id
         where tt.ticket_id = :ticket and g.deleted_at is null order by g.folded_name",
        params! {":ticket": ticket},
        |row| {
            let c = row.columns();
            Ok(TagRef { id: c.take()?, name: c.take()?, color: c.take()? })
        },
    )
}

fn watchers(conn: &Conn<'_>, ticket: &Ticket) -> Result<Vec<Named>> {
    conn.all(
        "select u.id, u.name from watchers w join users u on u.id = w.user_id
         where w.ticket_id = :ticket and u.deleted_at is null order by w.created_at, u.id",
        params! {":ticket": ticket.id},
        |row| {
            let c = row.columns();
            Ok(Named { id: c.take()?, name: c.take()? })
        },
    )
}

fn rating(conn: &Conn<'_>, ticket: &Ticket) -> Result<Option<Rating>> {
    conn.one("select score, comment from ratings where ticket_id = :ticket", params! {":ticket": ticket.id}, |row| {
        Ok(Rating { score: row.get("score")?, comment: row.get("comment")? })
    })
}

fn policy(conn: &Conn<'_>, ticket: &Ticket) -> Result<Option<PolicyRef>> {
    conn.one(
        "select p.id, p.project_id, p.priority, t.first_response_minutes, t.resolution_minutes
         from sla_terms t join sla_policies p on p.id = t.policy_id where t.id = :terms",
        params! {":terms": ticket.promise.terms},
        |row| {
            let c = row.columns();
            Ok(PolicyRef {
                id: c.take()?,
                project: c.take()?,
                priority: super::find::priority(&c.take::<String>()?)?,
                first_response_minutes: c.take()?,
                resolution_minutes: c.take()?,
            })
        },
    )
}

fn merged(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Vec<MergedRef>> {
    let all = leading_to(conn, actor, ticket)?.into_iter();
    Ok(all.map(|one| MergedRef { id: one.id, uuid: one.uuid, number: one.number, subject: one.subject }).collect())
}

/// Everything beside a ticket. Notes, what is internal, who watches, and what was merged into it are for staff alone.
pub fn detail(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Detail> {
    let found = conn.one(
        "select p.id, p.name, p.slug, c.id, c.name, c.slug, c.color, u.id, u.name, a.id, a.name
         from projects p left join categories c on c.id = :category left join users u on u.id = :creator
           left join users a on a.id = :assignee
         where p.id = :project",
        params! {":project": ticket.project, ":category": ticket.category, ":creator": ticket.creator,
        ":assignee": ticket.assignee},
        |row| {
            let c = row.columns();
            let project = ProjectRef { id: c.take()?, name: c.take()?, slug: c.take()? };
            Ok((project, CategoryRef::read(&c)?, Named::read(&c)?, Named::read(&c)?))
        },
    )?;
    let (project, category, creator, assignee) = found.ok_or_else(crate::base::Error::not_found)?;
    let mut watchers = watchers(conn, ticket)?;
    if !actor.is_staff() {
        watchers.retain(|watcher| Some(watcher.id) == actor.user());
    }
    Ok(Detail {
        project,
        category,
        creator,
        assignee,
        tags: tags(conn, ticket.id)?,
        messages: messages(conn, actor, ticket)?,
        activities: activities(conn, actor, ticket)?,
        watchers,
        rating: rating(conn, ticket)?,
        policy: policy(conn, ticket)?,
        merged: if actor.is_staff() { merged(conn, actor, ticket)? } else { Vec::new() },
    })
}
