//! A device in memory, for tests of whoever drives one: it keeps to WireGuard's rules and can be made to misbehave.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;

use super::{Change, Device, DeviceError, Key, LinkOutcome, LinkWanted, Shown};

/// The device. Clones share one state, so a test keeps one and gives the other away.
#[derive(Clone, Debug, Default)]
pub struct Fake(Arc<Mutex<State>>);

/// What a fake device holds; a test may look and change anything through `Fake::state`.
#[derive(Debug, Default)]
pub struct State {
    /// Whether the interface exists. `ensure_up` makes it; a test that sets it to false deletes the interface.
    pub present: bool,
    /// What `read` answers. A test that changes it makes drift.
    pub shown: Shown,
    /// What the last `ensure_up` wanted.
    pub link: LinkWanted,
    /// Every change applied so far, in order.
    pub applied: Vec<Change>,
    /// Allowed IPs that moved from one peer to another by themselves: range, from, to.
    pub stolen: Vec<(IpNet, Key, Key)>,
    /// The next `read` fails.
    pub fail_read: bool,
    /// The next `apply` does that many changes and then fails.
    pub fail_apply_after: Option<usize>,
    /// The next `ensure_up` fails.
    pub fail_up: bool,
}

impl Fake {
    /// A device whose interface does not exist yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A device whose interface exists and shows this.
    pub fn showing(shown: Shown) -> Self {
        let fake = Self::new();
        {
            let mut state = fake.state();
            state.present = true;
            state.shown = shown;
        }
        fake
    }

    /// The state, to look at or to tamper with.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The interface goes away, as after `ip link del`; counters and peers with it.
    pub fn delete(&self) {
        let mut state = self.state();
        state.present = false;
        state.shown = Shown::default();
    }

    /// Traffic of a peer, in bytes.
    pub fn traffic(&self, peer: &Key, rx: u64, tx: u64) {
        if let Some(peer) = self.state().shown.peers.get_mut(peer) {
            peer.rx += rx;
            peer.tx += tx;
        }
    }

    /// The changes since the last call.
    pub fn take_applied(&self) -> Vec<Change> {
        std::mem::take(&mut self.state().applied)
    }
}

impl State {
    fn change(&mut self, change: &Change) {
        self.applied.push(change.clone());
        match change {
            Change::SetPrivateKey(key) => {
                self.shown.private_key = Some(key.clamped());
                self.shown.peers.remove(&Key::public_from_private(key));
            }
            Change::SetListenPort(port) => self.shown.listen_port = *port,
            Change::AddPeer { public_key, preshared_key, allowed_ips } => {
                let own = self.shown.private_key.as_ref().map(Key::public_from_private);
                if own == Some(*public_key) {
                    return;
                }
                let peer = self.shown.peers.entry(*public_key).or_default();
                peer.preshared_key = preshared_key.filter(|key| !key.is_zero());
                self.give(public_key, allowed_ips);
            }
            Change::UpdatePeer { public_key, preshared_key, allowed_ips } => {
                let Some(peer) = self.shown.peers.get_mut(public_key) else { return };
                if let Some(key) = preshared_key {
                    peer.preshared_key = key.filter(|key| !key.is_zero());
                }
                if let Some(ranges) = allowed_ips {
                    self.give(public_key, ranges);
                }
            }
            Change::SetEndpoint { public_key, endpoint, .. } => {
                if let Some(peer) = self.shown.peers.get_mut(public_key) {
                    peer.endpoint = Some(*endpoint);
                }
            }
            Change::RemovePeer(key) => {
                self.shown.peers.remove(key);
            }
        }
    }

    /// As a device does: the list in place of the old one, each range taken from whoever holds it.
    fn give(&mut self, to: &Key, ranges: &[IpNet]) {
        let mut ranges: Vec<IpNet> = ranges.iter().map(IpNet::trunc).collect();
        ranges.sort();
        ranges.dedup();
        for (key, peer) in self.shown.peers.iter_mut().filter(|(key, _)| *key != to) {
            let stolen = &mut self.stolen;
            peer.allowed_ips.retain(|range| {
                let keeps = ranges.binary_search(range).is_err();
                if !keeps {
                    stolen.push((*range, *key, *to));
                }
                keeps
            });
        }
        if let Some(peer) = self.shown.peers.get_mut(to) {
            peer.allowed_ips = ranges;
        }
    }
}

impl Device for Fake {
    fn read(&mut self) -> Result<Shown, DeviceError> {
        let mut state = self.state();
        if std::mem::take(&mut state.fail_read) {
            return Err(DeviceError::Silent { what: "show itself", seconds: 10 });
        }
        if state.present { Ok(state.shown.clone()) } else { Err(DeviceError::Absent("fake".into())) }
    }

    fn apply(&mut self, changes: &[Change]) -> Result<(), DeviceError> {
        let mut state = self.state();
        if !state.present {
            return Err(DeviceError::Absent("fake".into()));
        }
        let done = state.fail_apply_after.take();
        for change in changes.iter().take(done.unwrap_or(usize::MAX)) {
            state.change(change);
        }
        match done {
            Some(_) => Err(DeviceError::Refused { what: "change a peer", errno: 22 }),
            None => Ok(()),
        }
    }

    fn ensure_up(&mut self, link: &LinkWanted) -> Result<LinkOutcome, DeviceError> {
        let mut state = self.state();
        if std::mem::take(&mut state.fail_up) {
            return Err(DeviceError::NoKernelModule);
        }
        let mut outcome = LinkOutcome { created: !state.present, repaired: Vec::new() };
        if outcome.created {
            state.shown = Shown { peers: BTreeMap::new(), ..Shown::default() };
            outcome.repaired.push("created the interface".to_owned());
        } else if state.link != *link {
            outcome.repaired.push("set the addresses".to_owned());
        }
        state.present = true;
        state.link = link.clone();
        Ok(outcome)
    }

    fn kind(&self) -> &'static str {
        "fake"
    }
}
