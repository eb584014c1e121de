//! Making a key pair.

use super::Networks;
use crate::audit;
use crate::base::{Actor, Error, Result, Secret, Time, secret};
use crate::project::Project;
use crate::store::{Tx, params};

/// How much of a key people are shown later, in characters.
const SHOWN: usize = 11;

/// What it takes to make a key pair.
#[derive(Clone, Debug)]
pub struct NewPair {
    /// What people call it; 1 to 255 characters.
    pub name: String,
    /// From where it may be used.
    pub allowed_ips: Networks,
    /// From when on it is no longer good; ahead.
    pub expires_at: Option<Time>,
}

/// A new key pair. Both halves are shown now and never again: only their hashes are kept.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What other tables refer to.
    pub id: i64,
    /// `sk_…`.
    pub key: Secret<String>,
    /// `ss_…`.
    pub secret: Secret<String>,
}

/// Makes a key pair for a project.
pub fn create(tx: &Tx<'_>, actor: &Actor, project: &Project, new: &NewPair) -> Result<Pair> {
    actor.must_be_admin()?;
    if new.expires_at.is_some_and(|at| at <= tx.now()) {
        return Err(Error::field("expires_at", "It must be in the future."));
    }
    let (key, secret) = (secret::new_token("sk_")?, secret::new_token("ss_")?);
    let shown: String = key.expose().chars().take(SHOWN).collect();
    let allowed_ips = serde_json::to_string(&new.allowed_ips.texts()).map_err(Error::internal)?;
    let id = tx.insert(
        "insert into key_pairs (project_id, name, key_hash, secret_hash, key_prefix, allowed_ips, expires_at, created_at)
         values (:project, :name, :key, :secret, :shown, :allowed_ips, :expires_at, :now)",
        params! {":project": project.id, ":name": new.name, ":key": secret::token_hash(key.expose()),
        ":secret": secret::token_hash(secret.expose()), ":shown": shown, ":allowed_ips": allowed_ips,
        ":expires_at": new.expires_at.map(|at| at.0), ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "key_pair_created", &format!("{}/{id}", project.slug))?;
    Ok(Pair { id, key, secret })
}
