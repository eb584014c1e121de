//! A VPN server: where it is dialled, and the network behind it.

mod change;
mod create;
mod delete;
mod find;
mod network;
mod parse;

pub use change::{ServerChange, change};
pub use create::create;
pub use delete::delete;
pub use find::{Server, by_token, find, list};
pub use network::Network;
pub use parse::{Endpoint, NewServer, RawServer};

use crate::base::{Event, Result};
use crate::store::{Tx, params};

/// Gives the desired state a new revision and wakes the agent that waits for it.
pub(super) fn revise(tx: &Tx<'_>, number: i64) -> Result<()> {
    tx.execute("update servers set revision = revision + 1 where number = :number", params! {":number": number})?;
    tx.announce(Event::DesiredChanged { server: number });
    Ok(())
}
