//! The ledger of a server as bytes.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, 2 |
//! | 1 | 1 if there is a newest run, else 0 |
//! | 4 varints | of the newest run: order, epoch, first and last number |
//!
//! and for each peer, by number:
//!
//! | bytes | what |
//! |---|---|
//! | varint | its number, less that of the peer before |
//! | 32 | its key |
//! | 1 | what follows at the end: 1 a handshake, 2 counters of its first mention in the run, 4 an IPv4 endpoint, 8 an IPv6 one |
//! | 2 varints | bytes received and sent in all |
//! | 2 zigzag varints | the counters of its newest mention, less that |
//! | zigzag varint | the handshake, milliseconds since 1970 |
//! | 2 zigzag varints | the counters of its first mention in the run, less those of the newest |
//! | 6 or 18 | the endpoint: address, then port, as they are sent |
//!
//! A report rewrites all of it, so what it costs is the pages that it fills: a device of which nothing is unusual takes 50 bytes.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::ledger::{Counters, Known, Ledger, Run};
use super::{Usage, first};
use crate::base::{Error, Result, Time};
use crate::vpn::varint::{Rest, fold, put, unfold};
use crate::wire::KeyBytes;

const VERSION: u8 = 2;
/// Bytes of a peer at least.
const SMALLEST: usize = 38;

const HANDSHAKE: u8 = 1;
const FIRST_IN_RUN: u8 = 2;
const IPV4: u8 = 4;
const IPV6: u8 = 8;

/// Writes all but the closed runs.
pub fn write(ledger: &Ledger) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + ledger.peers.len() * 80);
    out.extend([VERSION, u8::from(ledger.newest.is_some())]);
    let run = ledger.newest.unwrap_or_default();
    for number in [run.order.cast_unsigned(), run.epoch, run.first, run.last] {
        put(&mut out, number);
    }
    let mut last = 0_i64;
    for (number, known) in &ledger.peers {
        put(&mut out, number.wrapping_sub(last).cast_unsigned());
        last = *number;
        write_peer(&mut out, known);
    }
    out
}

fn write_peer(out: &mut Vec<u8>, known: &Known) {
    let Known { key, usage, latest, first_in_run } = known;
    out.extend(key.bytes());
    let what = [
        (usage.latest_handshake.is_some(), HANDSHAKE),
        (first_in_run.is_some(), FIRST_IN_RUN),
        (usage.endpoint.is_some_and(|endpoint| endpoint.is_ipv4()), IPV4),
        (usage.endpoint.is_some_and(|endpoint| endpoint.is_ipv6()), IPV6),
    ];
    out.push(what.into_iter().filter(|(is, _)| *is).map(|(_, bit)| bit).sum());
    put(out, usage.rx);
    put(out, usage.tx);
    put_since(out, *latest, Counters { rx: usage.rx, tx: usage.tx });
    if let Some(at) = usage.latest_handshake {
        put(out, fold(at.0));
    }
    if let Some(first) = first_in_run {
        put_since(out, *first, *latest);
    }
    if let Some(endpoint) = usage.endpoint {
        match endpoint.ip() {
            IpAddr::V4(ip) => out.extend(ip.octets()),
            IpAddr::V6(ip) => out.extend(ip.octets()),
        }
        out.extend(endpoint.port().to_be_bytes());
    }
}

fn put_since(out: &mut Vec<u8>, counters: Counters, since: Counters) {
    put(out, fold(counters.rx.wrapping_sub(since.rx).cast_signed()));
    put(out, fold(counters.tx.wrapping_sub(since.tx).cast_signed()));
}

/// Reads what [`write`] wrote, or what it wrote before.
pub fn read(bytes: &[u8]) -> Result<Ledger> {
    let read = match bytes {
        [VERSION, rest @ ..] => read_peers(Rest(rest)),
        [first::VERSION, rest @ ..] => first::read(Rest(rest)),
        _ => return Err(Error::internal("the usage of a server was written by a newer version")),
    };
    read.ok_or_else(|| Error::internal("the usage of a server is damaged"))
}

fn read_peers(mut rest: Rest<'_>) -> Option<Ledger> {
    let [has_run] = rest.bytes()?;
    let order = rest.varint()?.cast_signed();
    let run = Run { order, epoch: rest.varint()?, first: rest.varint()?, last: rest.varint()? };
    // They were written in order: collecting them at once is cheaper than finding each one's place.
    let mut peers = Vec::with_capacity(rest.0.len() / SMALLEST);
    let mut number = 0_i64;
    while !rest.0.is_empty() {
        number = number.wrapping_add(rest.varint()?.cast_signed());
        peers.push((number, read_peer(&mut rest)?));
    }
    Some(Ledger { newest: (has_run == 1).then_some(run), closed: Vec::new(), peers: BTreeMap::from_iter(peers) })
}

fn read_peer(rest: &mut Rest<'_>) -> Option<Known> {
    let key = KeyBytes::from(rest.bytes::<32>()?);
    let [what] = rest.bytes()?;
    let total = Counters { rx: rest.varint()?, tx: rest.varint()? };
    let latest = since(rest, total)?;
    let latest_handshake = if what & HANDSHAKE == 0 { None } else { Some(Time(unfold(rest.varint()?))) };
    let first_in_run = if what & FIRST_IN_RUN == 0 { None } else { Some(since(rest, latest)?) };
    let ip = match what & (IPV4 | IPV6) {
        0 => None,
        IPV4 => Some(IpAddr::from(Ipv4Addr::from(rest.bytes::<4>()?))),
        _ => Some(IpAddr::from(Ipv6Addr::from(rest.bytes::<16>()?))),
    };
    let endpoint = match ip {
        Some(ip) => Some(SocketAddr::new(ip, u16::from_be_bytes(rest.bytes()?))),
        None => None,
    };
    let usage = Usage { rx: total.rx, tx: total.tx, latest_handshake, endpoint };
    Some(Known { key, usage, latest, first_in_run })
}

fn since(rest: &mut Rest<'_>, since: Counters) -> Option<Counters> {
    let rx = since.rx.wrapping_add(unfold(rest.varint()?).cast_unsigned());
    Some(Counters { rx, tx: since.tx.wrapping_add(unfold(rest.varint()?).cast_unsigned()) })
}

/// Writes the counters of a closed run.
pub fn write_counters(counters: &BTreeMap<i64, Counters>) -> Vec<u8> {
    let row = |(peer, c): (&i64, &Counters)| [peer.to_le_bytes(), c.rx.to_le_bytes(), c.tx.to_le_bytes()].concat();
    counters.iter().flat_map(row).collect()
}

/// Reads what [`write_counters`] wrote.
pub fn read_counters(bytes: &[u8]) -> Result<BTreeMap<i64, Counters>> {
    let mut rest = Rest(bytes);
    let mut found = BTreeMap::new();
    while !rest.0.is_empty() {
        let row = rest.bytes().zip(rest.bytes()).zip(rest.bytes());
        let ((peer, rx), tx) = row.ok_or_else(|| Error::internal("the counters of a run are cut"))?;
        let counters = Counters { rx: u64::from_le_bytes(rx), tx: u64::from_le_bytes(tx) };
        found.insert(i64::from_le_bytes(peer), counters);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_counters() -> impl Strategy<Value = Counters> {
        let counter = || prop_oneof![any::<u64>(), 0..100_u64, Just(u64::MAX)];
        (counter(), counter()).prop_map(|(rx, tx)| Counters { rx, tx })
    }

    fn any_endpoint() -> impl Strategy<Value = SocketAddr> {
        let ip = prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u8; 16]>().prop_map(IpAddr::from)];
        (ip, any::<u16>()).prop_map(SocketAddr::from)
    }

    fn any_known() -> impl Strategy<Value = Known> {
        let (handshake, first) = (proptest::option::of(any::<i64>()), proptest::option::of(any_counters()));
        let endpoint = proptest::option::of(any_endpoint());
        (any::<[u8; 32]>(), any_counters(), any_counters(), handshake, first, endpoint).prop_map(
            |(key, total, latest, handshake, first_in_run, endpoint)| {
                let latest_handshake = handshake.map(Time);
                let usage = Usage { rx: total.rx, tx: total.tx, latest_handshake, endpoint };
                Known { key: KeyBytes::from(key), usage, latest, first_in_run }
            },
        )
    }

    fn any_ledger() -> impl Strategy<Value = Ledger> {
        let run = (any::<i64>(), any::<u64>(), any::<u64>(), any::<u64>())
            .prop_map(|(order, epoch, first, last)| Run { order, epoch, first, last });
        let peers = proptest::collection::btree_map(any::<i64>(), any_known(), 0..9);
        (proptest::option::of(run), peers).prop_map(|(newest, peers)| Ledger { newest, closed: Vec::new(), peers })
    }

    proptest! {
        #[test]
        fn any_ledger_reads_back_and_none_is_damaged_unseen(
            ledger in any_ledger(),
            cut in any::<prop::sample::Index>(),
            noise in proptest::collection::vec(any::<u8>(), 0..90),
        ) {
            let bytes = write(&ledger);
            prop_assert_eq!(read(&bytes).unwrap(), ledger.clone());
            // Where a peer ends nobody knows that others followed.
            let cut = read(&bytes[..cut.index(bytes.len())]);
            prop_assert!(cut.is_err() || cut.is_ok_and(|found| found.peers.len() < ledger.peers.len()));
            let _either = read(&[&[VERSION, 1], noise.as_slice()].concat());
            let _either = read(&[&[1, 1], noise.as_slice()].concat());
        }

        #[test]
        fn counters_of_a_run_read_back(
            counters in proptest::collection::btree_map(any::<i64>(), any_counters(), 0..9)
        ) {
            let bytes = write_counters(&counters);
            prop_assert_eq!(read_counters(&bytes).unwrap(), counters);
            prop_assert!(bytes.is_empty() || read_counters(&bytes[1..]).is_err());
        }
    }
}
