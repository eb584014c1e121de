//! Changing what a ticket says about itself: any number of things at once, all of them or none.

use super::activity::{self, Happened};
use super::assign::give;
use super::open::{must_be_category, must_be_group};
use super::relate::{link, must_be_parent};
use super::save::save;
use super::status::enter;
use super::{Channel, Due, Status, Ticket, automate, fill, index, tag};
use crate::audit;
use crate::automation::Event;
use crate::base::{Actor, Priority, Result};
use crate::store::{Conn, Tx, params};

/// What may be changed; what is `None` stays, an inner `None` clears.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// One line.
    pub subject: Option<String>,
    /// The first message.
    pub description: Option<String>,
    /// The category's number.
    pub category: Option<Option<i64>>,
    /// How much it presses; its deadlines are stamped anew.
    pub priority: Option<Priority>,
    /// The tags that it shall have, by number.
    pub tags: Option<Vec<i64>>,
    /// Where it stands.
    pub status: Option<Status>,
    /// Who has it; unless a status is set too, giving an open ticket to somebody moves it to in progress.
    pub assignee: Option<Option<i64>>,
    /// The group of agents that has it.
    pub group: Option<Option<i64>>,
    /// The ticket that it is part of.
    pub parent: Option<Option<i64>>,
    /// The tickets that it shall be linked with.
    pub linked: Option<Vec<i64>>,
    /// When somebody wants it done.
    pub due: Option<Option<Due>>,
    /// Where it happens.
    pub environment: Option<Option<String>>,
    /// A JSON object, by the field's number: all of them, already merged.
    pub custom_fields: Option<String>,
    /// A JSON object.
    pub metadata: Option<Option<String>>,
}

/// Changes a ticket; staff alone may.
pub fn change(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, change: &Change) -> Result<Ticket> {
    actor.must_be_staff()?;
    let mut after = ticket.clone();
    let mut touched = describe(tx, actor, ticket, change)?;
    touched |= classify(tx, actor, &mut after, change)?;
    touched |= relate(tx, actor, &mut after, change)?;
    if let Some(assignee) = change.assignee {
        give(tx, actor, &mut after, assignee)?;
        let moves = change.status.is_none() && after.assignee != ticket.assignee && assignee.is_some();
        if moves && ticket.status == Status::Open {
            enter(tx, actor, &mut after, Status::InProgress)?;
        }
    }
    if let Some(status) = change.status {
        enter(tx, actor, &mut after, status)?;
    }
    if let Some(subject) = &change.subject {
        after.subject.clone_from(subject);
    }
    if after == *ticket && !touched {
        return Ok(after);
    }
    after.last_activity_at = tx.now();
    audit::record(tx, actor, "ticket_updated", &ticket.number)?;
    let after = save(tx, actor, ticket, after)?;
    automate::heed(tx, actor, after, Event::Updated)
}

/// Subject, description, tags; whether anything changed.
fn describe(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, change: &Change) -> Result<bool> {
    let record = |what: &Happened<'_>| activity::record(tx, actor, ticket.id, what);
    let mut touched = false;
    if let Some(subject) = change.subject.as_ref().filter(|subject| **subject != ticket.subject) {
        record(&Happened::between("subject_changed", Some(&ticket.subject), Some(subject)))?;
        touched = true;
    }
    if let Some(description) = &change.description
        && rewrite(tx, actor, ticket.id, description)?
    {
        record(&Happened::new("description_changed"))?;
        touched = true;
    }
    if let Some(tags) = &change.tags {
        tag::must_exist(tx, tags)?;
        let from = tag::names(tx, ticket.id)?;
        tag::set(tx, ticket.id, tags)?;
        let to = tag::names(tx, ticket.id)?;
        if from != to {
            record(&Happened::between("tags_changed", Some(&from.join(", ")), Some(&to.join(", "))))?;
            touched = true;
        }
    }
    Ok(touched)
}

/// Category, priority, due date, environment, custom fields, metadata; whether anything changed.
fn classify(tx: &Tx<'_>, actor: &Actor, ticket: &mut Ticket, change: &Change) -> Result<bool> {
    let before = ticket.clone();
    let record = |what: &Happened<'_>| activity::record(tx, actor, before.id, what);
    if let Some(category) = change.category.filter(|category| *category != before.category) {
        must_be_category(tx, category)?;
        let (from, to) = (category_name(tx, before.category)?, category_name(tx, category)?);
        record(&Happened::between("category_changed", from.as_deref(), to.as_deref()))?;
        ticket.category = category;
    }
    if let Some(priority) = change.priority.filter(|priority| *priority != before.priority) {
        record(&Happened::between("priority_changed", Some(before.priority.as_str()), Some(priority.as_str())))?;
        ticket.priority = priority;
    }
    if let Some(due) = change.due.filter(|due| *due != before.due) {
        let (from, to) = (before.due.map(|due| due.to_string()), due.map(|due| due.to_string()));
        record(&Happened::between("due_date_changed", from.as_deref(), to.as_deref()))?;
        ticket.due = due;
    }
    if let Some(environment) = change.environment.as_ref().filter(|environment| **environment != before.environment) {
        let what = Happened::between("environment_changed", before.environment.as_deref(), environment.as_deref());
        record(&what)?;
        ticket.environment.clone_from(environment);
    }
    if let Some(fields) = change.custom_fields.as_ref().filter(|fields| **fields != before.custom_fields) {
        fill::put(tx, actor, ticket, fields)?;
    }
    if let Some(metadata) = change.metadata.as_ref().filter(|metadata| **metadata != before.metadata) {
        record(&Happened { internal: true, ..Happened::new("metadata_changed") })?;
        ticket.metadata.clone_from(metadata);
    }
    Ok(*ticket != before)
}

/// Group, parent, links; whether anything changed.
fn relate(tx: &Tx<'_>, actor: &Actor, ticket: &mut Ticket, change: &Change) -> Result<bool> {
    let before = ticket.clone();
    let record = |what: &Happened<'_>| activity::record(tx, actor, before.id, what);
    if let Some(group) = change.group.filter(|group| *group != before.group) {
        must_be_group(tx, group)?;
        let (from, to) = (group_name(tx, before.group)?, group_name(tx, group)?);
        record(&Happened { internal: true, ..Happened::between("group_changed", from.as_deref(), to.as_deref()) })?;
        ticket.group = group;
    }
    if let Some(parent) = change.parent.filter(|parent| *parent != before.parent) {
        must_be_parent(tx, actor, before.id, parent)?;
        let (from, to) = (number(tx, before.parent)?, number(tx, parent)?);
        record(&Happened { internal: true, ..Happened::between("parent_changed", from.as_deref(), to.as_deref()) })?;
        ticket.parent = parent;
    }
    let mut linked = false;
    if let Some(others) = &change.linked {
        linked = link(tx, actor, before.id, others)?;
        if linked {
            record(&Happened { internal: true, ..Happened::new("links_changed") })?;
        }
    }
    Ok(linked || *ticket != before)
}

fn category_name(conn: &Conn<'_>, category: Option<i64>) -> Result<Option<String>> {
    conn.one("select name from categories where id = :id and deleted_at is null", params! {":id": category}, |row| {
        row.get("name")
    })
}

fn group_name(conn: &Conn<'_>, group: Option<i64>) -> Result<Option<String>> {
    conn.one("select name from agent_groups where id = :id", params! {":id": group}, |row| row.get("name"))
}

fn number(conn: &Conn<'_>, ticket: Option<i64>) -> Result<Option<String>> {
    conn.one("select number from tickets where id = :id", params! {":id": ticket}, |row| row.get("number"))
}

/// Rewrites the description; whether it was another. What is written now did not come by mail, so it is Markdown.
fn rewrite(tx: &Tx<'_>, actor: &Actor, ticket: i64, description: &str) -> Result<bool> {
    let changed = tx.execute(
        "update messages set body = :body, channel = :channel
         where ticket_id = :ticket and id = (select min(id) from messages where ticket_id = :ticket) and body <> :body",
        params! {":body": description, ":channel": Channel::of(actor).map(Channel::as_str), ":ticket": ticket},
    )?;
    if changed > 0 {
        index::mark(tx, ticket);
    }
    Ok(changed > 0)
}
