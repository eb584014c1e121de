//! The guard against mass removal: a restored or empty control plane must not empty a server.

use std::collections::BTreeSet;

use super::picture::Touched;
use crate::wire::{Desired, DesiredPeer};

/// Removals up to this many are never held, unless nobody would be left.
const FEW: usize = 5;
/// Removals up to this many are never held, even where nobody would be left.
const LAST: usize = 2;

/// Peers that a new desired state would drop and that stay until a person agrees; none when it drops few.
///
/// `now` decides which had expired anyway: RFC 3339 in UTC compares as text.
pub fn held(shown: &[DesiredPeer], wanted: &Desired, now: &str) -> Vec<DesiredPeer> {
    let keys: BTreeSet<&str> = wanted.peers.iter().map(|peer| peer.public_key.as_str()).collect();
    let ids: BTreeSet<&str> = wanted.peers.iter().map(|peer| peer.id.as_str()).collect();
    let expired = |peer: &&DesiredPeer| peer.expires_at.as_deref().is_some_and(|at| at <= now);
    let kept = |peer: &&DesiredPeer| keys.contains(peer.public_key.as_str()) || ids.contains(peer.id.as_str());
    let dropped: Vec<&DesiredPeer> = shown.iter().filter(|peer| !kept(peer) && !expired(peer)).collect();
    let leaves_nobody = wanted.peers.is_empty() && dropped.len() > LAST;
    if leaves_nobody || dropped.len() > FEW && dropped.len() * 5 > shown.len() {
        dropped.into_iter().cloned().collect()
    } else {
        Vec::new()
    }
}

/// The same of a difference, by the peers that it touched and those that were held already.
pub fn held_of(touched: &[Touched], held: Vec<DesiredPeer>, wanted: &Desired, now: &str) -> Vec<DesiredPeer> {
    let leaves = |(old, new): &&Touched| old.is_some() && new.is_none();
    if held.is_empty() && touched.iter().filter(leaves).count() <= LAST {
        return Vec::new();
    }
    let ids: BTreeSet<&str> = touched.iter().filter_map(|(_, new)| new.as_ref()).map(|peer| peer.id.as_str()).collect();
    let stayed = wanted.peers.iter().filter(|peer| !ids.contains(peer.id.as_str())).cloned();
    let before: Vec<DesiredPeer> =
        stayed.chain(touched.iter().filter_map(|(old, _)| old.clone())).chain(held).collect();
    self::held(&before, wanted, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Interface;

    fn peers(numbers: impl IntoIterator<Item = u32>) -> Vec<DesiredPeer> {
        let peer = |n: u32| DesiredPeer {
            id: format!("id{n}"),
            public_key: format!("key{n}"),
            preshared_key: None,
            allowed_ips: Vec::new(),
            expires_at: (n >= 1_000).then(|| "2026-01-01T00:00:00Z".to_owned()),
            quota_bytes: None,
            used_bytes: 0,
        };
        numbers.into_iter().map(peer).collect()
    }

    fn desired(numbers: impl IntoIterator<Item = u32>) -> Desired {
        let interface = Interface { address: "10.8.0.1/24".into(), address6: None, listen_port: 1, mtu: None };
        Desired { revision: 2, interface, peers: peers(numbers), proof: None }
    }

    const NOW: &str = "2026-05-06T12:00:00Z";

    #[test]
    fn more_than_a_fifth_and_more_than_five_are_held_and_all_of_more_than_two() {
        assert_eq!(held(&peers(0..30), &desired(6..30), NOW).len(), 0, "exactly a fifth");
        assert_eq!(held(&peers(0..30), &desired(7..30), NOW).len(), 7);
        assert_eq!(held(&peers(0..30), &desired([]), NOW).len(), 30);
        assert_eq!(held(&peers(0..6), &desired([5]), NOW).len(), 0, "few");
        assert_eq!(held(&peers(0..2), &desired([]), NOW).len(), 0, "the last two");
        assert_eq!(held(&peers(0..3), &desired([]), NOW).len(), 3, "nobody is left");
        assert_eq!(held(&peers(0..6), &desired([]), NOW).len(), 6);
    }

    #[test]
    fn expired_peers_and_new_ones_are_not_counted() {
        assert_eq!(held(&peers(1_000..1_030), &desired([]), NOW).len(), 0);
        assert_eq!(held(&peers(0..10), &desired(0..50), NOW).len(), 0);
    }

    #[test]
    fn a_difference_is_held_where_the_whole_would_be() {
        let all = peers(0..30);
        for gone in [0, 5, 6, 7, 12, 30] {
            for (new, back) in [(0, 0), (3, 2)] {
                let held_before = peers(40..47);
                let wanted = desired((gone..30).chain(50..50 + new).chain(40..40 + back));
                for held_before in [Vec::new(), held_before] {
                    let was = |n: u32| (n < 30).then(|| all[n as usize].clone());
                    let is = |n: u32| wanted.peers.iter().find(|peer| peer.id == format!("id{n}")).cloned();
                    let touched: Vec<Touched> =
                        (0..gone).chain(50..50 + new).chain(40..40 + back).map(|n| (was(n), is(n))).collect();
                    let whole = held(&[all.clone(), held_before.clone()].concat(), &wanted, NOW);
                    let sorted = |mut peers: Vec<DesiredPeer>| {
                        peers.sort_by(|one, other| one.id.cmp(&other.id));
                        peers
                    };
                    assert_eq!(
                        sorted(held_of(&touched, held_before, &wanted, NOW)),
                        sorted(whole),
                        "{gone} {new} {back}"
                    );
                }
            }
        }
    }
}
