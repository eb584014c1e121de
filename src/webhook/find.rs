//! Finding webhooks: for admins alone.

use std::collections::BTreeSet;

use crate::base::{Actor, Error, Result, Time};
use crate::feed::Kind;
use crate::store::{Conn, Row, params};

/// A webhook, without its secret.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The number that other tables refer to.
    pub id: i64,
    /// Names it for good.
    pub(super) uuid: String,
    /// For people.
    pub name: String,
    /// Where it leads.
    pub url: String,
    /// Kinds of events; empty means all.
    pub events: BTreeSet<Kind>,
    /// The number of the only project whose tickets it tells of.
    pub project: Option<i64>,
    /// Whether it tells what customers never learn of.
    pub includes_internal: bool,
    /// Whether it tells anything.
    pub is_active: bool,
    /// Why Gatehouse itself switched it off.
    pub off_because: Option<String>,
    /// When the secret before this one stops signing along.
    pub old_secret_until: Option<Time>,
    /// Nothing has arrived from then on.
    pub failing_since: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed.
    pub updated_at: Time,
}

fn read(row: &Row<'_>) -> Result<Webhook> {
    let events: Vec<String> = serde_json::from_str(&row.get::<String>("events")?).map_err(Error::internal)?;
    let time = |column| Ok::<_, Error>(row.get::<Option<i64>>(column)?.map(Time));
    Ok(Webhook {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        name: row.get("name")?,
        url: row.get("url")?,
        events: events.iter().filter_map(|word| Kind::parse(word)).collect(),
        project: row.get("project_id")?,
        includes_internal: row.get("includes_internal")?,
        is_active: row.get("is_active")?,
        off_because: row.get("off_because")?,
        old_secret_until: time("old_secret_until")?,
        failing_since: time("failing_since")?,
        created_at: Time(row.get("created_at")?),
        updated_at: Time(row.get("updated_at")?),
    })
}

/// Every webhook, oldest first.
pub fn list(conn: &Conn<'_>, actor: &Actor) -> Result<Vec<Webhook>> {
    actor.must_be_admin()?;
    conn.all(
        "select id, uuid, name, url, events, project_id, includes_internal, is_active, off_because, old_secret_until,
           failing_since, created_at, updated_at
         from webhooks order by id",
        params! {},
        read,
    )
}

/// The webhook with this number.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Webhook> {
    actor.must_be_admin()?;
    let found = conn.one(
        "select id, uuid, name, url, events, project_id, includes_internal, is_active, off_because, old_secret_until,
           failing_since, created_at, updated_at
         from webhooks where id = :id",
        params! {":id": id},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}
