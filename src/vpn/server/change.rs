//! Changing a server.

use super::create::json;
use super::parse::everything;
use super::{NewServer, RawServer, Server, revise, tell};
use crate::audit;
use crate::base::{Actor, Error, Result};
use crate::feed::Kind;
use crate::store::{Tx, params};

/// What may be changed: every field but the id; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ServerChange(pub RawServer);

/// Changes a server; its agent hears of it. A network that some peer would fall out of is refused.
pub fn change(tx: &Tx<'_>, actor: &Actor, server: &Server, change: ServerChange) -> Result<()> {
    actor.must_be_admin()?;
    let given = change.0;
    let merged = NewServer::parse(&RawServer {
        id: Some(server.id.clone()),
        name: given.name.or_else(|| Some(server.name.clone())),
        endpoint: given.endpoint.or_else(|| Some(server.endpoint.to_string())),
        address: given.address.or_else(|| Some(server.network.v4.to_string())),
        address6: given.address6.or_else(|| server.network.v6.map(|net| net.to_string())),
        dns: given.dns.or_else(|| Some(server.dns.clone())),
        // What was never chosen goes along with the network.
        allowed_ips: given.allowed_ips.or_else(|| {
            let is_chosen = server.allowed_ips != everything(server.network.v6.is_some());
            is_chosen.then(|| server.allowed_ips.clone())
        }),
        mtu: given.mtu.or(Some(server.mtu.map(i64::from))),
        keepalive: given.keepalive.or(Some(i64::from(server.keepalive))),
        is_public: given.is_public.or(Some(server.is_public)),
    })?;
    let peers = tx.all(
        "select address, address6 from peers where server = :server",
        params! {":server": server.number},
        |row| Ok((row.get::<String>("address")?, row.get::<Option<String>>("address6")?)),
    )?;
    let network = &merged.network;
    let outside4 = peers.iter().filter(|(v4, _)| !v4.parse().is_ok_and(|address| network.fits_v4(address))).count();
    let outside6 = peers.iter().filter_map(|(_, v6)| v6.as_deref());
    let outside6 = outside6.filter(|v6| !v6.parse().is_ok_and(|address| network.fits_v6(address))).count();
    for (field, left) in [("address", outside4), ("address6", outside6)] {
        if left > 0 {
            let all = peers.len();
            let wrong = format!(
                "{left} of {all} peers would be outside this network, or at the server's own address. Move them first."
            );
            return Err(Error::field(field, wrong));
        }
    }
    tx.execute(
        "update servers set name = :name, endpoint = :endpoint, listen_port = :port, address = :address,
           address6 = :address6, dns = :dns, allowed_ips = :allowed_ips, mtu = :mtu, keepalive = :keepalive,
           is_public = :public, updated_at = :now
         where number = :number",
        params! {":name": merged.name, ":endpoint": merged.endpoint.to_string(), ":port": merged.endpoint.port,
        ":address": merged.network.v4.to_string(), ":address6": merged.network.v6.map(|net| net.to_string()),
        ":dns": json(&merged.dns)?, ":allowed_ips": json(&merged.allowed_ips)?, ":mtu": merged.mtu,
        ":keepalive": merged.keepalive, ":public": merged.is_public, ":now": tx.now().0, ":number": server.number},
    )?;
    revise(tx, server.number)?;
    tell(tx, actor, Kind::ServerUpdated, server.number, &server.id)?;
    audit::record(tx, actor, "server_updated", &server.id)
}
