//! Registering a server.

use super::{NewServer, tell};
use crate::audit;
use crate::base::{Actor, Error, Result};
use crate::feed::Kind;
use crate::store::{Tx, params};

/// Registers a server; answers its number.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewServer) -> Result<i64> {
    actor.must_be_admin()?;
    let number = tx
        .insert(
            "insert into servers (id, name, endpoint, listen_port, address, address6, dns, allowed_ips, mtu, keepalive,
               is_public, created_at, updated_at)
             values (:id, :name, :endpoint, :port, :address, :address6, :dns, :allowed_ips, :mtu, :keepalive,
               :public, :now, :now)",
            params! {":id": new.id, ":name": new.name, ":endpoint": new.endpoint.to_string(), ":port": new.endpoint.port,
            ":address": new.network.v4.to_string(), ":address6": new.network.v6.map(|net| net.to_string()),
            ":dns": json(&new.dns)?, ":allowed_ips": json(&new.allowed_ips)?, ":mtu": new.mtu,
            ":keepalive": new.keepalive, ":public": new.is_public, ":now": tx.now().0},
        )
        .map_err(|error| error.when("servers.id", || Error::conflict("id", "A server with this id exists already.")))?;
    audit::record(tx, actor, "server_created", &new.id)?;
    tell(tx, actor, Kind::ServerCreated, number, &new.id)?;
    Ok(number)
}

pub(super) fn json<T: ToString>(list: &[T]) -> Result<String> {
    let texts: Vec<String> = list.iter().map(T::to_string).collect();
    serde_json::to_string(&texts).map_err(Error::internal)
}
