//! Filling in the custom fields of a ticket.

use serde_json::{Map, Value};

use super::activity::{self, Happened};
use super::save::save;
use super::{Status, Ticket, automate};
use crate::audit;
use crate::automation::Event;
use crate::base::{Actor, Error, Kind, Result};
use crate::field::{self, By, Entity, Values};
use crate::store::{Conn, Tx};

/// The custom fields of a ticket with these values over them, as its row holds them: staff may set all, customers those that are
/// theirs. Errors are of `customFields.NAME`.
pub fn filled(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket, given: &Map<String, Value>) -> Result<String> {
    let defined = field::defined(conn, Entity::Ticket)?;
    Ok(Values::parse(&ticket.custom_fields)?.merge(given, &defined, By::of(actor))?.to_text())
}

/// Puts values into the custom fields of a ticket: the only change of it that its customer may make, until it is closed.
pub fn fill(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, given: &Map<String, Value>) -> Result<Ticket> {
    if !actor.is_staff() && ticket.status == Status::Closed {
        return Err(Error::new(Kind::Conflict, "This ticket is closed. Reopen it, or open a new one."));
    }
    let fields = filled(tx, actor, ticket, given)?;
    let mut after = ticket.clone();
    if fields == ticket.custom_fields {
        return Ok(after);
    }
    put(tx, actor, &mut after, &fields)?;
    after.last_activity_at = tx.now();
    audit::record(tx, actor, "ticket_updated", &ticket.number)?;
    let after = save(tx, actor, ticket, after)?;
    automate::heed(tx, actor, after, Event::Updated)
}

/// Custom fields, already merged: each that changed is in the trail, for customers too where they may see it.
pub(super) fn put(tx: &Tx<'_>, actor: &Actor, ticket: &mut Ticket, fields: &str) -> Result<()> {
    let (before, after) = (Values::parse(&ticket.custom_fields)?, Values::parse(fields)?);
    for changed in before.changes(&after, &*field::defined(tx, Entity::Ticket)?) {
        let named = |text: Option<String>| text.map(|text| format!("{}: {text}", changed.name));
        let (from, to) = (named(changed.from), named(changed.to));
        let what = Happened::between("custom_field_changed", from.as_deref(), to.as_deref());
        activity::record(tx, actor, ticket.id, &Happened { internal: !changed.customer_can_view, ..what })?;
    }
    fields.clone_into(&mut ticket.custom_fields);
    Ok(())
}
