//! Switching off a webhook to which nothing can be delivered.

use serde_json::json;

use super::find::find;
use crate::audit;
use crate::base::{Actor, Result};
use crate::feed::{self, About, Kind};
use crate::notify::{self, Mail, Template, To};
use crate::store::{Tx, params};

/// Why nothing can be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Nobody is there any more, by their own word.
    Gone,
    /// Nothing has arrived for as long as one event is tried.
    Hopeless,
}

impl Because {
    /// What stands at the webhook until somebody switches it on again.
    fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "it answered 410 Gone",
            Self::Hopeless => "nothing has arrived for three days",
        }
    }
}

/// Switches a webhook off in the name of Gatehouse itself, and tells admins; once more changes nothing.
pub fn switch_off(tx: &Tx<'_>, webhook: i64, because: Because) -> Result<()> {
    let system = Actor::system();
    let found = find(tx, &system, webhook)?;
    if !found.is_active {
        return Ok(());
    }
    tx.execute(
        "update webhooks set is_active = 0, off_because = :because, updated_at = :now where id = :id",
        params! {":because": because.as_str(), ":now": tx.now().0, ":id": webhook},
    )?;
    audit::record(tx, &system, "webhook_disabled", &format!("{}: {}", found.name, because.as_str()))?;
    let about = About { is_internal: true, ..About::default() };
    feed::record(tx, &system, Kind::WebhookSwitchedOff, &about, &json!({"webhook_id": webhook}).to_string())?;
    for (id, address) in notify::admins(tx, Template::WebhookSwitchedOff)? {
        let content = json!({"webhook": found.name, "is_gone": because == Because::Gone, "link": "settings/webhooks"});
        let to = To::User { id, address: &address };
        notify::mail(tx, &Mail { template: Template::WebhookSwitchedOff, to, ticket: None, content })?;
    }
    Ok(())
}
