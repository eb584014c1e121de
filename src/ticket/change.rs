//! Changing what a ticket says about itself.

use super::activity::{self, Happened};
use super::open::must_be_category;
use super::save::save;
use super::{Ticket, index, tag};
use crate::audit;
use crate::base::{Actor, Priority, Result};
use crate::store::{Conn, Tx, params};

/// What may be changed; what is `None` stays, an inner `None` clears.
#[derive(Clone, Debug, Default)]
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
}

fn category_name(conn: &Conn<'_>, category: Option<i64>) -> Result<Option<String>> {
    conn.one("select name from categories where id = :id and deleted_at is null", params! {":id": category}, |row| {
        row.get("name")
    })
}

/// Changes a ticket; staff alone may.
pub fn change(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, change: &Change) -> Result<Ticket> {
    actor.must_be_staff()?;
    let mut after = ticket.clone();
    let record = |what: &Happened<'_>| activity::record(tx, actor, ticket.id, what);
    if let Some(subject) = change.subject.as_ref().filter(|subject| **subject != ticket.subject) {
        record(&Happened::between("subject_changed", Some(&ticket.subject), Some(subject)))?;
        after.subject.clone_from(subject);
    }
    if let Some(description) = &change.description
        && describe(tx, ticket.id, description)?
    {
        record(&Happened::new("description_changed"))?;
        after.last_activity_at = tx.now();
    }
    if let Some(category) = change.category.filter(|category| *category != ticket.category) {
        must_be_category(tx, category)?;
        let (from, to) = (category_name(tx, ticket.category)?, category_name(tx, category)?);
        record(&Happened::between("category_changed", from.as_deref(), to.as_deref()))?;
        after.category = category;
    }
    if let Some(priority) = change.priority.filter(|priority| *priority != ticket.priority) {
        record(&Happened::between("priority_changed", Some(ticket.priority.as_str()), Some(priority.as_str())))?;
        after.priority = priority;
    }
    if let Some(tags) = &change.tags {
        tag::must_exist(tx, tags)?;
        let from = tag::names(tx, ticket.id)?;
        tag::set(tx, ticket.id, tags)?;
        let to = tag::names(tx, ticket.id)?;
        if from != to {
            record(&Happened::between("tags_changed", Some(&from.join(", ")), Some(&to.join(", "))))?;
            after.last_activity_at = tx.now();
        }
    }
    if after == *ticket {
        return Ok(after);
    }
    after.last_activity_at = tx.now();
    audit::record(tx, actor, "ticket_updated", &ticket.number)?;
    save(tx, actor, ticket, after)
}

/// Rewrites the description; whether it was another.
fn describe(tx: &Tx<'_>, ticket: i64, description: &str) -> Result<bool> {
    let changed = tx.execute(
        "update messages set body = :body
         where ticket_id = :ticket and id = (select min(id) from messages where ticket_id = :ticket) and body <> :body",
        params! {":body": description, ":ticket": ticket},
    )?;
    if changed > 0 {
        index::mark(tx, ticket);
    }
    Ok(changed > 0)
}
