//! From the desired state to what the device and the packet filter should hold.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::SystemTime;

use chrono::DateTime;
use ipnet::IpNet;

use super::device::{Key, LinkWanted, Wanted, WantedPeer};
use super::firewall::{Limits, PeerLimit, Quota};
use crate::wire::{Desired, DesiredPeer};

/// What this machine should hold.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Of the interface.
    pub link: LinkWanted,
    /// Of the device.
    pub wanted: Wanted,
    /// Of the packet filter.
    pub limits: Limits,
    /// Peers whose time or quota has run out.
    pub ended: BTreeSet<Key>,
    /// Peers that cannot be, each in plain words; the others are applied.
    pub faults: Vec<String>,
}

/// A time as the control plane writes it.
pub fn time(text: &str) -> Option<SystemTime> {
    DateTime::parse_from_rfc3339(text).ok().map(SystemTime::from)
}

/// Reads a desired state, with the peers that are held beside it. Expired peers are left out, and held ones whose address
/// belongs to another peer now.
pub fn plan(
    desired: &Desired,
    held: &[DesiredPeer],
    key: Key,
    masquerade: bool,
    now: SystemTime,
    over_quota: impl Fn(&DesiredPeer) -> bool,
) -> Plan {
    let mut faults = Vec::new();
    let texts = [Some(&desired.interface.address), desired.interface.address6.as_ref()];
    let mut addresses = Vec::new();
    for text in texts.into_iter().flatten() {
        match text.parse::<IpNet>() {
            Ok(net) => addresses.push(net),
            Err(_) => faults.push(format!("the interface address {text} cannot be read and was left out")),
        }
    }
    let (mut peers, mut limits, mut ended) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    let taken: BTreeSet<&String> = desired.peers.iter().flat_map(|peer| &peer.allowed_ips).collect();
    let free = |peer: &&DesiredPeer| !peer.allowed_ips.iter().any(|range| taken.contains(range));
    for peer in desired.peers.iter().chain(held.iter().filter(free)) {
        let ranges: Result<Vec<IpNet>, _> = peer.allowed_ips.iter().map(|text| text.parse()).collect();
        let preshared = peer.preshared_key.as_deref().map(Key::from_base64).transpose();
        let (Ok(public), Ok(preshared_key), Ok(allowed_ips)) = (Key::from_base64(&peer.public_key), preshared, ranges)
        else {
            faults.push(format!("peer {} has a key or address that cannot be read and was left out", peer.id));
            continue;
        };
        let expires_at = peer.expires_at.as_deref().and_then(time);
        if peer.quota_bytes.is_some() || expires_at.is_some() {
            let hosts: Vec<IpAddr> = allowed_ips.iter().map(IpNet::addr).collect();
            let quota = peer.quota_bytes.map(|limit| Quota { limit, used: peer.used_bytes });
            limits.push(PeerLimit { id: peer.id.clone(), addresses: hosts, expires_at, quota });
        }
        if expires_at.is_some_and(|at| at <= now) || over_quota(peer) {
            ended.insert(public);
            continue;
        }
        peers.insert(public, WantedPeer { preshared_key, allowed_ips });
    }
    Plan {
        link: LinkWanted { addresses, mtu: desired.interface.mtu },
        wanted: Wanted { private_key: key, listen_port: desired.interface.listen_port, peers },
        limits: Limits { peers: limits, masquerade },
        ended,
        faults,
    }
}
