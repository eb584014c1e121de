//! Making a webhook.

use super::fields::Fields;
use super::find::{Webhook, find};
use super::sign::{new_secret, shown};
use crate::audit;
use crate::base::{Actor, Error, Place, Result, Secret, id};
use crate::feed;
use crate::store::{Conn, Tx, params};

/// Webhooks at most: each has a task of its own while it is delivered to.
const MOST: i64 = 500;

/// Where the secret of a webhook is sealed.
pub(super) fn place<'w>(uuid: &'w str, column: &'static str) -> Place<'w> {
    Place { table: "webhooks", row: uuid, column }
}

/// Makes a webhook; its secret is answered once. Its address must have been judged before.
pub fn create(tx: &Tx<'_>, actor: &Actor, fields: &Fields) -> Result<(Webhook, Secret<String>)> {
    actor.must_be_admin()?;
    let owner = actor.user().ok_or_else(Error::forbidden)?;
    must_be_project(tx, fields.project)?;
    let count = tx.one("select count(*) as count from webhooks", params! {}, |row| row.get::<i64>("count"))?;
    if count.unwrap_or_default() >= MOST {
        return Err(Error::new(crate::base::Kind::Conflict, "There are 500 webhooks. Delete one first."));
    }
    let (uuid, secret) = (id::new_uuid(tx.now()), new_secret()?);
    let made = tx.insert(
        "insert into webhooks (uuid, user_id, name, url, events, project_id, includes_internal, secret, is_active,
           since_event, created_at, updated_at)
         values (:uuid, :user, :name, :url, :events, :project, :internal, :secret, :active, :since, :now, :now)",
        params! {":uuid": uuid, ":user": owner, ":name": fields.name, ":url": fields.target.as_str(),
        ":events": fields.events(), ":project": fields.project, ":internal": fields.includes_internal,
        ":secret": tx.keys().seal(place(&uuid, "secret"), &secret)?, ":active": fields.is_active,
        ":since": feed::newest(tx)?, ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "webhook_created", &fields.name)?;
    Ok((find(tx, actor, made)?, Secret::new(shown(&secret))))
}

/// Whether a project exists: one that does not is an error of its field.
pub(super) fn must_be_project(conn: &Conn<'_>, project: Option<i64>) -> Result<()> {
    let Some(project) = project else { return Ok(()) };
    let found = conn.one("select 1 from projects where id = :id", params! {":id": project}, |_| Ok(()))?;
    found.ok_or_else(|| Error::field("project_id", "There is no such project."))
}
