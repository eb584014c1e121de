//! Deleting a webhook.

use super::find::Webhook;
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// Removes a webhook, with everything that was or waits to be delivered.
pub fn delete(tx: &Tx<'_>, actor: &Actor, webhook: &Webhook) -> Result<()> {
    actor.must_be_admin()?;
    tx.execute("delete from webhooks where id = :id", params! {":id": webhook.id})?;
    audit::record(tx, actor, "webhook_deleted", &webhook.name)
}
