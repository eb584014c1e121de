//! Totals that survive a device that starts again: base plus what the device shows now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::device::Shown;
use super::error::AgentError;
use super::state::StateDir;

const FILE: &str = "counters.json";
const LOG: &str = "counters.log";

/// Counters of every peer that was ever seen, by public key in base64.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Totals {
    peers: BTreeMap<String, Total>,
    /// What the device shows at the first look was counted before.
    #[serde(skip)]
    begins: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Total {
    base_rx: u64,
    base_tx: u64,
    live_rx: u64,
    live_tx: u64,
    /// Of the live ones, what was counted before these totals began.
    #[serde(default)]
    old_rx: u64,
    #[serde(default)]
    old_tx: u64,
}

impl Total {
    fn restart(&mut self) {
        (self.base_rx, self.base_tx) = self.sum();
        *self = Self { base_rx: self.base_rx, base_tx: self.base_tx, ..Self::default() };
    }
}

impl Total {
    fn sum(&self) -> (u64, u64) {
        let live = (self.live_rx.saturating_sub(self.old_rx), self.live_tx.saturating_sub(self.old_tx));
        (self.base_rx.saturating_add(live.0), self.base_tx.saturating_add(live.1))
    }
}

impl Totals {
    /// What is on disk, and what cannot be read there, in plain words.
    pub(super) fn read(state: &StateDir) -> (Option<Self>, Vec<String>) {
        let (totals, told) = state.read_or_set_aside::<Self>(FILE);
        let (lines, wrong) = state.lines::<BTreeMap<String, Total>>(LOG);
        let mut totals = totals;
        for (key, total) in lines.into_iter().flatten() {
            let known = totals.get_or_insert_with(Self::beginning).peers.entry(key).or_default();
            // Totals never fall, so the larger one is the later.
            if total.sum() >= known.sum() {
                *known = total;
            }
        }
        (totals, told.into_iter().chain(wrong).collect())
    }

    /// Writes all of them.
    pub(super) fn write(&self, state: &StateDir) -> Result<(), AgentError> {
        state.write(FILE, self)?;
        state.forget(LOG);
        Ok(())
    }

    /// Writes those of a few peers, until all are written.
    pub(super) fn write_some(&self, state: &StateDir, keys: &[String]) -> Result<(), AgentError> {
        let some: BTreeMap<&String, &Total> = keys.iter().filter_map(|key| Some((key, self.peers.get(key)?))).collect();
        state.append(LOG, &some).map(drop)
    }

    /// Totals of a state directory that has none: a device that is there already has shown its bytes to somebody before,
    /// and they must not count again.
    pub fn beginning() -> Self {
        Self { begins: true, ..Self::default() }
    }

    /// Takes in what a device shows. A counter that fell belongs to a peer that was added again.
    pub fn observe(&mut self, shown: &Shown) {
        let begins = std::mem::take(&mut self.begins);
        for (key, peer) in &shown.peers {
            let total = self.peers.entry(key.to_base64()).or_default();
            if begins {
                (total.old_rx, total.old_tx) = (peer.rx, peer.tx);
            }
            if peer.rx < total.live_rx || peer.tx < total.live_tx {
                total.restart();
            }
            (total.live_rx, total.live_tx) = (peer.rx, peer.tx);
        }
    }

    /// The device counts this peer from nothing again. False when there was nothing to keep.
    pub fn restart(&mut self, key: &str) -> bool {
        let total = self.peers.get_mut(key);
        total.map(Total::restart).is_some()
    }

    /// The device counts every peer from nothing again.
    pub fn restart_all(&mut self) {
        self.begins = false;
        self.peers.values_mut().for_each(Total::restart);
    }

    /// Received and sent bytes of one peer.
    pub fn of(&self, key: &str) -> (u64, u64) {
        self.peers.get(key).map(Total::sum).unwrap_or_default()
    }

    /// Received and sent bytes of all together.
    pub fn sum(&self) -> (u64, u64) {
        self.peers
            .values()
            .map(Total::sum)
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
    fn totals_that_begin_beside_a_running_device_count_from_there() {
        let mut totals = Totals::beginning();
        totals.observe(&shown(1_000));
        totals.observe(&shown(1_030));
        assert_eq!(totals.sum().0, 30);
        totals = serde_json::from_slice(&serde_json::to_vec(&totals).unwrap()).unwrap();
        totals.observe(&shown(7));
        assert_eq!(totals.sum().0, 37, "the device started again");
    }

    #[test]
    fn totals_stop_at_the_largest_number() {
        let mut totals = Totals::default();
        totals.observe(&shown(u64::MAX));
        totals.observe(&shown(5));
        assert_eq!(totals.sum().0, u64::MAX);
    }
}
