//! Queueing a mail.

use crate::base::clock::DAY;
use crate::base::{Error, Place, Result, Time, id};
use crate::store::{Conn, Tx, params};

/// A mail that is not written yet: a template and what fills it.
#[derive(Clone, Debug)]
pub struct Mail<'m> {
    /// Which mail, `reset`.
    pub template: &'static str,
    /// Where to.
    pub address: &'m str,
    /// The account that it is about. A mail about nobody is never delivered: it only costs what another one costs.
    pub user: Option<i64>,
    /// The template's variables. What anybody can trigger without a login never holds text that a stranger chose.
    pub content: serde_json::Value,
}

/// Puts a mail into the outbox, its content sealed: links in mails are secrets.
pub fn mail(tx: &Tx<'_>, mail: &Mail<'_>) -> Result<()> {
    let uuid = id::new_uuid(tx.now());
    let content = serde_json::to_vec(&mail.content).map_err(Error::internal)?;
    let sealed = tx.keys().seal(Place { table: "outbox", row: &uuid, column: "content" }, &content)?;
    tx.execute(
        "insert into outbox (uuid, channel, address, template, content, user_id, created_at, delivered_at)
         values (:uuid, 'mail', :address, :template, :content, :user, :now, :delivered_at)",
        params! {":uuid": uuid, ":address": mail.address, ":template": mail.template, ":content": sealed,
        ":user": mail.user, ":now": tx.now().0,
        ":delivered_at": mail.user.is_none().then_some(tx.now().0)},
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

/// Forgets mails about nobody once they don't count for the day any more.
pub fn purge(tx: &Tx<'_>) -> Result<usize> {
    tx.execute(
        "delete from outbox where user_id is null and delivered_at < :oldest",
        params! {":oldest": tx.now().plus(-2 * DAY).0},
    )
}
