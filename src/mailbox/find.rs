//! Finding mailboxes: for admins alone.

use crate::base::{Actor, Error, Result, Time};
use crate::imap::Security;
use crate::store::{Conn, Row, params};

/// A mailbox, without its password.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// The number that other tables refer to.
    pub id: i64,
    /// Names it for good.
    pub(super) uuid: String,
    /// For people.
    pub name: String,
    /// The server's name or address.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the way there is kept secret.
    pub security: Security,
    /// Who signs in.
    pub username: String,
    /// The folder that is read.
    pub folder: String,
    /// The number of the project that its tickets go to; `None`: the default one.
    pub project: Option<i64>,
    /// Whether it is read.
    pub is_active: bool,
    /// When it was looked into the last time.
    pub last_fetch_at: Option<Time>,
    /// Why it could not be read then, for people.
    pub last_error: Option<String>,
    /// It could not be read from then on.
    pub failing_since: Option<Time>,
    /// Mails that became a ticket, an answer or a note.
    pub taken: i64,
    /// When it was added.
    pub created_at: Time,
    /// When it was changed.
    pub updated_at: Time,
}

fn read(row: &Row<'_>) -> Result<Mailbox> {
    let time = |column| Ok::<_, Error>(row.get::<Option<i64>>(column)?.map(Time));
    let security: String = row.get("security")?;
    Ok(Mailbox {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        name: row.get("name")?,
        host: row.get("host")?,
        port: u16::try_from(row.get::<i64>("port")?).map_err(Error::internal)?,
        security: Security::parse(&security).ok_or_else(|| Error::internal(format!("unknown security {security}")))?,
        username: row.get("username")?,
        folder: row.get("folder")?,
        project: row.get("project_id")?,
        is_active: row.get("is_active")?,
        last_fetch_at: time("last_fetch_at")?,
        last_error: row.get("last_error")?,
        failing_since: time("failing_since")?,
        taken: row.get("taken")?,
        created_at: Time(row.get("created_at")?),
        updated_at: Time(row.get("updated_at")?),
    })
}

/// Every mailbox, oldest first.
pub fn list(conn: &Conn<'_>, actor: &Actor) -> Result<Vec<Mailbox>> {
    actor.must_be_admin()?;
    conn.all(
        "select id, uuid, name, host, port, security, username, folder, project_id, is_active, last_fetch_at, last_error,
           failing_since, taken, created_at, updated_at
         from mailboxes order by id",
        params! {},
        read,
    )
}

/// The mailbox with this number.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Mailbox> {
    actor.must_be_admin()?;
    let found = conn.one(
        "select id, uuid, name, host, port, security, username, folder, project_id, is_active, last_fetch_at, last_error,
           failing_since, taken, created_at, updated_at
         from mailboxes where id = :id",
        params! {":id": id},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}
