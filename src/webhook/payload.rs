//! What is told of an event.

use serde_json::{Map, Value, json};

use crate::base::{Actor, Kind as Failure, Result};
use crate::feed::Happening;
use crate::store::{Conn, params};
use crate::ticket::{self, Ticket};

/// The ticket that an event is about, as it stands now; none when it is gone for good.
pub(super) fn ticket(conn: &Conn<'_>, happening: &Happening) -> Result<Option<Ticket>> {
    let Some(id) = happening.about.ticket else { return Ok(None) };
    match ticket::itself(conn, &Actor::system(), id) {
        Ok(ticket) => Ok(Some(ticket)),
        Err(error) if error.kind == Failure::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The body: `type`, `timestamp` and `data`.
pub(super) fn body(conn: &Conn<'_>, happening: &Happening, ticket: Option<&Ticket>) -> Result<String> {
    let about = &happening.about;
    let mut data: Map<String, Value> = serde_json::from_str(&happening.content).unwrap_or_default();
    data.insert("event_id".to_owned(), happening.id.into());
    data.insert("by".to_owned(), json!(happening.by));
    data.insert("is_internal".to_owned(), about.is_internal.into());
    if let Some(user) = about.user {
        data.insert("user_id".to_owned(), user.into());
    }
    if let Some(id) = about.ticket {
        let shown = ticket.filter(|ticket| ticket.deleted_at.is_none()).map(whole);
        data.insert("ticket".to_owned(), shown.unwrap_or_else(|| json!({"id": id, "project_id": about.project})));
    }
    if let Some(message) = data.get("message_id").and_then(Value::as_i64) {
        data.insert("comment".to_owned(), comment(conn, about.ticket, message, about.is_internal)?);
    }
    let body = json!({
        "type": happening.kind.as_str(),
        "timestamp": happening.at.to_milliseconds(),
        "data": data,
    });
    Ok(body.to_string())
}

fn whole(ticket: &Ticket) -> Value {
    json!({
        "id": ticket.id,
        "uuid": ticket.uuid,
        "ticket_number": ticket.number,
        "project_id": ticket.project,
        "subject": ticket.subject,
        "status": ticket.status.as_str(),
        "priority": ticket.priority.as_str(),
        "assignee_id": ticket.assignee,
        "creator_id": ticket.creator,
        "customer_email": ticket.customer.email,
        "customer_id": ticket.customer.reference,
        "created_at": ticket.created_at.to_milliseconds(),
        "updated_at": ticket.updated_at.to_milliseconds(),
    })
}

/// A message as it reads now. One that has become a note since it was told of as a reply is left out.
fn comment(conn: &Conn<'_>, ticket: Option<i64>, message: i64, is_internal: bool) -> Result<Value> {
    let found = conn.one(
        "select m.kind, m.user_id, coalesce(u.name, m.author_name) as author, m.is_staff, m.body, m.created_at
         from messages m left join users u on u.id = m.user_id
         where m.ticket_id = :ticket and m.id = :message and (:internal or m.kind <> 'note')",
        params! {":ticket": ticket, ":message": message, ":internal": is_internal},
        |row| {
            Ok(json!({
                "id": message,
                "type": row.get::<String>("kind")?,
                "user_id": row.get::<Option<i64>>("user_id")?,
                "author": row.get::<Option<String>>("author")?,
                "is_staff": row.get::<bool>("is_staff")?,
                "body": row.get::<String>("body")?,
                "created_at": crate::base::Time(row.get("created_at")?).to_milliseconds(),
            }))
        },
    )?;
    Ok(found.unwrap_or(Value::Null))
}
