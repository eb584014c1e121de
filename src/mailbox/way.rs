//! How to get at mailboxes, with their passwords.

use super::create::place;
use super::find::Mailbox;
use crate::base::{Actor, Error, Result, Secret};
use crate::imap::{self, Security};
use crate::outbound::Guard;
use crate::store::{Conn, Row, params};

/// A mailbox that is read.
#[derive(Clone, Debug)]
pub struct Way {
    /// The mailbox's number.
    pub id: i64,
    /// The number of the project that its tickets go to.
    pub project: Option<i64>,
    /// How to get there.
    pub to: imap::Mailbox,
}

fn read(conn: &Conn<'_>, row: &Row<'_>, guard: &Guard) -> Result<Way> {
    let (uuid, sealed, security): (String, Vec<u8>, String) =
        (row.get("uuid")?, row.get("password")?, row.get("security")?);
    let opened = conn.keys().open(place(&uuid), &sealed)?;
    let password = std::str::from_utf8(&opened).map_err(Error::internal)?.to_owned();
    Ok(Way {
        id: row.get("id")?,
        project: row.get("project_id")?,
        to: imap::Mailbox {
            host: row.get("host")?,
            port: u16::try_from(row.get::<i64>("port")?).map_err(Error::internal)?,
            security: Security::parse(&security).ok_or_else(|| Error::internal("unknown security"))?,
            user: row.get("username")?,
            password: Secret::new(password),
            folder: row.get("folder")?,
            project: None,
            // Whoever may add a mailbox is an admin of the desk, and need not be one of the machine: like a webhook's, its
            // address may lead into private networks only where the operator allows that.
            guard: Some(guard.clone()),
        },
    })
}

/// Every mailbox that is read. No actor may ask for it: this is for fetching alone.
pub fn ways(conn: &Conn<'_>, guard: &Guard) -> Result<Vec<Way>> {
    conn.all(
        "select id, uuid, host, port, security, username, password, folder, project_id from mailboxes
         where is_active order by id",
        params! {},
        |row| read(conn, row, guard),
    )
}

/// One mailbox, to be tried out, whether it is read or not.
pub fn way(conn: &Conn<'_>, actor: &Actor, mailbox: &Mailbox, guard: &Guard) -> Result<Way> {
    actor.must_be_admin()?;
    let found = conn.one(
        "select id, uuid, host, port, security, username, password, folder, project_id from mailboxes
         where id = :id",
        params! {":id": mailbox.id},
        |row| read(conn, row, guard),
    )?;
    found.ok_or_else(Error::not_found)
}
