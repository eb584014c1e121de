//! Changing a mailbox.

use super::create::{must_be_project, must_be_the_only_one, place};
use super::fields::Fields;
use super::find::{Mailbox, find};
use super::state::tell;
use crate::audit;
use crate::base::{Actor, Event, Result};
use crate::feed::Kind;
use crate::store::{Tx, params};

/// Changes a mailbox. Its address must have been judged before. What went wrong before says nothing of what is there now.
pub fn change(tx: &Tx<'_>, actor: &Actor, mailbox: &Mailbox, fields: &Fields) -> Result<Mailbox> {
    actor.must_be_admin()?;
    must_be_project(tx, fields.project)?;
    must_be_the_only_one(tx, fields, Some(mailbox.id))?;
    let sealed = match &fields.password {
        Some(password) => Some(tx.keys().seal(place(&mailbox.uuid), password.expose().as_bytes())?),
        None => None,
    };
    tx.execute(
        "update mailboxes set name = :name, host = :host, port = :port, security = :security, username = :username,
           password = coalesce(:password, password), folder = :folder, project_id = :project, is_active = :active,
           last_error = null, failing_since = null, updated_at = :now
         where id = :id",
        params! {":name": fields.name, ":host": fields.host, ":port": fields.port,
        ":security": fields.security.as_str(), ":username": fields.username, ":password": sealed,
        ":folder": fields.folder, ":project": fields.project, ":active": fields.is_active, ":now": tx.now().0,
        ":id": mailbox.id},
    )?;
    audit::record(tx, actor, "mailbox_updated", &fields.name)?;
    if mailbox.failing_since.is_some() {
        tell(tx, actor, Kind::MailboxRecovered, mailbox.id)?;
    }
    tx.announce(Event::MailboxesChanged);
    find(tx, actor, mailbox.id)
}
