//! Sending what was sent before, and sending nothing but a sign of life.

use serde_json::json;

use super::list::{Delivery, find};
use super::queue::add;
use crate::audit;
use crate::base::{Actor, Error, Kind, Result};
use crate::store::{Tx, params};
use crate::webhook::Webhook;

/// The kind of a test.
const PING: &str = "ping";

/// Sends a delivery once more, under the same id and with all of its tries; one that waits is tried at once.
pub fn replay(tx: &Tx<'_>, actor: &Actor, webhook: &Webhook, delivery: &Delivery) -> Result<Delivery> {
    actor.must_be_admin()?;
    must_be_on(webhook)?;
    tx.execute(
        "update webhook_deliveries set status = 'waiting', tries = 0, next_at = :now where id = :id",
        params! {":now": tx.now().0, ":id": delivery.id},
    )?;
    audit::record(tx, actor, "webhook_delivery_replayed", &format!("{}: {}", webhook.name, delivery.message))?;
    find(tx, actor, webhook, delivery.id)
}

/// Sends a test, whatever the webhook hears otherwise.
pub fn ping(tx: &Tx<'_>, actor: &Actor, webhook: &Webhook) -> Result<Delivery> {
    actor.must_be_admin()?;
    must_be_on(webhook)?;
    let body = json!({"type": PING, "timestamp": tx.now().to_milliseconds(), "data": {"webhook_id": webhook.id}});
    let added = add(tx, webhook.id, None, PING, &body.to_string())?;
    audit::record(tx, actor, "webhook_pinged", &webhook.name)?;
    find(tx, actor, webhook, added)
}

fn must_be_on(webhook: &Webhook) -> Result<()> {
    if webhook.is_active {
        return Ok(());
    }
    Err(Error::new(Kind::Conflict, "This webhook is switched off. Switch it on first."))
}
