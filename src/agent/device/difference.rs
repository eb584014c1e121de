//! What to change so that a device shows what is wanted: the difference, and nothing else.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::{Change, Key, Shown};

/// The device as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The agent's own.
    pub private_key: Key,
    /// UDP port; 0 leaves the device's.
    pub listen_port: u16,
    /// Peers by public key.
    pub peers: BTreeMap<Key, WantedPeer>,
}

/// One peer as it should be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WantedPeer {
    /// `None` for none.
    pub preshared_key: Option<Key>,
    /// In any order.
    pub allowed_ips: Vec<IpNet>,
}

/// TODO
pub fn difference(_shown: &Shown, _wanted: &Wanted) -> Vec<Change> {
    Vec::new()
}

/// TODO
pub fn overlaps(_wanted: &Wanted) -> Vec<(IpNet, Key, Key)> {
    Vec::new()
}
