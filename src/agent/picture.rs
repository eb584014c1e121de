//! The desired state as the agent holds it: in the order of ids, with the hash of each peer, so that a difference costs what
//! it touches.

use crate::wire::picture::{Leaf, hash, leaf};
use crate::wire::{Desired, DesiredPeer, Difference};

/// A desired state.
#[derive(Clone, Debug)]
pub struct Picture {
    desired: Desired,
    /// Of each peer, in the same order.
    leaves: Vec<Leaf>,
    hash: String,
}

/// A peer that a difference named: as it was, and as it is.
pub type Touched = (Option<DesiredPeer>, Option<DesiredPeer>);

impl Picture {
    /// Of a whole state.
    pub fn of(mut desired: Desired) -> Self {
        // Whoever said it was judged when it came.
        desired.proof = None;
        desired.peers.sort_by(|one, other| one.id.cmp(&other.id));
        let leaves: Vec<Leaf> = desired.peers.iter().map(leaf).collect();
        let hash = hash(&desired.interface, leaves.iter());
        Self { desired, leaves, hash }
    }

    /// What it holds.
    pub fn desired(&self) -> &Desired {
        &self.desired
    }

    /// Of what it holds, as the control plane comes to it too.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The control plane's revisions begin anew.
    pub fn begin_anew(&mut self) {
        self.desired.revision = 0;
    }

    /// Takes a difference in; answers which peers it touched. Nothing happens, and nothing is answered, where it does not begin
    /// here or does not lead to what it says.
    pub fn amend(&mut self, difference: &Difference) -> Option<Vec<Touched>> {
        if difference.since != self.hash {
            return None;
        }
        let changed = difference.changed.iter().map(|peer| (peer.id.as_str(), Some(peer)));
        let removed = difference.removed.iter().map(|id| (id.as_str(), None));
        let mut touched: Vec<Touched> = Vec::with_capacity(difference.changed.len() + difference.removed.len());
        for (id, peer) in removed.chain(changed) {
            let old = self.set(id, peer.cloned());
            touched.push((old, peer.cloned()));
        }
        let interface = std::mem::replace(&mut self.desired.interface, difference.interface.clone());
        let hash = hash(&self.desired.interface, self.leaves.iter());
        if hash == difference.proof.hash {
            self.hash = hash;
            self.desired.revision = difference.revision;
            return Some(touched);
        }
        self.desired.interface = interface;
        for (old, new) in touched.into_iter().rev() {
            if let Some(id) = old.as_ref().or(new.as_ref()).map(|peer| peer.id.clone()) {
                self.set(&id, old);
            }
        }
        None
    }

    /// Puts a peer in the place of another one, or of none; answers the other.
    fn set(&mut self, id: &str, peer: Option<DesiredPeer>) -> Option<DesiredPeer> {
        let peers = &mut self.desired.peers;
        match (peers.binary_search_by(|other| other.id.as_str().cmp(id)), peer) {
            (Ok(at), Some(peer)) => {
                self.leaves[at] = leaf(&peer);
                Some(std::mem::replace(&mut peers[at], peer))
            }
            (Ok(at), None) => {
                self.leaves.remove(at);
                Some(peers.remove(at))
            }
            (Err(at), Some(peer)) => {
                self.leaves.insert(at, leaf(&peer));
                peers.insert(at, peer);
                None
            }
            (Err(_), None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::picture::Outline;
    use crate::wire::{Interface, Proof};

    /// A state in which peer `n` is there in its `of`th shape.
    fn state(revision: u64, mtu: Option<u16>, peers: &[(u8, u8)]) -> Desired {
        let interface = Interface { address: "10.8.0.1/24".into(), address6: None, listen_port: 1, mtu };
        let peer = |(n, shape): &(u8, u8)| DesiredPeer {
            id: format!("id{n}"),
            public_key: format!("key{n}-{}", shape % 3),
            preshared_key: (shape % 2 == 1).then(|| format!("psk{shape}")),
            allowed_ips: vec![format!("10.8.0.{n}/32")],
            expires_at: (shape % 5 == 0).then(|| "2027-01-01T00:00:00Z".to_owned()),
            quota_bytes: (*shape > 6).then_some(u64::from(*shape)),
            used_bytes: 0,
        };
        let mut peers: Vec<DesiredPeer> = peers.iter().map(peer).collect();
        peers.dedup_by(|one, other| one.id == other.id);
        Desired { revision, interface, peers, proof: None }
    }

    fn between(from: &Desired, to: &Desired) -> Difference {
        let (earlier, outline) = (Outline::of(from), Outline::of(to));
        let (changed, removed) = outline.since(&earlier, to.clone());
        let proof = Proof { server_id: "la".into(), hash: outline.hash, key: String::new(), signature: String::new() };
        let (revision, interface) = (to.revision, to.interface.clone());
        Difference { revision, since: earlier.hash, interface, changed, removed, proof }
    }

    fn sorted(mut desired: Desired) -> Desired {
        desired.peers.sort_by(|one, other| one.id.cmp(&other.id));
        desired
    }

    proptest! {
        #[test]
        fn any_sequence_of_differences_gives_the_whole_state(
            steps in proptest::collection::vec(
                (proptest::option::of(1280_u16..1290), proptest::collection::btree_map(0..30_u8, 0..9_u8, 0..20)),
                1..12,
            )
        ) {
            let mut last = state(0, None, &[]);
            let mut picture = Picture::of(last.clone());
            for (revision, (mtu, peers)) in steps.into_iter().enumerate() {
                // As the database gives them, not as the agent keeps them.
                let peers: Vec<(u8, u8)> = peers.into_iter().rev().collect();
                let next = state(revision as u64 + 1, mtu, &peers);
                let difference = between(&last, &next);
                prop_assert!(picture.amend(&difference).is_some());
                let whole = Picture::of(next.clone());
                prop_assert_eq!(picture.desired(), &sorted(next.clone()));
                prop_assert_eq!((picture.hash(), &picture.leaves), (whole.hash(), &whole.leaves));
                // A second time it begins nowhere, unless it changes nothing.
                if difference.since != difference.proof.hash {
                    prop_assert!(picture.amend(&difference).is_none());
                }
                last = next;
            }
        }

        #[test]
        fn a_difference_that_leads_elsewhere_leaves_everything_as_it_was(
            from in proptest::collection::btree_map(0..20_u8, 0..9_u8, 0..15),
            to in proptest::collection::btree_map(0..20_u8, 0..9_u8, 0..15),
            other in 0..9_u8,
        ) {
            let of = |map: std::collections::BTreeMap<u8, u8>| map.into_iter().collect::<Vec<_>>();
            let (from, to) = (state(1, None, &of(from)), state(2, Some(1400), &of(to)));
            let mut difference = between(&from, &to);
            difference.changed.extend(state(2, None, &[(25, other)]).peers);
            let mut picture = Picture::of(from.clone());
            prop_assert!(picture.amend(&difference).is_none());
            prop_assert_eq!(picture.desired(), &sorted(from.clone()));
            prop_assert_eq!(picture.hash(), Outline::of(&from).hash);
            prop_assert_eq!(&picture.leaves, &Picture::of(from).leaves);
        }
    }

    #[test]
    fn the_hash_tells_every_field_apart_but_not_what_was_used() {
        let peer = state(1, None, &[(1, 1)]).peers.remove(0);
        let mut others = vec![peer.clone(); 6];
        others[0].id.push('x');
        others[1].public_key.push('x');
        others[2].preshared_key = None;
        others[3].allowed_ips.push(String::new());
        others[4].expires_at = Some(String::new());
        others[5].quota_bytes = Some(0);
        let mut leaves: Vec<Leaf> = others.iter().chain([&peer]).map(leaf).collect();
        leaves.sort_unstable();
        leaves.dedup();
        assert_eq!(leaves.len(), 7);
        assert_eq!(leaf(&DesiredPeer { used_bytes: 9, ..peer.clone() }), leaf(&peer));
    }
}
