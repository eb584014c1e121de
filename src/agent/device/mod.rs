//! The WireGuard device behind one trait: what it shows, and the few ways to change it.
//!
//! - `key`, `error`: the words everyone here uses
//! - `difference`: what to change so that the device shows what is wanted, and nothing else
//! - `open`: which backend serves an interface
//! - `userspace`: wireguard-go and its like by the UAPI socket; `uapi` is its text, `supervise` keeps the program running
//! - `kernel`: the kernel's own by generic netlink; `message` is its bytes
//! - `link`: the interface itself: existence, addresses, MTU, up
//! - `fake`: a device in memory, for tests of whoever drives one
//!
//! What must always hold: nothing here can replace a device's whole peer list, re-create an existing interface or end
//! a running userspace program. Each of those cuts every tunnel.

mod difference;
mod error;
pub mod fake;
mod kernel;
mod key;
mod link;
mod message;
mod netlink;
mod open;
mod supervise;
mod uapi;
mod userspace;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::SystemTime;

use ipnet::IpNet;

pub use difference::{Wanted, WantedPeer, difference, overlaps};
pub use error::DeviceError;
pub(crate) use error::check_name;
pub use key::{Key, NotAKey};
pub use open::{Backend, open, open_with};

/// What a device shows when it is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// The device's private key, `None` when it has none yet.
    pub private_key: Option<Key>,
    /// UDP port.
    pub listen_port: u16,
    /// Peers by public key.
    pub peers: BTreeMap<Key, ShownPeer>,
}

/// One peer as the device shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShownPeer {
    /// `None` where there is none; all zeros reads as none.
    pub preshared_key: Option<Key>,
    /// Sorted.
    pub allowed_ips: Vec<IpNet>,
    /// Where it was last seen.
    pub endpoint: Option<SocketAddr>,
    /// Bytes received, since the peer was added to this device.
    pub rx: u64,
    /// Bytes sent, since the peer was added to this device.
    pub tx: u64,
    /// `None` for never.
    pub latest_handshake: Option<SystemTime>,
}

/// One difference, and the only way a device is ever changed: nothing here can replace the peer list.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Only when it differs.
    SetPrivateKey(Key),
    /// Only when it differs: setting the same port drops packets.
    SetListenPort(u16),
    /// A peer the device does not have.
    AddPeer {
        /// Whose.
        public_key: Key,
        /// `None` for none.
        preshared_key: Option<Key>,
        /// All of them.
        allowed_ips: Vec<IpNet>,
    },
    /// A peer the device has; what is `None` stays as it is. A peer that went away meanwhile is not created again.
    UpdatePeer {
        /// Whose.
        public_key: Key,
        /// `Some(None)` takes it away.
        preshared_key: Option<Option<Key>>,
        /// All of them, in place of those it has.
        allowed_ips: Option<Vec<IpNet>>,
    },
    /// Where a peer was last seen. Only ever for a peer that was just added: a device knows better about the others.
    SetEndpoint {
        /// Whose.
        public_key: Key,
        /// Where it was last seen.
        endpoint: SocketAddr,
        /// Whether to send one keepalive at once. There being no session, it begins with a handshake.
        greet: bool,
    },
    /// Gone from the device.
    RemovePeer(Key),
}

/// The interface as it should be, apart from WireGuard itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkWanted {
    /// Own addresses with the prefix length of their network.
    pub addresses: Vec<IpNet>,
    /// Bytes; `None` leaves it to the system.
    pub mtu: Option<u16>,
}

/// What `ensure_up` found and did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkOutcome {
    /// The interface was absent and is there now.
    pub created: bool,
    /// What differed and was set right, in plain words. Empty when all was well.
    pub repaired: Vec<String>,
}

/// One WireGuard interface of this machine.
pub trait Device: Send {
    /// Everything the device shows.
    fn read(&mut self) -> Result<Shown, DeviceError>;

    /// What the device shows of these peers, and of itself.
    fn read_of(&mut self, peers: &BTreeSet<Key>) -> Result<Shown, DeviceError> {
        let mut shown = self.read()?;
        shown.peers.retain(|key, _| peers.contains(key));
        Ok(shown)
    }

    /// Sends these changes and nothing else, in this order. After an error some of them may be done: read back.
    fn apply(&mut self, changes: &[Change]) -> Result<(), DeviceError>;

    /// Creates the interface if it is absent and sets missing addresses, MTU and up. Never removes the interface and
    /// never re-creates an existing one; takes away only addresses that an earlier call of this process wanted.
    fn ensure_up(&mut self, link: &LinkWanted) -> Result<LinkOutcome, DeviceError>;

    /// `kernel`, `userspace` or `fake`, for people to read.
    fn kind(&self) -> &'static str;
}
