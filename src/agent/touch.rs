//! Bringing a few peers to the device without a look at all the others.
//!
//! Reading ten thousand peers back takes the agent and the device ten times as long as changing one. The device showed the
//! state before, or the next look says that it drifted: so here only what was touched is compared, and the next look at the
//! whole, within seconds and before the next report, confirms it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::device::{Key, Shown, ShownPeer, Wanted, WantedPeer, difference};
use super::machine::Machine;
use super::picture::Touched;
use crate::wire::DesiredPeer;

/// With more of them a look at the whole device is worth it.
const FEW: usize = 100;

impl Machine {
    /// Brings touched peers to the device; false where that takes a look at the whole.
    pub(super) fn touch(&mut self, touched: &[Touched]) -> bool {
        let Some(key) = self.key.filter(|_| self.is_settled() && touched.len() <= FEW) else { return false };
        let (Some(old), Some(new)) = (wanted(touched, |(old, _)| old), wanted(touched, |(_, new)| new)) else {
            return false;
        };
        let own = Key::public_from_private(&key);
        if old.contains_key(&own) || new.contains_key(&own) || self.clashes(touched) {
            return false;
        }
        let leaves: BTreeSet<Key> = old.keys().filter(|key| !new.contains_key(*key)).copied().collect();
        let mut shown = Shown { private_key: Some(key.clamped()), listen_port: 0, peers: as_shown(old) };
        if !leaves.is_empty() {
            // What they have used must be counted before it is gone.
            let Ok(read) = self.device.read_of(&leaves) else { return false };
            shown.peers.retain(|key, _| !leaves.contains(key));
            self.totals.observe(&read);
            self.seen.observe(&read);
            shown.peers.extend(read.peers);
        }
        let changes = difference(&shown, &Wanted { private_key: key, listen_port: 0, peers: new });
        let returning = self.seen.returning(&changes, self.clock.shown());
        if let Err(error) = self.device.apply(&[changes.as_slice(), &returning].concat()) {
            tracing::warn!(%error, "a change was not taken: looking at the whole device");
            return false;
        }
        self.unconfirmed = true;
        let restarted = self.count_anew(&changes);
        if !restarted.is_empty()
            && let Err(error) = self.totals.write_some(&self.state, &restarted)
        {
            // The next report writes them, or says so.
            tracing::warn!(%error, "counters wait");
        }
        true
    }

    /// Whether a peer that was not touched has an address or a key that a touched one takes.
    fn clashes(&self, touched: &[Touched]) -> bool {
        let Some(accepted) = &self.accepted else { return true };
        let new = || touched.iter().filter_map(|(_, new)| new.as_ref());
        let ids: HashSet<&str> = new().map(|peer| peer.id.as_str()).collect();
        let ranges: HashSet<&str> = new().flat_map(|peer| &peer.allowed_ips).map(String::as_str).collect();
        let keys: HashSet<&str> = new().map(|peer| peer.public_key.as_str()).collect();
        let clashes = |peer: &DesiredPeer| {
            let takes = keys.contains(peer.public_key.as_str())
                || peer.allowed_ips.iter().any(|range| ranges.contains(range.as_str()));
            takes && !ids.contains(peer.id.as_str())
        };
        !ids.is_empty() && accepted.picture.desired().peers.iter().any(clashes)
    }
}

/// These peers as the device should have them; none where one has a limit, which the packet filter must hear of first, or
/// cannot be read, which somebody must be told.
fn wanted(touched: &[Touched], side: impl Fn(&Touched) -> &Option<DesiredPeer>) -> Option<BTreeMap<Key, WantedPeer>> {
    let peers = touched.iter().filter_map(|touched| side(touched).as_ref());
    let read = |peer: &DesiredPeer| {
        if peer.expires_at.is_some() || peer.quota_bytes.is_some() {
            return None;
        }
        let preshared_key = peer.preshared_key.as_deref().map(Key::from_base64).transpose().ok()?;
        let allowed_ips = peer.allowed_ips.iter().map(|text| text.parse()).collect::<Result<_, _>>().ok()?;
        Some((Key::from_base64(&peer.public_key).ok()?, WantedPeer { preshared_key, allowed_ips }))
    };
    peers.map(read).collect()
}

/// As a device shows peers that it was given.
fn as_shown(peers: BTreeMap<Key, WantedPeer>) -> BTreeMap<Key, ShownPeer> {
    let shown = |(key, peer): (Key, WantedPeer)| {
        let mut allowed_ips: Vec<_> = peer.allowed_ips.iter().map(ipnet::IpNet::trunc).collect();
        allowed_ips.sort_unstable();
        let preshared_key = peer.preshared_key.filter(|key| !key.is_zero());
        (key, ShownPeer { preshared_key, allowed_ips, ..ShownPeer::default() })
    };
    peers.into_iter().map(shown).collect()
}
