//! Finding peers: admins see all, customers their own devices.

use crate::base::{Actor, Error, Result, Role, Time};
use crate::store::{Conn, Row, params};
use crate::vpn::server::Server;
use crate::vpn::usage::{self, Usage};

/// One device.
#[derive(Clone, Debug)]
pub struct Peer {
    /// What other tables refer to.
    pub number: i64,
    /// Opaque id.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether it may connect.
    pub enabled: bool,
    /// IPv4.
    pub address: String,
    /// IPv6, where the server has one.
    pub address6: Option<String>,
    /// base64.
    pub public_key: String,
    /// Sealed; none where the key was made elsewhere.
    pub private_key: Option<Vec<u8>>,
    /// Sealed.
    pub preshared_key: Option<Vec<u8>>,
    /// The owner's number.
    pub user: Option<i64>,
    /// When it is cut.
    pub expires_at: Option<Time>,
    /// Received plus sent bytes after which it is cut.
    pub quota_bytes: Option<u64>,
    /// When it was made.
    pub created_at: Time,
    /// What it has used.
    pub usage: Usage,
}

fn read(row: &Row<'_>) -> Result<Peer> {
    Ok(Peer {
        number: row.get("number")?,
        id: row.get("id")?,
        name: row.get("name")?,
        enabled: row.get("enabled")?,
        address: row.get("address")?,
        address6: row.get("address6")?,
        public_key: row.get("public_key")?,
        private_key: row.get("private_key")?,
        preshared_key: row.get("preshared_key")?,
        user: row.get("user_id")?,
        expires_at: row.get::<Option<i64>>("expires_at")?.map(Time),
        quota_bytes: row.get_opt_u64("quota_bytes")?,
        created_at: Time(row.get("created_at")?),
        usage: Usage::default(),
    })
}

/// Admins see every device, customers their own; agents those of their projects' customers.
fn sees(actor: &Actor) -> (bool, Option<i64>) {
    match actor.role() {
        Some(Role::Customer) => (false, actor.user()),
        Some(Role::Agent | Role::Admin | Role::SuperAdmin) | None => (actor.is_admin(), None),
    }
}

/// The peer of a server with this id, as far as the actor may see it.
pub fn find(conn: &Conn<'_>, actor: &Actor, server: &Server, id: &str) -> Result<Peer> {
    let (all, own) = sees(actor);
    let found = conn.one(
        "select number, id, name, enabled, address, address6, public_key, private_key, preshared_key, user_id,
           expires_at, quota_bytes, created_at
         from peers where id = :id and server = :server and (:all or user_id = :own)",
        params! {":id": id, ":server": server.number, ":all": all, ":own": own},
        read,
    )?;
    let mut peer = found.ok_or_else(Error::not_found)?;
    if let Some(usage) = usage::of_server(conn, server.number)?.remove(&peer.number) {
        peer.usage = usage;
    }
    Ok(peer)
}

/// Every peer of a server that the actor may see, oldest first.
pub fn list(conn: &Conn<'_>, actor: &Actor, server: &Server) -> Result<Vec<Peer>> {
    let (all, own) = sees(actor);
    let mut peers = conn.all(
        "select number, id, name, enabled, address, address6, public_key, private_key, preshared_key, user_id,
           expires_at, quota_bytes, created_at
         from peers where server = :server and (:all or user_id = :own) order by number",
        params! {":server": server.number, ":all": all, ":own": own},
        read,
    )?;
    let mut used = usage::of_server(conn, server.number)?;
    for peer in &mut peers {
        peer.usage = used.remove(&peer.number).unwrap_or_default();
    }
    Ok(peers)
}
