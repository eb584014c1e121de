//! Totals that survive a device that starts again: base plus what the device shows now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::device::Shown;

/// Counters of every peer that was ever seen, by public key in base64.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals(BTreeMap<String, Total>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Total {
    base_rx: u64,
    base_tx: u64,
    live_rx: u64,
    live_tx: u64,
}

impl Total {
    fn restart(&mut self) {
        self.base_rx = self.base_rx.saturating_add(std::mem::take(&mut self.live_rx));
        self.base_tx = self.base_tx.saturating_add(std::mem::take(&mut self.live_tx));
    }
}

impl Totals {
    /// Takes in what a device shows. A counter that fell belongs to a peer that was added again.
    pub fn observe(&mut self, shown: &Shown) {
        for (key, peer) in &shown.peers {
            let total = self.0.entry(key.to_base64()).or_default();
            if peer.rx < total.live_rx || peer.tx < total.live_tx {
                total.restart();
            }
            (total.live_rx, total.live_tx) = (peer.rx, peer.tx);
        }
    }

    /// The device counts this peer from nothing again.
    pub fn restart(&mut self, key: &str) {
        if let Some(total) = self.0.get_mut(key) {
            total.restart();
        }
    }

    /// The device counts every peer from nothing again.
    pub fn restart_all(&mut self) {
        self.0.values_mut().for_each(Total::restart);
    }

    /// Received and sent bytes of one peer.
    pub fn of(&self, key: &str) -> (u64, u64) {
        let total = self.0.get(key).copied().unwrap_or_default();
        (total.base_rx.saturating_add(total.live_rx), total.base_tx.saturating_add(total.live_tx))
    }

    /// Received and sent bytes of all together.
    pub fn sum(&self) -> (u64, u64) {
        self.0
            .keys()
            .map(|key| self.of(key))
            .fold((0, 0), |(rx, tx), (more_rx, more_tx)| (rx.saturating_add(more_rx), tx.saturating_add(more_tx)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::agent::device::{Key, ShownPeer};

    fn shown(rx: u64) -> Shown {
        let peer = ShownPeer { rx, ..ShownPeer::default() };
        Shown { peers: BTreeMap::from([(Key([1; 32]), peer)]), ..Shown::default() }
    }

    proptest! {
        #[test]
        fn a_total_is_what_passed_whenever_the_device_starts_again(
            steps in proptest::collection::vec((0..1_000_u64, any::<bool>()), 1..50)
        ) {
            let (mut totals, mut live, mut passed) = (Totals::default(), 0, 0);
            for (bytes, restarts) in steps {
                if restarts {
                    totals.restart_all();
                    live = 0;
                }
                live += bytes;
                passed += bytes;
                totals.observe(&shown(live));
                // A crash of the agent: it starts from what was on disk.
                totals = serde_json::from_slice(&serde_json::to_vec(&totals).unwrap()).unwrap();
                prop_assert_eq!(totals.of(&Key([1; 32]).to_base64()).0, passed);
            }
        }
    }

    #[test]
    fn totals_stop_at_the_largest_number() {
        let mut totals = Totals::default();
        totals.observe(&shown(u64::MAX));
        totals.observe(&shown(5));
        assert_eq!(totals.sum().0, u64::MAX);
    }
}
