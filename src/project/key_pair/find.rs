//! The key pairs of a project, without what is secret.

use super::Networks;
use crate::base::{Actor, Error, Result, Time};
use crate::project::Project;
use crate::store::{Conn, params};

/// A key pair.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// What other tables refer to.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// The first characters of the key.
    pub key_prefix: String,
    /// From where it may be used.
    pub allowed_ips: Networks,
    /// From when on it is no longer good.
    pub expires_at: Option<Time>,
    /// To the minute.
    pub last_used_at: Option<Time>,
    /// Since when it is no longer good.
    pub revoked_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
}

impl KeyPair {
    /// Whether it is good at this moment.
    pub fn is_active(&self, now: Time) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| at > now)
    }
}

/// Every key pair of a project, revoked ones too, oldest first.
pub fn list(conn: &Conn<'_>, actor: &Actor, project: &Project) -> Result<Vec<KeyPair>> {
    actor.must_be_admin()?;
    conn.all(
        "select id, name, key_prefix, allowed_ips, expires_at, last_used_at, revoked_at, created_at
         from key_pairs where project_id = :project order by id",
        params! {":project": project.id},
        |row| {
            let time = |column: &str| Ok::<_, Error>(row.get::<Option<i64>>(column)?.map(Time));
            Ok(KeyPair {
                id: row.get("id")?,
                name: row.get("name")?,
                key_prefix: row.get("key_prefix")?,
                allowed_ips: stored(&row.get::<String>("allowed_ips")?)?,
                expires_at: time("expires_at")?,
                last_used_at: time("last_used_at")?,
                revoked_at: time("revoked_at")?,
                created_at: Time(row.get("created_at")?),
            })
        },
    )
}

/// Reads what `create` wrote.
pub(super) fn stored(text: &str) -> Result<Networks> {
    let texts: Vec<String> = serde_json::from_str(text).map_err(Error::internal)?;
    Networks::parse("allowed_ips", &texts)
}
