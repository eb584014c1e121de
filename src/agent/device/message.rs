//! The bytes of the kernel's WireGuard, apart from any socket: changes to messages, a dump's messages to what is shown.
//!
//! Layout and meaning: `include/uapi/linux/wireguard.h`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::time::{Duration, UNIX_EPOCH};

use ipnet::IpNet;
use netlink_packet_core::{Emitable as _, NlasIterator};
use netlink_packet_wireguard::{
    WireguardAddressFamily, WireguardAllowedIp, WireguardAllowedIpAttr, WireguardAttribute, WireguardCmd,
    WireguardMessage, WireguardPeer, WireguardPeerAttribute, WireguardPeerFlags,
};

use super::{Change, Key, Shown, ShownPeer};

/// Bytes of peers in one message. An attribute's length has 16 bits, so a list must stay below 64 KiB.
const PEERS_PER_MESSAGE: usize = 16 * 1024;
/// Allowed IPs of one peer in one message, at most 40 bytes each.
const RANGES_PER_MESSAGE: usize = 256;

/// The set-device messages for these changes, in their order. A peer with many ranges goes on in the next message.
pub(super) fn set(interface: &str, changes: &[Change]) -> Vec<WireguardMessage> {
    let mut batch = Batch { interface, messages: Vec::new(), device: Vec::new(), peers: Vec::new(), bytes: 0 };
    for change in changes {
        match change {
            Change::SetPrivateKey(key) => batch.device(WireguardAttribute::PrivateKey(key.0)),
            Change::SetListenPort(port) => batch.device(WireguardAttribute::ListenPort(*port)),
            Change::AddPeer { public_key, preshared_key, allowed_ips } => {
                let flags = WireguardPeerFlags::ReplaceAllowedIps;
                batch.peer_with_ranges(public_key, flags, *preshared_key, allowed_ips);
            }
            Change::UpdatePeer { public_key, preshared_key, allowed_ips } => {
                let key = preshared_key.map(|key| key.unwrap_or(Key::ZERO));
                match allowed_ips {
                    Some(ranges) => {
                        let flags = WireguardPeerFlags::UpdateOnly | WireguardPeerFlags::ReplaceAllowedIps;
                        batch.peer_with_ranges(public_key, flags, key, ranges);
                    }
                    None => batch.peer(public_key, WireguardPeerFlags::UpdateOnly, key, &[]),
                }
            }
            Change::SetEndpoint { public_key, endpoint, greet } => {
                let mut more = vec![WireguardPeerAttribute::Endpoint(*endpoint)];
                if *greet {
                    // Switching it on sends one at once.
                    more.push(WireguardPeerAttribute::PersistentKeepalive(25));
                }
                batch.peer_with(public_key, WireguardPeerFlags::UpdateOnly, more);
                if *greet {
                    let off = vec![WireguardPeerAttribute::PersistentKeepalive(0)];
                    batch.peer_with(public_key, WireguardPeerFlags::UpdateOnly, off);
                }
            }
            Change::RemovePeer(key) => batch.peer(key, WireguardPeerFlags::RemoveMe, None, &[]),
        }
    }
    batch.close();
    batch.messages
}

struct Batch<'a> {
    interface: &'a str,
    messages: Vec<WireguardMessage>,
    device: Vec<WireguardAttribute>,
    peers: Vec<WireguardPeer>,
    bytes: usize,
}

impl Batch<'_> {
    /// The kernel sets the device's own fields before the peers of the same message.
    fn device(&mut self, attribute: WireguardAttribute) {
        if !self.peers.is_empty() {
            self.close();
        }
        self.device.push(attribute);
    }

    fn peer_with_ranges(&mut self, key: &Key, flags: WireguardPeerFlags, preshared: Option<Key>, ranges: &[IpNet]) {
        let mut chunks = ranges.chunks(RANGES_PER_MESSAGE);
        self.peer(key, flags, preshared, chunks.next().unwrap_or_default());
        for chunk in chunks {
            self.peer(key, WireguardPeerFlags::UpdateOnly, None, chunk);
        }
    }

    fn peer(&mut self, key: &Key, flags: WireguardPeerFlags, preshared: Option<Key>, ranges: &[IpNet]) {
        let mut more: Vec<_> = preshared.map(|key| WireguardPeerAttribute::PresharedKey(key.0)).into_iter().collect();
        if !ranges.is_empty() {
            more.push(WireguardPeerAttribute::AllowedIps(ranges.iter().map(allowed_ip).collect()));
        }
        self.peer_with(key, flags, more);
    }

    fn peer_with(&mut self, key: &Key, flags: WireguardPeerFlags, more: Vec<WireguardPeerAttribute>) {
        let mut attributes = vec![WireguardPeerAttribute::PublicKey(key.0), WireguardPeerAttribute::Flags(flags)];
        attributes.extend(more);
        let peer = WireguardPeer(attributes);
        let bytes = peer.buffer_len();
        if self.bytes + bytes > PEERS_PER_MESSAGE {
            self.close();
        }
        self.bytes += bytes;
        self.peers.push(peer);
    }

    fn close(&mut self) {
        if self.device.is_empty() && self.peers.is_empty() {
            return;
        }
        let mut attributes = vec![WireguardAttribute::IfName(self.interface.to_owned())];
        attributes.append(&mut self.device);
        if !self.peers.is_empty() {
            attributes.push(WireguardAttribute::Peers(std::mem::take(&mut self.peers)));
        }
        self.bytes = 0;
        self.messages.push(WireguardMessage { cmd: WireguardCmd::SetDevice, attributes });
    }
}

fn allowed_ip(range: &IpNet) -> WireguardAllowedIp {
    let family = match range {
        IpNet::V4(_) => WireguardAddressFamily::Ipv4,
        IpNet::V6(_) => WireguardAddressFamily::Ipv6,
    };
    WireguardAllowedIp(vec![
        WireguardAllowedIpAttr::Family(family),
        WireguardAllowedIpAttr::IpAddr(range.network()),
        WireguardAllowedIpAttr::Cidr(range.prefix_len()),
    ])
}

/// Joins the messages of one dump. Read here rather than by the typed parser, which makes dozens of small lists per peer
/// and panics on an empty prefix length.
#[derive(Default)]
pub(super) struct Dump {
    shown: Shown,
}

/// The bytes are not what the kernel's header describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl Dump {
    /// Takes the attributes of one message: what follows its netlink and generic netlink headers.
    pub(super) fn add(&mut self, attributes: &[u8]) -> Result<(), Malformed> {
        for attribute in NlasIterator::new(attributes) {
            let attribute = attribute.map_err(|_| Malformed)?;
            match attribute.kind() {
                // WGDEVICE_A_PRIVATE_KEY, _LISTEN_PORT, _PEERS
                3 => self.shown.private_key = Some(key(attribute.value())?).filter(|key| !key.is_zero()),
                6 => self.shown.listen_port = u16::from_ne_bytes(exactly(attribute.value())?),
                8 => {
                    for peer in NlasIterator::new(attribute.value()) {
                        self.peer(peer.map_err(|_| Malformed)?.value())?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What the device shows, when its last message was added.
    pub(super) fn close(mut self) -> Shown {
        for peer in self.shown.peers.values_mut() {
            peer.allowed_ips.sort_unstable();
        }
        self.shown
    }

    /// A peer with many ranges goes on in the next message with its public key and more ranges alone.
    fn peer(&mut self, attributes: &[u8]) -> Result<(), Malformed> {
        let mut found = ShownPeer::default();
        let mut public_key = None;
        for attribute in NlasIterator::new(attributes) {
            let attribute = attribute.map_err(|_| Malformed)?;
            let value = attribute.value();
            match attribute.kind() {
                // WGPEER_A_PUBLIC_KEY, _PRESHARED_KEY, _ENDPOINT, _LAST_HANDSHAKE_TIME, _RX_BYTES, _TX_BYTES, _ALLOWEDIPS
                1 => public_key = Some(key(value)?),
                2 => found.preshared_key = Some(key(value)?).filter(|key| !key.is_zero()),
                4 => found.endpoint = endpoint(value),
                6 => {
                    let [seconds, nanos] = [value.get(..8), value.get(8..16)];
                    let seconds = i64::from_ne_bytes(exactly(seconds.ok_or(Malformed)?)?);
                    let nanos = i64::from_ne_bytes(exactly(nanos.ok_or(Malformed)?)?);
                    found.latest_handshake = handshake(seconds, nanos);
                }
                7 => found.rx = u64::from_ne_bytes(exactly(value)?),
                8 => found.tx = u64::from_ne_bytes(exactly(value)?),
                9 => {
                    for range in NlasIterator::new(value) {
                        found.allowed_ips.push(self::range(range.map_err(|_| Malformed)?.value())?);
                    }
                }
                _ => {}
            }
        }
        match self.shown.peers.entry(public_key.ok_or(Malformed)?) {
            std::collections::btree_map::Entry::Occupied(mut known) => {
                known.get_mut().allowed_ips.append(&mut found.allowed_ips);
            }
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(found);
            }
        }
        Ok(())
    }
}

fn exactly<const N: usize>(value: &[u8]) -> Result<[u8; N], Malformed> {
    value.try_into().map_err(|_| Malformed)
}

fn key(value: &[u8]) -> Result<Key, Malformed> {
    exactly(value).map(Key)
}

/// `struct __kernel_timespec`; all zeros mean never.
fn handshake(seconds: i64, nanos: i64) -> Option<std::time::SystemTime> {
    let (seconds, nanos) = (u64::try_from(seconds).ok()?, u64::try_from(nanos).ok()?);
    let since = Duration::from_secs(seconds).checked_add(Duration::from_nanos(nanos))?;
    if since.is_zero() { None } else { UNIX_EPOCH.checked_add(since) }
}

/// `struct sockaddr_in` or `sockaddr_in6`; `None` for another: where a peer was last seen decides nothing.
fn endpoint(value: &[u8]) -> Option<SocketAddr> {
    let port = u16::from_be_bytes(value.get(2..4)?.try_into().ok()?);
    match value.len() {
        16 => {
            let address: [u8; 4] = value[4..8].try_into().ok()?;
            Some(SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::from(address), port)))
        }
        28 => {
            let address: [u8; 16] = value[8..24].try_into().ok()?;
            let scope = u32::from_ne_bytes(value[24..28].try_into().ok()?);
            Some(SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::from(address), port, 0, scope)))
        }
        _ => None,
    }
}

/// WGALLOWEDIP_A_IPADDR and _CIDR_MASK; the address's length tells its family.
fn range(attributes: &[u8]) -> Result<IpNet, Malformed> {
    let (mut address, mut prefix) = (None, None);
    for attribute in NlasIterator::new(attributes) {
        let attribute = attribute.map_err(|_| Malformed)?;
        let value = attribute.value();
        match attribute.kind() {
            2 if value.len() == 4 => address = Some(IpAddr::from(exactly::<4>(value)?)),
            2 => address = Some(IpAddr::from(exactly::<16>(value)?)),
            3 => prefix = Some(exactly::<1>(value)?[0]),
            _ => {}
        }
    }
    let net = IpNet::new(address.ok_or(Malformed)?, prefix.ok_or(Malformed)?).map_err(|_| Malformed)?;
    Ok(net.trunc())
}

#[cfg(test)]
#[cfg(target_endian = "little")]
#[path = "message_tests.rs"]
mod tests;
