//! The text of WireGuard's cross-platform configuration protocol, read and written without touching a socket.
//!
//! <https://www.wireguard.com/xplatform/>: `key=value` lines, keys in lower-case hex, an empty line ends.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::{Duration, UNIX_EPOCH};

use ipnet::IpNet;

use super::{Change, DeviceError, Key, Shown, ShownPeer};

/// Asks for everything.
pub(super) const GET: &str = "get=1\n\n";

/// Bytes of text that a peer takes at the least.
const PEER: usize = 290;

/// Reads the answer to `GET`. Keys that this version does not know are passed over, so forks can be read.
pub(super) fn parse(text: &[u8]) -> Result<Shown, DeviceError> {
    read(text, text.len() / PEER, |_| true)
}

/// Reads the same answer, but only the peers that are asked for: the others are not looked at.
pub(super) fn parse_of(text: &[u8], is_asked: impl Fn(&Key) -> bool) -> Result<Shown, DeviceError> {
    read(text, 0, is_asked)
}

fn read(text: &[u8], room: usize, is_asked: impl Fn(&Key) -> bool) -> Result<Shown, DeviceError> {
    let mut shown = Shown::default();
    let mut peers: Vec<(Key, ShownPeer)> = Vec::with_capacity(room);
    let mut is_passed_over = false;
    let mut errno = None;
    let (mut seconds, mut nanos) = (0, 0);
    let mut rest = text;
    while let Some((key, value)) = next_line(&mut rest)? {
        if key == b"public_key" {
            let key = read_key(value)?;
            is_passed_over = !is_asked(&key);
            if !is_passed_over {
                close_handshake(&mut peers, &mut seconds, &mut nanos);
                peers.push((key, ShownPeer::default()));
            }
            continue;
        }
        if is_passed_over && key != b"errno" {
            continue;
        }
        match (key, peers.last_mut()) {
            (b"private_key", None) => shown.private_key = Some(read_key(value)?).filter(|key| !key.is_zero()),
            (b"listen_port", None) => shown.listen_port = number(value)?,
            (b"errno", _) => errno = Some(number::<i32>(value)?),
            (b"preshared_key", Some((_, peer))) => {
                peer.preshared_key = Some(read_key(value)?).filter(|key| !key.is_zero());
            }
            (b"endpoint", Some((_, peer))) => peer.endpoint = endpoint(value),
            (b"last_handshake_time_sec", Some(_)) => seconds = number(value)?,
            (b"last_handshake_time_nsec", Some(_)) => nanos = number(value)?,
            (b"rx_bytes", Some((_, peer))) => peer.rx = number(value)?,
            (b"tx_bytes", Some((_, peer))) => peer.tx = number(value)?,
            (b"allowed_ip", Some((_, peer))) => peer.allowed_ips.push(range(value)?),
            _ => {}
        }
    }
    match errno {
        Some(0) => {}
        Some(errno) => return Err(DeviceError::Refused { what: "show itself", errno }),
        None => return Err(DeviceError::Unreadable("it ends without `errno`")),
    }
    close_handshake(&mut peers, &mut seconds, &mut nanos);
    shown.peers = by_key(peers);
    Ok(shown)
}

/// A map is built from a list, which it sorts first. Sorting small stand-ins before that, by the first bytes of random
/// keys, spares moving each peer a dozen times.
fn by_key(mut peers: Vec<(Key, ShownPeer)>) -> BTreeMap<Key, ShownPeer> {
    let start = |key: &Key| key.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    let mut order: Vec<(u64, usize)> = peers.iter().enumerate().map(|(at, (key, _))| (start(key), at)).collect();
    order.sort_unstable();
    let sorted = order.into_iter().filter_map(|(_, at)| {
        let (key, peer) = peers.get_mut(at)?;
        peer.allowed_ips.sort_unstable();
        Some((*key, std::mem::take(peer)))
    });
    sorted.collect()
}

/// The two sides of the first `=`.
type Line<'a> = (&'a [u8], &'a [u8]);

/// The next line that is not empty.
fn next_line<'a>(rest: &mut &'a [u8]) -> Result<Option<Line<'a>>, DeviceError> {
    while let Some(more) = rest.strip_prefix(b"\n") {
        *rest = more;
    }
    if rest.is_empty() {
        return Ok(None);
    }
    let line = *rest;
    let equals = line.iter().position(|byte| matches!(byte, b'=' | b'\n')).filter(|at| line[*at] == b'=');
    let equals = equals.ok_or(DeviceError::Unreadable("a line without `=`"))?;
    let value = &line[equals + 1..];
    // Half of the text are keys, whose length is known: they need no search for their end.
    let end = match value.get(64) {
        Some(b'\n') if matches!(&line[..equals], b"public_key" | b"preshared_key" | b"private_key") => 64,
        _ => value.iter().position(|byte| *byte == b'\n').unwrap_or(value.len()),
    };
    *rest = &value[end..];
    Ok(Some((&line[..equals], &value[..end])))
}

/// Second 0 means never, not 1970.
fn close_handshake(peers: &mut [(Key, ShownPeer)], seconds: &mut u64, nanos: &mut u32) {
    let (seconds, nanos) = (std::mem::take(seconds), std::mem::take(nanos));
    if seconds > 0
        && let Some((_, peer)) = peers.last_mut()
    {
        // `Duration::new` panics where the nanoseconds carry the seconds over the top.
        let since = Duration::from_secs(seconds).checked_add(Duration::from_nanos(nanos.into()));
        peer.latest_handshake = since.and_then(|since| UNIX_EPOCH.checked_add(since));
    }
}

fn read_key(value: &[u8]) -> Result<Key, DeviceError> {
    Key::from_hex(value).map_err(|_| DeviceError::Unreadable("a key that is not 64 hex digits"))
}

fn number<T: TryFrom<u64>>(value: &[u8]) -> Result<T, DeviceError> {
    let digits = |total: u64, byte: &u8| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        total.checked_mul(10)?.checked_add(digit)
    };
    let total = (!value.is_empty()).then(|| value.iter().try_fold(0, digits)).flatten();
    total.and_then(|total| T::try_from(total).ok()).ok_or(DeviceError::Unreadable("a number out of range"))
}

/// `None` for what cannot be read: where a peer was last seen decides nothing.
fn endpoint(value: &[u8]) -> Option<SocketAddr> {
    let text = std::str::from_utf8(value).ok()?;
    if let Some((host, port)) = text.split_once(':')
        && let Some(host) = ipv4(host.as_bytes())
    {
        return Some(SocketAddr::V4(SocketAddrV4::new(host, port.parse().ok()?)));
    }
    // Link-local addresses carry a zone by name, which a socket address has by number only.
    match (text.split_once('%'), text.rsplit_once(']')) {
        (Some((address, _)), Some((_, port))) => format!("{address}]{port}").parse().ok(),
        _ => text.parse().ok(),
    }
}

fn range(value: &[u8]) -> Result<IpNet, DeviceError> {
    const WRONG: DeviceError = DeviceError::Unreadable("an allowed IP that is no CIDR range");
    let at = value.iter().rposition(|byte| *byte == b'/').ok_or(WRONG)?;
    let prefix = number(&value[at + 1..])?;
    let address = match ipv4(&value[..at]) {
        Some(address) => IpAddr::V4(address),
        None => std::str::from_utf8(&value[..at]).ok().and_then(|text| text.parse().ok()).ok_or(WRONG)?,
    };
    IpNet::new(address, prefix).map(|net| net.trunc()).map_err(|_| WRONG)
}

/// Tried before the rest: nearly every address is one.
fn ipv4(value: &[u8]) -> Option<Ipv4Addr> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// Writes a set operation.
pub(super) fn set(changes: &[Change]) -> String {
    let mut text = String::with_capacity(16 + changes.len() * 192);
    text.push_str("set=1\n");
    for change in changes {
        match change {
            Change::SetPrivateKey(key) => line(&mut text, "private_key=", key),
            Change::SetListenPort(port) => {
                let _ = writeln!(text, "listen_port={port}");
            }
            Change::AddPeer { public_key, preshared_key, allowed_ips } => {
                line(&mut text, "public_key=", public_key);
                if let Some(key) = preshared_key {
                    line(&mut text, "preshared_key=", key);
                }
                ranges(&mut text, allowed_ips);
            }
            Change::UpdatePeer { public_key, preshared_key, allowed_ips } => {
                line(&mut text, "public_key=", public_key);
                text.push_str("update_only=true\n");
                if let Some(key) = preshared_key {
                    line(&mut text, "preshared_key=", &key.unwrap_or(Key::ZERO));
                }
                if let Some(allowed_ips) = allowed_ips {
                    ranges(&mut text, allowed_ips);
                }
            }
            Change::SetEndpoint { public_key, endpoint, greet } => {
                line(&mut text, "public_key=", public_key);
                let _ = writeln!(text, "update_only=true\nendpoint={endpoint}");
                if *greet {
                    // Switching it on sends one at once; a peer under a new `public_key` line is acted on before it.
                    text.push_str("persistent_keepalive_interval=25\n");
                    line(&mut text, "public_key=", public_key);
                    text.push_str("update_only=true\npersistent_keepalive_interval=0\n");
                }
            }
            Change::RemovePeer(key) => {
                line(&mut text, "public_key=", key);
                text.push_str("remove=true\n");
            }
        }
    }
    text.push('\n');
    text
}

/// Reads the answer to a set operation.
pub(super) fn check_set(text: &[u8]) -> Result<(), DeviceError> {
    let mut lines = text.split(|byte| *byte == b'\n').filter_map(|line| line.strip_prefix(b"errno="));
    let value = lines.next_back().ok_or(DeviceError::Unreadable("it ends without `errno`"))?;
    // The program writes the kernel's numbers, and -1 and its like for its own troubles.
    match std::str::from_utf8(value).ok().and_then(|text| text.parse::<i32>().ok()) {
        Some(0) => Ok(()),
        Some(errno) => Err(DeviceError::Refused { what: "take a change", errno: errno.saturating_abs() }),
        None => Err(DeviceError::Unreadable("an error number that is none")),
    }
}

fn line(text: &mut String, name: &str, key: &Key) {
    text.push_str(name);
    key.push_hex(text);
    text.push('\n');
}

/// The whole list in place of the old one: Debian 12's wireguard-go cannot take a single range away.
fn ranges(text: &mut String, allowed_ips: &[IpNet]) {
    text.push_str("replace_allowed_ips=true\n");
    for range in allowed_ips {
        let _ = writeln!(text, "allowed_ip={range}");
    }
}

#[cfg(test)]
#[path = "uapi_tests.rs"]
mod tests;
