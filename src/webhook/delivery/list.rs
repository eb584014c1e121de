//! The log of deliveries.

use crate::base::{Actor, DeliveryState, Error, Result, Time};
use crate::store::{Conn, Row, params};
use crate::webhook::Webhook;

/// One telling of one event to one webhook. What was answered is not kept.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Rises.
    pub id: i64,
    /// The header `webhook-id`.
    pub message: String,
    /// Of the event.
    pub kind: String,
    /// The number of the ticket that it is about.
    pub ticket: Option<i64>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far.
    pub tries: i64,
    /// When the next one is.
    pub next_at: Option<Time>,
    /// The HTTP status that the last one was answered with.
    pub last_status: Option<i64>,
    /// Why it was not answered.
    pub last_error: Option<String>,
    /// When the last one was.
    pub last_at: Option<Time>,
    /// When it was queued.
    pub created_at: Time,
}

fn read(row: &Row<'_>) -> Result<Delivery> {
    let state: String = row.get("status")?;
    let time = |column| Ok::<_, Error>(row.get::<Option<i64>>(column)?.map(Time));
    Ok(Delivery {
        id: row.get("id")?,
        message: row.get("message_id")?,
        kind: row.get("kind")?,
        ticket: row.get("ticket_id")?,
        state: DeliveryState::parse(&state).ok_or_else(|| Error::internal(format!("unknown state {state}")))?,
        tries: row.get("tries")?,
        next_at: time("next_at")?,
        last_status: row.get("last_status")?,
        last_error: row.get("last_error")?,
        last_at: time("last_at")?,
        created_at: Time(row.get("created_at")?),
    })
}

/// Deliveries of a webhook, newest first: from behind `before`, `limit` at most.
pub fn list(
    conn: &Conn<'_>,
    actor: &Actor,
    webhook: &Webhook,
    state: Option<DeliveryState>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    actor.must_be_admin()?;
    conn.all(
        "select id, message_id, kind, ticket_id, status, tries, next_at, last_status, last_error, last_at, created_at
         from webhook_deliveries
         where webhook_id = :webhook and id < :before and (:state is null or status = :state)
         order by id desc limit :limit",
        params! {":webhook": webhook.id, ":before": before.unwrap_or(i64::MAX), ":state": state.map(DeliveryState::as_str),
        ":limit": limit},
        read,
    )
}

/// One delivery of a webhook.
pub fn find(conn: &Conn<'_>, actor: &Actor, webhook: &Webhook, id: i64) -> Result<Delivery> {
    actor.must_be_admin()?;
    let found = conn.one(
        "select id, message_id, kind, ticket_id, status, tries, next_at, last_status, last_error, last_at, created_at
         from webhook_deliveries where webhook_id = :webhook and id = :id",
        params! {":webhook": webhook.id, ":id": id},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}
