//! Queueing a mail.

use crate::base::{Error, Place, Result, Time, id};
use crate::store::{Conn, Tx, params};

/// A mail that is not written yet: a template and what fills it.
#[derive(Clone, Debug)]
pub struct Mail<'m> {
    /// Which mail, `reset`.
    pub template: &'static str,
    /// Where to.
    pub address: &'m str,
    /// The account that it is about.
    pub user: i64,
    /// The template's variables. What anybody can trigger without a login never holds text that a stranger chose.
    pub content: serde_json::Value,
}

/// Puts a mail into the outbox, its content sealed: links in mails are secrets.
pub fn mail(tx: &Tx<'_>, mail: &Mail<'_>) -> Result<()> {
    let uuid = id::new_uuid(tx.now());
    let content = serde_json::to_vec(&mail.content).map_err(Error::internal)?;
    let sealed = tx.keys().seal(Place { table: "outbox", row: &uuid, column: "content" }, &content)?;
    tx.execute(
        "insert into outbox (uuid, channel, address, template, content, user_id, created_at)
         values (:uuid, 'mail', :address, :template, :content, :user, :now)",
        params! {":uuid": uuid, ":address": mail.address, ":template": mail.template, ":content": sealed,
        ":user": mail.user, ":now": tx.now().0},
    )?;
    Ok(())
}

/// When the newest mail of a template was queued for an address: rows of the outbox are kept for a day at least, so that
/// nobody is mailed the same thing twice a day.
pub fn last(conn: &Conn<'_>, template: &str, address: &str) -> Result<Option<Time>> {
    conn.one(
        "select created_at from outbox where lower(address) = lower(:address) and template = :template
         order by created_at desc limit 1",
        params! {":address": address, ":template": template},
        |row| Ok(Time(row.get("created_at")?)),
    )
}
