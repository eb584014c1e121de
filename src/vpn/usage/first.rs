//! The first version of a ledger's bytes, which are there until the next report: every number in eight bytes, keys and endpoints
//! as text with their length before it.

use std::collections::BTreeMap;

use super::Usage;
use super::ledger::{Counters, Known, Ledger, Run};
use crate::base::Time;
use crate::vpn::varint::Rest;
use crate::wire::KeyBytes;

/// How they begin.
pub const VERSION: u8 = 1;

/// Reads what comes after that.
pub fn read(mut rest: Rest<'_>) -> Option<Ledger> {
    let [has_run] = rest.bytes()?;
    let order = number(&mut rest)?.cast_signed();
    let run = Run { order, epoch: number(&mut rest)?, first: number(&mut rest)?, last: number(&mut rest)? };
    let mut peers = BTreeMap::new();
    while !rest.0.is_empty() {
        let peer = number(&mut rest)?.cast_signed();
        let (total, latest, first) = (counters(&mut rest)?, counters(&mut rest)?, counters(&mut rest)?);
        let handshake = number(&mut rest)?.cast_signed();
        let [has_first] = rest.bytes()?;
        let (key, endpoint) = (text(&mut rest)?, text(&mut rest)?);
        let latest_handshake = (handshake >= 0).then_some(Time(handshake));
        let usage = Usage { rx: total.rx, tx: total.tx, latest_handshake, endpoint: endpoint.parse().ok() };
        let key = KeyBytes::parse(key).unwrap_or_default();
        peers.insert(peer, Known { key, usage, latest, first_in_run: (has_first == 1).then_some(first) });
    }
    Some(Ledger { newest: (has_run == 1).then_some(run), closed: Vec::new(), peers })
}

fn text<'b>(rest: &mut Rest<'b>) -> Option<&'b str> {
    let [length] = rest.bytes()?;
    let (text, tail) = rest.0.split_at_checked(usize::from(length))?;
    rest.0 = tail;
    std::str::from_utf8(text).ok()
}

fn number(rest: &mut Rest<'_>) -> Option<u64> {
    rest.bytes().map(u64::from_le_bytes)
}

fn counters(rest: &mut Rest<'_>) -> Option<Counters> {
    Some(Counters { rx: number(rest)?, tx: number(rest)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_wrote_still_reads() {
        let numbers = |all: &[u64]| all.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
        let key = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
        let mut bytes = [vec![1], numbers(&[1, 9, 1, 3, 7, 500, 600, 50, 60, 40, 30, 5_000]), vec![1, 44]].concat();
        bytes.extend(key.as_bytes());
        bytes.extend(b"\x12[2001:db8::1]:5182");
        let usage = Usage {
            rx: 500,
            tx: 600,
            latest_handshake: Some(Time(5_000)),
            endpoint: Some("[2001:db8::1]:5182".parse().unwrap()),
        };
        let (latest, first) = (Counters { rx: 50, tx: 60 }, Counters { rx: 40, tx: 30 });
        let known = Known { key: KeyBytes::from([7; 32]), usage, latest, first_in_run: Some(first) };
        let newest = Some(Run { order: 1, epoch: 9, first: 1, last: 3 });
        let ledger = Ledger { newest, closed: Vec::new(), peers: BTreeMap::from([(7, known)]) };
        assert_eq!(read(Rest(&bytes)), Some(ledger));
        assert_eq!(read(Rest(&bytes[..bytes.len() - 1])), None);
    }
}
