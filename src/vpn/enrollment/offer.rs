//! Giving out a token.

use crate::audit;
use crate::base::clock::MINUTE;
use crate::base::{Actor, Result, Secret, secret};
use crate::store::{Tx, params};
use crate::vpn::server::Server;

/// Milliseconds that an enrolment token is good for.
const LIFETIME: i64 = 15 * MINUTE;

/// A new enrolment token for a server. Earlier ones that were not used are void from now on.
pub fn offer(tx: &Tx<'_>, actor: &Actor, server: &Server) -> Result<Secret<String>> {
    actor.must_be_admin()?;
    tx.execute(
        "update enrollments set void_at = :now where server = :server and used_at is null and void_at is null",
        params! {":server": server.number, ":now": tx.now().0},
    )?;
    let token = secret::new_token("en_")?;
    tx.execute(
        "insert into enrollments (token_hash, server, expires_at) values (:hash, :server, :expires)",
        params! {":hash": secret::token_hash(token.expose()), ":server": server.number,
        ":expires": tx.now().plus(LIFETIME).0},
    )?;
    audit::record(tx, actor, "enrollment_created", &server.id)?;
    Ok(token)
}
