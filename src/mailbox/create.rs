//! Adding a mailbox.

use super::fields::Fields;
use super::find::{Mailbox, find};
use crate::audit;
use crate::base::{Actor, Error, Event, Kind, Place, Result, id};
use crate::store::{Conn, Tx, params};

/// Mailboxes at most: each has a connection of its own.
const MOST: i64 = 100;

/// Where the password of a mailbox is sealed.
pub(super) fn place(uuid: &str) -> Place<'_> {
    Place { table: "mailboxes", row: uuid, column: "password" }
}

/// Adds a mailbox. Its address must have been judged before.
pub fn create(tx: &Tx<'_>, actor: &Actor, fields: &Fields) -> Result<Mailbox> {
    actor.must_be_admin()?;
    must_be_project(tx, fields.project)?;
    must_be_the_only_one(tx, fields, None)?;
    let count = tx.one("select count(*) as count from mailboxes", params! {}, |row| row.get::<i64>("count"))?;
    if count.unwrap_or_default() >= MOST {
        return Err(Error::new(Kind::Conflict, "There are 100 mailboxes. Remove one first."));
    }
    let password = fields.password.as_ref().ok_or_else(|| Error::internal("a new mailbox without a password"))?;
    let uuid = id::new_uuid(tx.now());
    let made = tx.insert(
        "insert into mailboxes (uuid, name, host, port, security, username, password, folder, project_id, is_active,
           created_at, updated_at)
         values (:uuid, :name, :host, :port, :security, :username, :password, :folder, :project, :active, :now, :now)",
        params! {":uuid": uuid, ":name": fields.name, ":host": fields.host, ":port": fields.port,
        ":security": fields.security.as_str(), ":username": fields.username,
        ":password": tx.keys().seal(place(&uuid), password.expose().as_bytes())?, ":folder": fields.folder,
        ":project": fields.project, ":active": fields.is_active, ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "mailbox_created", &fields.name)?;
    tx.announce(Event::MailboxesChanged);
    find(tx, actor, made)
}

/// Whether a project exists: one that does not is an error of its field.
pub(super) fn must_be_project(conn: &Conn<'_>, project: Option<i64>) -> Result<()> {
    let Some(project) = project else { return Ok(()) };
    let found = conn.one("select 1 from projects where id = :id", params! {":id": project}, |_| Ok(()))?;
    found.ok_or_else(|| Error::field("project_id", "There is no such project."))
}

/// Whether no other row leads to the same place: it would fetch the same mails.
pub(super) fn must_be_the_only_one(conn: &Conn<'_>, fields: &Fields, own: Option<i64>) -> Result<()> {
    let other = conn.one(
        "select name from mailboxes where lower(host) = lower(:host) and port = :port and username = :username
           and folder = :folder and id is not :own",
        params! {":host": fields.host, ":port": fields.port, ":username": fields.username, ":folder": fields.folder,
        ":own": own},
        |row| row.get::<String>("name"),
    )?;
    match other {
        Some(name) => Err(Error::new(Kind::Conflict, format!("This mailbox is there already: {name}."))),
        None => Ok(()),
    }
}
