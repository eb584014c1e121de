//! What each peer has used: counters that only rise, exact whatever resets and whatever order reports come in.
//!
//! `ledger` is the arithmetic, `blob` how it is kept (one blob per server, because a report touches every peer), `stored`
//! reads and writes it; `first` is how it was kept before; `spent` tells admins of devices that have used up their quota.

mod blob;
mod first;
mod ledger;
mod spent;
mod stored;

pub use ledger::{Counters, Ledger, Place};
pub use spent::{Spent, spent, tell_of_spent};
pub use stored::{forget, load, of_server, save};

use std::net::SocketAddr;

use crate::base::Time;

/// Counters of one peer, monotone since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes received from the peer.
    pub rx: u64,
    /// Bytes sent to the peer.
    pub tx: u64,
    /// None for never.
    pub latest_handshake: Option<Time>,
    /// Where it was last seen.
    pub endpoint: Option<SocketAddr>,
}
