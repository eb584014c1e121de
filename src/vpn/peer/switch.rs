//! Letting a device in, and keeping it out.

use super::find::{Peer, find};
use super::tell;
use crate::audit;
use crate::base::{Actor, Result};
use crate::feed::Kind;
use crate::store::{Tx, params};
use crate::vpn::server::{Server, revise};

/// Lets a device connect. Nothing happens when it may already.
pub fn enable(tx: &Tx<'_>, actor: &Actor, server: &Server, peer: &Peer) -> Result<Peer> {
    switch(tx, actor, server, peer, true)
}

/// Cuts a device off: its agent hears of it at once.
pub fn disable(tx: &Tx<'_>, actor: &Actor, server: &Server, peer: &Peer) -> Result<Peer> {
    switch(tx, actor, server, peer, false)
}

fn switch(tx: &Tx<'_>, actor: &Actor, server: &Server, peer: &Peer, enabled: bool) -> Result<Peer> {
    actor.must_be_admin()?;
    if peer.enabled == enabled {
        return Ok(peer.clone());
    }
    tx.execute(
        "update peers set enabled = :enabled, updated_at = :now where number = :number",
        params! {":enabled": enabled, ":now": tx.now().0, ":number": peer.number},
    )?;
    revise(tx, server.number)?;
    let action = if enabled { "wg_client_enabled" } else { "wg_client_disabled" };
    audit::record(tx, actor, action, &format!("{}/{}", server.id, peer.name))?;
    tell(tx, actor, Kind::PeerUpdated, server, peer)?;
    find(tx, actor, server, &peer.id)
}
