//! Making a key pair good for nothing.

use crate::audit;
use crate::base::{Actor, Error, Result};
use crate::project::Project;
use crate::store::{Tx, params};

/// Revokes a key pair of a project, from the next request on. Done twice it changes nothing.
pub fn revoke(tx: &Tx<'_>, actor: &Actor, project: &Project, id: i64) -> Result<()> {
    actor.must_be_admin()?;
    let found = tx.one(
        "select revoked_at from key_pairs where id = :id and project_id = :project",
        params! {":id": id, ":project": project.id},
        |row| row.get::<Option<i64>>("revoked_at"),
    )?;
    if found.ok_or_else(Error::not_found)?.is_some() {
        return Ok(());
    }
    tx.execute("update key_pairs set revoked_at = :now where id = :id", params! {":now": tx.now().0, ":id": id})?;
    audit::record(tx, actor, "key_pair_revoked", &format!("{}/{id}", project.slug))
}
