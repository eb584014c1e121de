//! The newest of every server.

use std::ops::RangeInclusive;

use crate::base::clock::SECOND;
use crate::base::{Actor, Error, Result, Role, Time, Who};
use crate::store::{Conn, params};

/// Something an agent could not do or had to repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
    /// When.
    pub at: Time,
}

/// How a server is; nothing is known of one that never reported.
#[derive(Clone, Debug)]
pub struct Status {
    /// Slug.
    pub server_id: String,
    /// For people.
    pub name: String,
    /// Reported within three intervals.
    pub online: bool,
    /// Milliseconds.
    pub ping_ms: Option<f64>,
    /// Connected.
    pub peers: Option<i64>,
    /// Bytes, as reported.
    pub transfer_rx: Option<u64>,
    /// Bytes, as reported.
    pub transfer_tx: Option<u64>,
    /// When it was measured.
    pub reported_at: Option<Time>,
    /// What the device shows; for admins.
    pub applied_revision: Option<u64>,
    /// For admins.
    pub errors: Vec<Fault>,
}

/// The newest of every registered server, and how long that stays so.
#[derive(Clone, Debug)]
pub struct Statuses {
    /// By slug.
    pub all: Vec<Status>,
    /// The moments in which the same servers are online: until the next one falls silent for too long.
    pub holds: RangeInclusive<Time>,
}

/// The newest of every registered server that the actor may see: whoever is signed in all of them, anybody those that were
/// made public. What went wrong on it is for admins.
pub fn statuses(conn: &Conn<'_>, actor: &Actor) -> Result<Statuses> {
    let sees_all = match &actor.who {
        Who::Person { role: Role::Customer | Role::Agent | Role::Admin | Role::SuperAdmin, .. } | Who::System => true,
        Who::Nobody => false,
        Who::Server { .. } | Who::KeyPair { .. } => return Err(Error::unauthenticated()),
    };
    let (mut since, mut until) = (Time(i64::MIN), Time(i64::MAX));
    let mut all = Vec::new();
    conn.each(
        "select servers.id, name, measured_at, interval_s, ping_ms, peers, transfer_rx, transfer_tx, applied_revision, errors
         from servers left join snapshots on snapshots.server = servers.number
         where :all or servers.is_public order by servers.id",
        params! {":all": sees_all},
        |row| {
            let reported_at = row.get::<Option<i64>>("measured_at")?.map(Time);
            let interval = row.get::<Option<i64>>("interval_s")?.unwrap_or_default();
            let last_online = reported_at.map(|at| at.plus(3 * interval * SECOND));
            let online = last_online.is_some_and(|last| last >= conn.now());
            match last_online {
                Some(last) if online => until = until.min(last),
                Some(last) => since = since.max(last.plus(1)),
                None => {}
            }
            let stored = row.get::<Option<String>>("errors")?.filter(|_| actor.is_admin());
            let errors: Vec<(String, String, i64)> =
                stored.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text)).map_err(Error::internal)?;
            all.push(Status {
                server_id: row.get("id")?,
                name: row.get("name")?,
                online,
                ping_ms: row.get("ping_ms")?,
                peers: row.get("peers")?,
                transfer_rx: row.get_opt_u64("transfer_rx")?,
                transfer_tx: row.get_opt_u64("transfer_tx")?,
                reported_at,
                applied_revision: row.get_opt_u64("applied_revision")?,
                errors: errors.into_iter().map(|(code, message, at)| Fault { code, message, at: Time(at) }).collect(),
            });
            Ok(())
        },
    )?;
    Ok(Statuses { all, holds: since..=until })
}
