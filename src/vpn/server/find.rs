//! Finding servers: everybody who is signed in sees which there are, an agent only its own.

use super::{Endpoint, Network};
use crate::base::{Actor, Error, Result, Time, Who, secret};
use crate::store::{Conn, Row, params};

/// A registered server.
#[derive(Clone, Debug)]
pub struct Server {
    /// What other tables refer to.
    pub number: i64,
    /// Slug.
    pub id: String,
    /// For people.
    pub name: String,
    /// Where peers dial.
    pub endpoint: Endpoint,
    /// Its addresses.
    pub network: Network,
    /// Resolvers for peers.
    pub dns: Vec<String>,
    /// What peers send through the tunnel.
    pub allowed_ips: Vec<String>,
    /// Bytes.
    pub mtu: Option<u16>,
    /// Seconds; 0 is off.
    pub keepalive: u16,
    /// Whether anybody may see how it is.
    pub is_public: bool,
    /// None until an agent enrolled.
    pub public_key: Option<String>,
    /// Of the desired state.
    pub revision: u64,
    /// When it was registered.
    pub created_at: Time,
    /// Of its agent, where it has reported one.
    pub agent_version: Option<String>,
}

impl Server {
    /// Whether its agent says that it is older than this control plane.
    pub fn has_older_agent(&self) -> bool {
        self.agent_version.as_deref().is_some_and(|version| is_older(version, env!("CARGO_PKG_VERSION")))
    }
}

/// Whether one version comes before another; what is none comes before nothing.
fn is_older(version: &str, than: &str) -> bool {
    let read = |text: &str| {
        let parts: Vec<u64> = text.split('.').map(str::parse).collect::<std::result::Result<_, _>>().ok()?;
        <[u64; 3]>::try_from(parts).ok()
    };
    matches!((read(version), read(than)), (Some(version), Some(than)) if version < than)
}

fn read(row: &Row<'_>) -> Result<Server> {
    let (address, address6): (String, Option<String>) = (row.get("address")?, row.get("address6")?);
    let list = |column| serde_json::from_str(&row.get::<String>(column)?).map_err(Error::internal);
    Ok(Server {
        number: row.get("number")?,
        id: row.get("id")?,
        name: row.get("name")?,
        endpoint: Endpoint::parse(&row.get::<String>("endpoint")?)?,
        network: Network::parse(&address, address6.as_deref())?,
        dns: list("dns")?,
        allowed_ips: list("allowed_ips")?,
        mtu: row.get("mtu")?,
        keepalive: row.get("keepalive")?,
        is_public: row.get("is_public")?,
        public_key: row.get("public_key")?,
        revision: row.get_u64("revision")?,
        created_at: Time(row.get("created_at")?),
        agent_version: row.get("agent_version")?,
    })
}

/// The server with this slug, as far as the actor may see it.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: &str) -> Result<Server> {
    let (all, own) = sees(actor);
    let found = conn.one(
        "select number, id, name, endpoint, address, address6, dns, allowed_ips, mtu, keepalive, is_public, public_key, revision,
           created_at, (select agent_version from snapshots where server = servers.number) as agent_version
         from servers where id = :id and (:all or number = :own)",
        params! {":id": id, ":all": all, ":own": own},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// Every server that the actor may see, by slug.
pub fn list(conn: &Conn<'_>, actor: &Actor) -> Result<Vec<Server>> {
    let (all, own) = sees(actor);
    conn.all(
        "select number, id, name, endpoint, address, address6, dns, allowed_ips, mtu, keepalive, is_public, public_key, revision,
           created_at, (select agent_version from snapshots where server = servers.number) as agent_version
         from servers where :all or number = :own order by id",
        params! {":all": all, ":own": own},
        read,
    )
}

/// The agent that an agent token belongs to.
pub fn by_token(conn: &Conn<'_>, token: &str, ip: Option<std::net::IpAddr>) -> Result<Actor> {
    let who = conn.one(
        "select servers.number, servers.id from agent_tokens join servers on servers.number = agent_tokens.server
         where token_hash = :hash",
        params! {":hash": secret::token_hash(token)},
        |row| Ok(Who::Server { number: row.get("number")?, id: row.get("id")? }),
    )?;
    Ok(Actor::new(who.ok_or_else(Error::unauthenticated)?, ip))
}

fn sees(actor: &Actor) -> (bool, i64) {
    match &actor.who {
        Who::Person { .. } | Who::System => (true, 0),
        Who::Server { number, .. } => (false, *number),
        Who::KeyPair { .. } | Who::Nobody => (false, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, than, expected) in [
            ("0.9.9", "0.10.0", true),
            ("0.1.0", "0.1.0", false),
            ("1.0.0", "0.9.9", false),
            ("0.1", "0.2.0", false),
            ("today", "0.2.0", false),
        ] {
            assert_eq!(is_older(version, than), expected, "{version} {than}");
        }
    }
}
