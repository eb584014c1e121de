//! What each peer has used.

use std::collections::HashMap;

use crate::base::{Result, Time};
use crate::store::{Conn, Tx};

/// Counters of one peer, monotone since it was made.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Bytes received from the peer.
    pub rx: u64,
    /// Bytes sent to the peer.
    pub tx: u64,
    /// None for never.
    pub latest_handshake: Option<Time>,
    /// Where it was last seen.
    pub endpoint: Option<String>,
}

/// Usage by peer number.
pub fn of_server(_: &Conn<'_>, _: i64) -> Result<HashMap<i64, Usage>> {
    Ok(HashMap::new())
}

/// Forgets a peer.
pub fn forget(_: &Tx<'_>, _: i64, _: i64) -> Result<()> {
    Ok(())
}
