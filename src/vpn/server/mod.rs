//! A VPN server: where it is dialled, and the network behind it.

mod change;
mod create;
mod delete;
mod find;
mod network;
mod networks;
mod parse;

pub use change::{ServerChange, change};
pub use create::create;
pub use delete::delete;
pub use find::{Server, by_token, find, list};
pub use network::Network;
pub use networks::networks;
pub use parse::{Endpoint, NewServer, RawServer};

use serde_json::json;

use crate::base::{Actor, Event, Result};
use crate::feed::{self, About, Kind};
use crate::store::{Tx, params};

/// Tells those who follow along what became of a server.
pub(super) fn tell(tx: &Tx<'_>, actor: &Actor, kind: Kind, number: i64, id: &str) -> Result<()> {
    let about = About { server: Some(number), ..About::default() };
    feed::record(tx, actor, kind, &about, &json!({"server_id": id}).to_string()).map(drop)
}

/// Gives the desired state a new revision and wakes the agent that waits for it.
pub(super) fn revise(tx: &Tx<'_>, number: i64) -> Result<()> {
    tx.execute("update servers set revision = revision + 1 where number = :number", params! {":number": number})?;
    tx.announce(Event::DesiredChanged { server: number });
    Ok(())
}
