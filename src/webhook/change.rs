//! Changing a webhook, and giving it another secret.

use super::create::{must_be_project, place};
use super::fields::Fields;
use super::find::{Webhook, find};
use super::sign::{new_secret, shown};
use crate::audit;
use crate::base::clock::DAY;
use crate::base::{Actor, Result, Secret};
use crate::feed;
use crate::store::{Tx, params};

/// Changes a webhook. Its address must have been judged before. One that is switched on again is told what happens from
/// then on, and what waited.
pub fn change(tx: &Tx<'_>, actor: &Actor, webhook: &Webhook, fields: &Fields) -> Result<Webhook> {
    actor.must_be_admin()?;
    must_be_project(tx, fields.project)?;
    let is_switched_on = fields.is_active && !webhook.is_active;
    tx.execute(
        "update webhooks set name = :name, url = :url, events = :events, project_id = :project,
           includes_internal = :internal, is_active = :active, off_because = iif(:active, null, off_because),
           since_event = iif(:on, :newest, since_event), failing_since = iif(:on, null, failing_since),
           user_id = coalesce(:user, user_id), updated_at = :now
         where id = :id",
        params! {":name": fields.name, ":url": fields.target.as_str(), ":events": fields.events(),
        ":project": fields.project, ":internal": fields.includes_internal, ":active": fields.is_active,
        ":on": is_switched_on, ":newest": feed::newest(tx)?, ":user": actor.user(), ":now": tx.now().0,
        ":id": webhook.id},
    )?;
    audit::record(tx, actor, "webhook_updated", &fields.name)?;
    find(tx, actor, webhook.id)
}

/// Gives a webhook another secret, answered once; the one before signs along for 24 hours.
pub fn rotate(tx: &Tx<'_>, actor: &Actor, webhook: &Webhook) -> Result<(Webhook, Secret<String>)> {
    actor.must_be_admin()?;
    let secret = new_secret()?;
    let sealed = tx.one("select secret from webhooks where id = :id", params! {":id": webhook.id}, |row| {
        row.get::<Vec<u8>>("secret")
    })?;
    let old = tx.keys().open(place(&webhook.uuid, "secret"), &sealed.unwrap_or_default())?;
    tx.execute(
        "update webhooks set secret = :secret, old_secret = :old, old_secret_until = :until, updated_at = :now
         where id = :id",
        params! {":secret": tx.keys().seal(place(&webhook.uuid, "secret"), &secret)?,
        ":old": tx.keys().seal(place(&webhook.uuid, "old_secret"), &old)?, ":until": tx.now().plus(DAY).0,
        ":now": tx.now().0, ":id": webhook.id},
    )?;
    audit::record(tx, actor, "webhook_secret_rotated", &webhook.name)?;
    Ok((find(tx, actor, webhook.id)?, Secret::new(shown(&secret))))
}
