//! Removing a server: its peers and its agent's token go with it.

use super::{Server, tell};
use crate::audit;
use crate::base::{Actor, Event, Result};
use crate::feed::Kind;
use crate::store::{Tx, params};

/// Removes a server. Its agent keeps the tunnels it has, but is heard no more.
pub fn delete(tx: &Tx<'_>, actor: &Actor, server: &Server) -> Result<()> {
    actor.must_be_admin()?;
    tx.execute("delete from servers where number = :number", params! {":number": server.number})?;
    tx.announce(Event::DesiredChanged { server: server.number });
    tell(tx, actor, Kind::ServerDeleted, server.number, &server.id)?;
    audit::record(tx, actor, "server_deleted", &server.id)
}
