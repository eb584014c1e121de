//! The ledger of a server as bytes: a version, the newest run, then each peer.

use std::collections::BTreeMap;

use super::Usage;
use super::ledger::{Counters, Known, Ledger, Run};
use crate::base::{Error, Result, Time};

const VERSION: u8 = 1;
/// Bytes of a peer whose key and endpoint are empty.
const SMALLEST: usize = 67;

/// Writes all but the closed runs.
pub fn write(ledger: &Ledger) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + ledger.peers.len() * 140);
    out.push(VERSION);
    out.push(u8::from(ledger.newest.is_some()));
    let run = ledger.newest.unwrap_or_default();
    out.extend(run.order.to_le_bytes());
    for number in [run.epoch, run.first, run.last] {
        out.extend(number.to_le_bytes());
    }
    for (peer, known) in &ledger.peers {
        out.extend(peer.to_le_bytes());
        let usage = &known.usage;
        let first = known.first_in_run.unwrap_or_default();
        for number in [usage.rx, usage.tx, known.latest.rx, known.latest.tx, first.rx, first.tx] {
            out.extend(number.to_le_bytes());
        }
        out.extend(usage.latest_handshake.map_or(-1, |at| at.0).to_le_bytes());
        out.push(u8::from(known.first_in_run.is_some()));
        for text in [&known.key, usage.endpoint.as_ref().unwrap_or(&String::new())] {
            // Keys have 44 characters and endpoints at most 47.
            let text = &text.as_bytes()[..text.len().min(255)];
            out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
            out.extend(text);
        }
    }
    out
}

/// Reads what [`write`] wrote.
pub fn read(bytes: &[u8]) -> Result<Ledger> {
    let mut rest = Rest(bytes);
    if rest.byte()? != VERSION {
        return Err(Error::internal("the usage of a server was written by a newer version"));
    }
    let has_run = rest.byte()? == 1;
    let run = Run { order: rest.u64()?.cast_signed(), epoch: rest.u64()?, first: rest.u64()?, last: rest.u64()? };
    // They were written in order: collecting them at once is cheaper than finding each one's place.
    let mut peers = Vec::with_capacity(bytes.len() / SMALLEST);
    while !rest.0.is_empty() {
        let peer = rest.u64()?.cast_signed();
        let (rx, tx) = (rest.u64()?, rest.u64()?);
        let latest = Counters { rx: rest.u64()?, tx: rest.u64()? };
        let first = Counters { rx: rest.u64()?, tx: rest.u64()? };
        let handshake = rest.u64()?.cast_signed();
        let first_in_run = (rest.byte()? == 1).then_some(first);
        let (key, endpoint) = (rest.text()?, rest.text()?);
        let usage = Usage {
            rx,
            tx,
            latest_handshake: (handshake >= 0).then_some(Time(handshake)),
            endpoint: (!endpoint.is_empty()).then_some(endpoint),
        };
        peers.push((peer, Known { key, usage, latest, first_in_run }));
    }
    Ok(Ledger { newest: has_run.then_some(run), closed: Vec::new(), peers: BTreeMap::from_iter(peers) })
}

/// Writes the counters of a closed run.
pub fn write_counters(counters: &BTreeMap<i64, Counters>) -> Vec<u8> {
    let row = |(peer, c): (&i64, &Counters)| [peer.to_le_bytes(), c.rx.to_le_bytes(), c.tx.to_le_bytes()].concat();
    counters.iter().flat_map(row).collect()
}

/// Reads what [`write_counters`] wrote.
pub fn read_counters(bytes: &[u8]) -> Result<BTreeMap<i64, Counters>> {
    let mut rest = Rest(bytes);
    let mut counters = BTreeMap::new();
    while !rest.0.is_empty() {
        counters.insert(rest.u64()?.cast_signed(), Counters { rx: rest.u64()?, tx: rest.u64()? });
    }
    Ok(counters)
}

struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8]> {
        let (head, tail) =
            self.0.split_at_checked(count).ok_or_else(|| Error::internal("the usage of a server is cut"))?;
        self.0 = tail;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u64(&mut self) -> Result<u64> {
        self.take(8)?.try_into().map(u64::from_le_bytes).map_err(Error::internal)
    }

    fn text(&mut self) -> Result<String> {
        let length = self.byte()?;
        String::from_utf8(self.take(usize::from(length))?.to_vec()).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_reads_back_as_it_was_written_and_a_cut_one_is_refused() {
        let mut ledger = Ledger::default();
        let report = BTreeMap::from([(7, Counters { rx: u64::MAX, tx: 1 }), (8, Counters::default())]);
        ledger.count(super::super::Place { epoch: u64::MAX, seq: 3 }, &report);
        if let Some(known) = ledger.peers.get_mut(&7) {
            known.usage.endpoint = Some("[2001:db8::1]:51820".to_owned());
            known.usage.latest_handshake = Some(Time(5));
            known.key = "k".repeat(44);
        }
        let bytes = write(&ledger);
        assert_eq!(read(&bytes).unwrap(), ledger);
        for cut in (1..bytes.len()).filter(|cut| *cut != 34 && *cut != bytes.len() - 67) {
            assert!(read(&bytes[..cut]).is_err(), "{cut}");
        }
        assert_eq!(read_counters(&write_counters(&report)).unwrap(), report);
    }
}
