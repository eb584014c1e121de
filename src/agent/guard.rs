//! The guard against mass removal: a restored or empty control plane must not empty a server.

use std::collections::BTreeSet;

use crate::wire::{Desired, DesiredPeer};

/// Removals up to this many are never held.
const FEW: usize = 5;

/// Peers that a new desired state would drop and that stay until a person agrees; none when it drops few.
///
/// `now` decides which had expired anyway: RFC 3339 in UTC compares as text.
pub fn held(shown: &[DesiredPeer], wanted: &Desired, now: &str) -> Vec<DesiredPeer> {
    let keys: BTreeSet<&str> = wanted.peers.iter().map(|peer| peer.public_key.as_str()).collect();
    let ids: BTreeSet<&str> = wanted.peers.iter().map(|peer| peer.id.as_str()).collect();
    let expired = |peer: &&DesiredPeer| peer.expires_at.as_deref().is_some_and(|at| at <= now);
    let kept = |peer: &&DesiredPeer| keys.contains(peer.public_key.as_str()) || ids.contains(peer.id.as_str());
    let dropped: Vec<&DesiredPeer> = shown.iter().filter(|peer| !kept(peer) && !expired(peer)).collect();
    if dropped.len() > FEW && dropped.len() * 5 > shown.len() {
        dropped.into_iter().cloned().collect()
    } else {
        Vec::new()
    }
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
        Desired { revision: 2, interface, peers: peers(numbers) }
    }

    const NOW: &str = "2026-05-06T12:00:00Z";

    #[test]
    fn more_than_a_fifth_and_more_than_five_are_held() {
        assert_eq!(held(&peers(0..30), &desired(6..30), NOW).len(), 0, "exactly a fifth");
        assert_eq!(held(&peers(0..30), &desired(7..30), NOW).len(), 7);
        assert_eq!(held(&peers(0..30), &desired([]), NOW).len(), 30);
        assert_eq!(held(&peers(0..5), &desired([]), NOW).len(), 0, "few");
        assert_eq!(held(&peers(0..6), &desired([]), NOW).len(), 6);
    }

    #[test]
    fn expired_peers_and_new_ones_are_not_counted() {
        assert_eq!(held(&peers(1_000..1_030), &desired([]), NOW).len(), 0);
        assert_eq!(held(&peers(0..10), &desired(0..50), NOW).len(), 0);
    }
}
