//! Expiry and quotas below the agent: one nft table per interface cuts a peer by itself, with the agent dead.

mod held;
mod nft;
mod plan;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::time::SystemTime;

pub use nft::{Nft, nft_available};

/// What the packet filter holds for one interface.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Only peers that have a quota or an expiry.
    pub peers: Vec<PeerLimit>,
    /// Whether traffic of the tunnel that leaves by another interface takes that interface's address.
    pub masquerade: bool,
}

/// When one peer is cut.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerLimit {
    /// The peer's opaque id, `[A-Za-z0-9_.-]`, 1 to 64 characters.
    pub id: String,
    /// Its addresses inside the tunnel, of both families.
    pub addresses: Vec<IpAddr>,
    /// From then on nothing passes.
    pub expires_at: Option<SystemTime>,
    /// Bytes, both directions and both families together.
    pub quota: Option<Quota>,
}

/// A volume of traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Bytes after which nothing passes.
    pub limit: u64,
    /// Bytes that the control plane has counted so far. What the packet filter counted itself is never lowered to it.
    pub used: u64,
}

/// What `apply` found and did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// Whether the packet filter was touched at all.
    pub changed: bool,
    /// What somebody else had taken away and was set again, in plain words. Empty when all was well.
    pub repaired: Vec<String>,
}

/// The packet filter did not do as asked. Traffic flows as before.
#[derive(Debug)]
pub enum FirewallError {
    /// `nft` is not installed.
    NoNft,
    /// The interface's name would mean something else in a rule.
    BadName(String),
    /// A peer's id would mean something else in a rule, or occurs twice.
    BadId(String),
    /// The same tunnel address belongs to two peers.
    SharedAddress(IpAddr),
    /// `nft` refused; nothing of the transaction was done.
    Refused(String),
    /// `nft` answered what cannot be understood.
    Unreadable,
    /// The system failed underneath.
    System(std::io::Error),
}

impl fmt::Display for FirewallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNft => f.write_str(
                "quotas and expiry need nft on this machine: install nftables, until then the agent cuts by itself",
            ),
            Self::BadName(name) => {
                write!(f, "{name:?} cannot name an interface: use 1 to 15 letters, digits, `_`, `-` or `.`")
            }
            Self::BadId(id) => {
                write!(f, "{id:?} cannot name a peer: ids are 1 to 64 letters, digits, `_`, `-` or `.`, each once")
            }
            Self::SharedAddress(address) => write!(f, "{address} belongs to two limited peers: give each its own"),
            Self::Refused(reason) => write!(f, "nft refused the rules: {reason}"),
            Self::Unreadable => {
                f.write_str("nft's answer cannot be understood: nftables 0.9.1 or newer with JSON is needed")
            }
            Self::System(source) => write!(f, "could not run nft: {source}"),
        }
    }
}

impl std::error::Error for FirewallError {}

/// Cuts peers by quota and expiry below the agent.
pub trait Firewall: Send {
    /// Makes the packet filter hold exactly these limits, in one transaction, or in none where it holds them already.
    ///
    /// `now` is what an expiry is measured from: the machine's own clock may be wrong.
    fn apply(&mut self, interface: &str, limits: &Limits, now: SystemTime) -> Result<Applied, FirewallError>;

    /// Bytes that passed against each quota, both directions, by the peer's id: sizes of IP packets, without what
    /// WireGuard adds around them.
    fn used(&mut self, interface: &str) -> Result<BTreeMap<String, u64>, FirewallError>;
}
