//! Turning the feed into deliveries.

use std::collections::BTreeSet;

use crate::base::{Error, Result, Role, id};
use crate::feed::{self, Happening, Kind};
use crate::store::{Conn, Tx, params};
use crate::webhook::payload;

/// Rows of the feed turned in one transaction.
const AT_ONCE: i64 = 100;

/// A webhook, as far as that decides what it is told.
struct Hears {
    id: i64,
    events: BTreeSet<Kind>,
    project: Option<i64>,
    includes_internal: bool,
    since: i64,
}

impl Hears {
    fn hears(&self, happening: &Happening) -> bool {
        let about = &happening.about;
        happening.id > self.since
            && (self.events.is_empty() || self.events.contains(&happening.kind))
            && (self.includes_internal || !about.is_internal)
            && self.project.is_none_or(|project| about.project == Some(project))
    }
}

fn reached(conn: &Conn<'_>) -> Result<i64> {
    let at = conn.one("select event_id from webhook_cursor", params! {}, |row| row.get("event_id"))?;
    at.ok_or_else(|| Error::internal("nothing says how far the feed has been told"))
}

/// Whether there is something in the feed that webhooks were not told of yet, and a webhook that might be.
pub fn is_behind(conn: &Conn<'_>) -> Result<bool> {
    let on = conn.one("select 1 from webhooks where is_active limit 1", params! {}, |_| Ok(()))?;
    Ok(on.is_some() && feed::newest(conn)? > reached(conn)?)
}

/// Every webhook that is on and whose owner may still read everything.
fn webhooks(conn: &Conn<'_>) -> Result<Vec<Hears>> {
    conn.all(
        "select w.id, w.events, w.project_id, w.includes_internal, w.since_event, u.role from webhooks w
           join users u on u.id = w.user_id
         where w.is_active and u.is_active and u.deleted_at is null",
        params! {},
        |row| {
            let events: Vec<String> = serde_json::from_str(&row.get::<String>("events")?).map_err(Error::internal)?;
            let hears = Hears {
                id: row.get("id")?,
                events: events.iter().filter_map(|word| Kind::parse(word)).collect(),
                project: row.get("project_id")?,
                includes_internal: row.get("includes_internal")?,
                since: row.get("since_event")?,
            };
            let is_admin = Role::parse(&row.get::<String>("role")?) >= Some(Role::Admin);
            Ok(is_admin.then_some(hears))
        },
    )
    .map(|all| all.into_iter().flatten().collect())
}

/// Makes deliveries of what comes next in the feed; whether there may be more.
pub fn queue(tx: &Tx<'_>) -> Result<bool> {
    let webhooks = webhooks(tx)?;
    let Some(since) = webhooks.iter().map(|webhook| webhook.since).min() else {
        // Nobody is told, so nothing need be read.
        advance(tx, feed::newest(tx)?)?;
        return Ok(false);
    };
    let new = feed::after(tx, reached(tx)?.max(since), AT_ONCE)?;
    let Some(last) = new.last().map(|last| last.id) else {
        advance(tx, feed::newest(tx)?)?;
        return Ok(false);
    };
    for happening in &new {
        let hearing: Vec<&Hears> = webhooks.iter().filter(|webhook| webhook.hears(happening)).collect();
        if hearing.is_empty() {
            continue;
        }
        let ticket = payload::ticket(tx, happening)?;
        let body = payload::body(tx, happening, ticket.as_ref())?;
        for webhook in hearing {
            add(tx, webhook.id, ticket.as_ref().map(|ticket| ticket.id), happening.kind.as_str(), &body)?;
        }
    }
    advance(tx, last)?;
    Ok(i64::try_from(new.len()).unwrap_or(i64::MAX) == AT_ONCE)
}

fn advance(tx: &Tx<'_>, to: i64) -> Result<()> {
    tx.execute("update webhook_cursor set event_id = :to", params! {":to": to})?;
    Ok(())
}

/// Adds a delivery that is due at once; answers its number.
pub(super) fn add(tx: &Tx<'_>, webhook: i64, ticket: Option<i64>, kind: &str, body: &str) -> Result<i64> {
    tx.insert(
        "insert into webhook_deliveries (message_id, webhook_id, ticket_id, kind, body, status, next_at, created_at)
         values (:message, :webhook, :ticket, :kind, :body, 'waiting', :now, :now)",
        params! {":message": format!("msg_{}", id::new_uuid(tx.now()).replace('-', "")), ":webhook": webhook,
        ":ticket": ticket, ":kind": kind, ":body": body, ":now": tx.now().0},
    )
}
