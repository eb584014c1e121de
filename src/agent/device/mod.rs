//! The WireGuard device behind one trait: what it shows, and the few ways to change it.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::SystemTime;

use ipnet::IpNet;

/// A Curve25519 key, public or private, or a preshared key: 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; 32]);

impl fmt::Debug for Key {
    /// Keys are never printed: the type serves private ones too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

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
    AddPeer { public_key: Key, preshared_key: Option<Key>, allowed_ips: Vec<IpNet> },
    /// A peer the device has; what is `None` stays as it is.
    UpdatePeer { public_key: Key, preshared_key: Option<Option<Key>>, allowed_ips: Option<Vec<IpNet>> },
    /// Gone from the device.
    RemovePeer(Key),
}
