//! Taking a token back from the agent that was given it.

use crate::audit;
use crate::base::{Actor, Error, Kind, Result, Secret, Who, secret};
use crate::feed;
use crate::store::{Tx, params};
use crate::vpn::desired::{self, Desired};
use crate::vpn::key::PublicKeyText;
use crate::vpn::server::{self, revise};

/// What an agent gets for its token.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The server it speaks for.
    pub server_id: String,
    /// Its lasting token, shown once.
    pub token: Secret<String>,
    /// What it should apply.
    pub desired: Desired,
}

/// Spends a token. A bad key is found before the token is looked at, so that it stays unspent.
pub fn accept(tx: &Tx<'_>, actor: &Actor, token: &str, public_key: &PublicKeyText) -> Result<Accepted> {
    let hash = secret::token_hash(token);
    let found = tx.one(
        "select servers.number, servers.id, enrollments.expires_at from enrollments
         join servers on servers.number = enrollments.server
         where token_hash = :hash and used_at is null and void_at is null",
        params! {":hash": hash},
        |row| Ok((row.get::<i64>("number")?, row.get::<String>("id")?, row.get::<i64>("expires_at")?)),
    )?;
    let (number, server_id, expires) = found.ok_or_else(Error::unauthenticated)?;
    if expires <= tx.now().0 {
        return Err(Error::new(Kind::Gone, "This enrollment token has expired. Ask for a new one in the console."));
    }
    let taken = tx.one(
        "select 1 from peers where server = :server and public_key = :key",
        params! {":server": number, ":key": public_key.as_str()},
        |_| Ok(()),
    )?;
    if taken.is_some() {
        return Err(Error::conflict("public_key", "A peer of this server has this public key. Make a new one."));
    }
    tx.execute(
        "update enrollments set used_at = :now where token_hash = :hash",
        params! {":hash": hash, ":now": tx.now().0},
    )?;
    let token = secret::new_token("ag_")?;
    tx.execute(
        "insert into agent_tokens (server, token_hash, created_at) values (:server, :hash, :now)
         on conflict (server) do update set token_hash = :hash, created_at = :now",
        params! {":server": number, ":hash": secret::token_hash(token.expose()), ":now": tx.now().0},
    )?;
    tx.execute(
        "update servers set public_key = :key, updated_at = :now where number = :number",
        params! {":key": public_key.as_str(), ":now": tx.now().0, ":number": number},
    )?;
    revise(tx, number)?;
    let agent = Actor::new(Who::Server { number, id: server_id.clone() }, actor.ip);
    audit::record(tx, &agent, "agent_enrolled", &server_id)?;
    server::tell(tx, &agent, feed::Kind::ServerUpdated, number, &server_id)?;
    let desired = desired::of(tx, &server::find(tx, &agent, &server_id)?)?;
    Ok(Accepted { server_id, token, desired })
}
