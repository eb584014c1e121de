//! What is to be tried now.

use zeroize::Zeroizing;

use crate::base::{Result, Time};
use crate::store::{Conn, params};
use crate::webhook::create::place;

/// Deliveries of one webhook tried in one go.
const AT_ONCE: i64 = 32;

/// A delivery that is due, with all that it takes to send it.
#[derive(Clone)]
pub struct Due {
    /// The delivery's number.
    pub id: i64,
    /// The same over all tries.
    pub message: String,
    /// What is sent.
    pub body: String,
}

/// A webhook with what is due for it.
pub struct DueTo {
    /// The webhook's number.
    pub webhook: i64,
    /// Where it leads.
    pub url: String,
    /// What signs: the secret, and the one before it while that is good.
    pub secrets: Vec<Zeroizing<Vec<u8>>>,
    /// Oldest first, of each ticket one.
    pub deliveries: Vec<Due>,
}

/// What is due, by webhook. Of each ticket only the oldest that waits, so that what is told of it stays in order.
pub fn due(conn: &Conn<'_>) -> Result<Vec<DueTo>> {
    let webhooks = conn.all(
        "select distinct w.id, w.uuid, w.url, w.secret, w.old_secret, w.old_secret_until from webhook_deliveries d
           join webhooks w on w.id = d.webhook_id
         where d.status = 'waiting' and d.next_at <= :now and w.is_active",
        params! {":now": conn.now().0},
        |row| {
            let (uuid, secret): (String, Vec<u8>) = (row.get("uuid")?, row.get("secret")?);
            let mut secrets = vec![conn.keys().open(place(&uuid, "secret"), &secret)?];
            let until = row.get::<Option<i64>>("old_secret_until")?.map(Time);
            if let Some(old) = row.get::<Option<Vec<u8>>>("old_secret")?
                && until.is_some_and(|until| until > conn.now())
            {
                secrets.push(conn.keys().open(place(&uuid, "old_secret"), &old)?);
            }
            Ok(DueTo { webhook: row.get("id")?, url: row.get("url")?, secrets, deliveries: Vec::new() })
        },
    )?;
    let with_deliveries = webhooks.into_iter().map(|webhook| {
        let deliveries = conn.all(
            "select id, message_id, body from webhook_deliveries d
             where webhook_id = :webhook and status = 'waiting' and next_at <= :now
               and not exists (select 1 from webhook_deliveries e
                 where e.webhook_id = d.webhook_id and e.ticket_id = d.ticket_id and e.status = 'waiting' and e.id < d.id)
             order by id limit :n",
            params! {":webhook": webhook.webhook, ":now": conn.now().0, ":n": AT_ONCE},
            |row| Ok(Due { id: row.get("id")?, message: row.get("message_id")?, body: row.get("body")? }),
        )?;
        Ok(DueTo { deliveries, ..webhook })
    });
    with_deliveries
        .filter(|one: &Result<DueTo>| one.as_ref().is_ok_and(|one| !one.deliveries.is_empty()) || one.is_err())
        .collect()
}
