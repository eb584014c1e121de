//! What to change so that a device shows what is wanted: the difference, and nothing else.

use std::collections::{BTreeMap, HashMap};

use ipnet::IpNet;

use super::{Change, Key, Shown, ShownPeer};

/// The device as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The agent's own.
    pub private_key: Key,
    /// UDP port; 0 leaves the device's.
    pub listen_port: u16,
    /// Peers by public key. One with the device's own key is passed over, as a device does.
    pub peers: BTreeMap<Key, WantedPeer>,
}

/// One peer as it should be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WantedPeer {
    /// `None` for none.
    pub preshared_key: Option<Key>,
    /// In any order.
    pub allowed_ips: Vec<IpNet>,
}

/// The changes that lead from `shown` to `wanted`, in the order to send them; empty when there is nothing to do.
///
/// Removals come first, then the device's own fields, then peers that lose ranges, then those that gain some: a range is
/// free before another peer takes it, because a device would move it without a word. A range that two peers want stays
/// with the one that has it, else goes to the lower key (see `overlaps`).
pub fn difference(shown: &Shown, wanted: &Wanted) -> Vec<Change> {
    let changed = changed_peers(shown, wanted);
    let mut changes: Vec<Change> =
        shown.peers.keys().filter(|key| !wanted.peers.contains_key(*key)).map(|key| Change::RemovePeer(*key)).collect();
    if shown.private_key != Some(wanted.private_key.clamped()) {
        changes.push(Change::SetPrivateKey(wanted.private_key));
    }
    if wanted.listen_port != 0 && shown.listen_port != wanted.listen_port {
        changes.push(Change::SetListenPort(wanted.listen_port));
    }
    if changed.is_empty() {
        return changes;
    }
    let own = Key::public_from_private(&wanted.private_key);
    if shown.peers.contains_key(&own) && wanted.peers.contains_key(&own) {
        changes.insert(0, Change::RemovePeer(own));
    }
    let takers = takers(shown, wanted, &changed, &own);

    let mut gains = Vec::new();
    for peer in changed.into_iter().filter(|peer| *peer.key != own) {
        let ranges: Vec<IpNet> = match peer.shown {
            Some(shown) => {
                let has = |range: &IpNet| shown.allowed_ips.binary_search(range).is_ok();
                peer.ranges.into_iter().filter(|r| has(r) || takers.get(r) == Some(peer.key)).collect()
            }
            None => peer.ranges.into_iter().filter(|r| takers.get(r) == Some(peer.key)).collect(),
        };
        let preshared_key = peer.wanted.preshared_key.filter(|key| !key.is_zero());
        let Some(shown) = peer.shown else {
            gains.push(Change::AddPeer { public_key: *peer.key, preshared_key, allowed_ips: ranges });
            continue;
        };
        let key_change = (shown.preshared_key != preshared_key).then_some(preshared_key);
        let kept: Vec<IpNet> = shown.allowed_ips.iter().filter(|r| ranges.binary_search(r).is_ok()).copied().collect();
        let (loses, gains_some) = (kept.len() < shown.allowed_ips.len(), kept.len() < ranges.len());
        if loses {
            let preshared_key = if gains_some { None } else { key_change };
            changes.push(Change::UpdatePeer { public_key: *peer.key, preshared_key, allowed_ips: Some(kept) });
        }
        if gains_some {
            let allowed_ips = Some(ranges);
            gains.push(Change::UpdatePeer { public_key: *peer.key, preshared_key: key_change, allowed_ips });
        } else if !loses && key_change.is_some() {
            gains.push(Change::UpdatePeer { public_key: *peer.key, preshared_key: key_change, allowed_ips: None });
        }
    }
    changes.append(&mut gains);
    changes
}

/// Ranges that more than one peer wants, with two of those peers: a device can give them to one only.
pub fn overlaps(wanted: &Wanted) -> Vec<(IpNet, Key, Key)> {
    let mut holders: HashMap<IpNet, Key> = HashMap::new();
    let mut found = Vec::new();
    for (key, peer) in &wanted.peers {
        for range in &peer.allowed_ips {
            let holder = *holders.entry(range.trunc()).or_insert(*key);
            if holder != *key {
                found.push((range.trunc(), holder, *key));
            }
        }
    }
    found
}

struct Changed<'a> {
    key: &'a Key,
    shown: Option<&'a ShownPeer>,
    wanted: &'a WantedPeer,
    /// The wanted ranges as a device shows them: host bits cleared, sorted, each once.
    ranges: Vec<IpNet>,
}

/// Peers that are not yet as wanted. Both maps are sorted, so one walk over both finds them without a look-up.
fn changed_peers<'a>(shown: &'a Shown, wanted: &'a Wanted) -> Vec<Changed<'a>> {
    let mut changed = Vec::new();
    let mut have = shown.peers.iter().peekable();
    for (key, peer) in &wanted.peers {
        while have.next_if(|(other, _)| *other < key).is_some() {}
        let shown = have.next_if(|(other, _)| *other == key).map(|(_, shown)| shown);
        if let Some(shown) = shown
            && shown.preshared_key == peer.preshared_key
            && shown.allowed_ips == peer.allowed_ips
        {
            continue;
        }
        let ranges = as_shown(&peer.allowed_ips);
        if let Some(shown) = shown
            && shown.preshared_key == peer.preshared_key.filter(|key| !key.is_zero())
            && shown.allowed_ips == ranges
        {
            continue;
        }
        changed.push(Changed { key, shown, wanted: peer, ranges });
    }
    changed
}

/// Who takes each range that changes hands. A range whose holder keeps it is nobody's to take.
fn takers(shown: &Shown, wanted: &Wanted, changed: &[Changed<'_>], own: &Key) -> HashMap<IpNet, Key> {
    let mut takers = HashMap::new();
    for peer in changed.iter().filter(|peer| peer.key != own) {
        for range in &peer.ranges {
            if peer.shown.is_none_or(|shown| shown.allowed_ips.binary_search(range).is_err()) {
                takers.entry(*range).or_insert(*peer.key);
            }
        }
    }
    if takers.is_empty() {
        return takers;
    }
    for (key, peer) in &shown.peers {
        for range in peer.allowed_ips.iter().filter(|range| takers.contains_key(*range)).copied().collect::<Vec<_>>() {
            let keeps =
                key != own && wanted.peers.get(key).is_some_and(|w| w.allowed_ips.iter().any(|r| r.trunc() == range));
            if keeps {
                takers.remove(&range);
            }
        }
    }
    takers
}

fn as_shown(ranges: &[IpNet]) -> Vec<IpNet> {
    let mut ranges: Vec<IpNet> = ranges.iter().map(IpNet::trunc).collect();
    ranges.sort();
    ranges.dedup();
    ranges
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
