//! Finding peers: admins see all, customers their own devices, agents those of the customers they help.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

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

/// Admins see every device, customers their own, agents those of the customers whose tickets they see.
const SEEN: &str = "(:all or user_id = :own or exists (
  select 1 from tickets t
  where t.creator_id = peers.user_id and t.deleted_at is null
    and t.project_id in (select project_id from project_agents where user_id = :agent)
    and case (select ticket_scope from users where id = :agent)
      when 'all' then true
      when 'group' then t.assignee_id = :agent
        or t.group_id in (select group_id from group_members where user_id = :agent)
      else t.assignee_id = :agent end))";

const COLUMNS: &str = "number, id, name, enabled, address, address6, public_key, private_key, preshared_key, user_id,
  expires_at, quota_bytes, created_at";

/// The values of [`SEEN`].
struct Sees {
    all: bool,
    own: Option<i64>,
    agent: Option<i64>,
}

impl Sees {
    fn of(actor: &Actor) -> Self {
        let of = |role: Role| actor.user().filter(|_| actor.role() == Some(role));
        Self { all: actor.is_admin(), own: of(Role::Customer), agent: of(Role::Agent) }
    }
}

/// The peer of a server with this id, as far as the actor may see it.
pub fn find(conn: &Conn<'_>, actor: &Actor, server: &Server, id: &str) -> Result<Peer> {
    let sees = Sees::of(actor);
    let found = conn.one(
        &format!("select {COLUMNS} from peers where id = :id and server = :server and {SEEN}"),
        params! {":id": id, ":server": server.number, ":all": sees.all, ":own": sees.own, ":agent": sees.agent},
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
    let sees = Sees::of(actor);
    let mut peers = conn.all(
        &format!("select {COLUMNS} from peers where server = :server and {SEEN} order by number"),
        params! {":server": server.number, ":all": sees.all, ":own": sees.own, ":agent": sees.agent},
        read,
    )?;
    let mut used = usage::of_server(conn, server.number)?;
    for peer in &mut peers {
        peer.usage = used.remove(&peer.number).unwrap_or_default();
    }
    Ok(peers)
}

/// Every peer of a user that the actor may see, each with the id and the name of its server, oldest first.
pub fn of_user(conn: &Conn<'_>, actor: &Actor, user: i64) -> Result<Vec<(String, String, Peer)>> {
    let sees = Sees::of(actor);
    let mut found = conn.all(
        &format!("select {COLUMNS}, server from peers where user_id = :user and {SEEN} order by number"),
        params! {":user": user, ":all": sees.all, ":own": sees.own, ":agent": sees.agent},
        |row| Ok((row.get::<i64>("server")?, read(row)?)),
    )?;
    let mut servers = HashMap::new();
    for (server, peer) in &mut found {
        let (.., used) = match servers.entry(*server) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(beside(conn, *server)?),
        };
        peer.usage = used.remove(&peer.number).unwrap_or_default();
    }
    let named =
        |(server, peer): (i64, Peer)| servers.get(&server).map(|(id, name, _)| (id.clone(), name.clone(), peer));
    Ok(found.into_iter().filter_map(named).collect())
}

/// The id and the name of a server, and what its peers have used.
fn beside(conn: &Conn<'_>, server: i64) -> Result<(String, String, HashMap<i64, Usage>)> {
    let named =
        conn.one("select id, name from servers where number = :server", params! {":server": server}, |row| {
            Ok((row.get::<String>("id")?, row.get::<String>("name")?))
        })?;
    let (id, name) = named.ok_or_else(Error::not_found)?;
    Ok((id, name, usage::of_server(conn, server)?))
}
