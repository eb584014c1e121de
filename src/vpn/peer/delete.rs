//! Removing a device for good.

use super::{Peer, tell};
use crate::audit;
use crate::base::{Actor, Result};
use crate::feed::Kind;
use crate::store::{Tx, params};
use crate::vpn::server::{Server, revise};
use crate::vpn::usage;

/// Removes a device; its address and key are free again.
pub fn delete(tx: &Tx<'_>, actor: &Actor, server: &Server, peer: &Peer) -> Result<()> {
    actor.must_be_admin()?;
    tx.execute("delete from peers where number = :number", params! {":number": peer.number})?;
    usage::forget(tx, server.number, peer.number)?;
    revise(tx, server.number)?;
    tell(tx, actor, Kind::PeerDeleted, server, peer)?;
    audit::record(tx, actor, "wg_client_deleted", &format!("{}/{}", server.id, peer.name))
}
