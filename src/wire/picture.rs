//! What a desired state holds, in a hash that both sides come to, and what leads from one state to another.
//!
//! Each peer has a hash of its own, the whole is the hash of those: whoever keeps them pays for what changes only. The form
//! is fixed: a field that comes later would need another hash, beside this one, for agents of before would come to a
//! different one.

use sha2::{Digest, Sha256};

use super::{Desired, DesiredPeer, Interface};

/// SHA-256 of one peer.
pub type Leaf = [u8; 32];

/// The hash of a peer: every field but what it has used, which rises without a new revision.
pub fn leaf(peer: &DesiredPeer) -> Leaf {
    let mut hash = Fields::of("gatehouse peer 1");
    hash.text(&peer.id);
    hash.text(&peer.public_key);
    hash.optional(peer.preshared_key.as_deref());
    hash.number(peer.allowed_ips.len() as u64);
    peer.allowed_ips.iter().for_each(|range| hash.text(range));
    hash.optional(peer.expires_at.as_deref());
    hash.optional(peer.quota_bytes.map(|bytes| bytes.to_string()).as_deref());
    hash.0.finalize().into()
}

/// The hash of a whole picture, in hexadecimal. The leaves stand in the order of their peers' ids.
pub fn hash<'l>(interface: &Interface, leaves: impl ExactSizeIterator<Item = &'l Leaf>) -> String {
    let mut hash = Fields::of("gatehouse picture 1");
    hash.text(&interface.address);
    hash.optional(interface.address6.as_deref());
    hash.number(interface.listen_port.into());
    hash.optional(interface.mtu.map(|mtu| mtu.to_string()).as_deref());
    hash.number(leaves.len() as u64);
    leaves.for_each(|leaf| hash.0.update(leaf));
    hex::encode(hash.0.finalize())
}

/// What the control plane signs.
pub fn statement(server_id: &str, revision: u64, hash: &str) -> Vec<u8> {
    // An id has no line breaks.
    format!("gatehouse desired state 1\n{server_id}\n{revision}\n{hash}\n").into_bytes()
}

/// Fields of which no two rows look the same: each with its length before it.
struct Fields(Sha256);

impl Fields {
    fn of(what: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.text(what);
        fields
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text);
    }

    fn optional(&mut self, text: Option<&str>) {
        self.0.update([u8::from(text.is_some())]);
        self.text(text.unwrap_or_default());
    }
}

/// What a picture held, without the keys: enough to tell later what has changed since.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Of the desired state.
    pub revision: u64,
    /// Of the whole.
    pub hash: String,
    /// By id.
    peers: Vec<(Box<str>, Leaf)>,
}

impl Outline {
    /// Of a desired state, whatever the order of its peers.
    pub fn of(desired: &Desired) -> Self {
        let mut peers: Vec<(Box<str>, Leaf)> =
            desired.peers.iter().map(|peer| (peer.id.as_str().into(), leaf(peer))).collect();
        peers.sort_unstable();
        let hash = hash(&desired.interface, peers.iter().map(|(_, leaf)| leaf));
        Self { revision: desired.revision, hash, peers }
    }

    fn leaf(&self, id: &str) -> Option<&Leaf> {
        let at = self.peers.binary_search_by(|(other, _)| (**other).cmp(id)).ok()?;
        self.peers.get(at).map(|(_, leaf)| leaf)
    }

    /// What has changed since an earlier one: the peers of `desired`, whose outline this is, that are new or differ, and the
    /// ids of those that are gone.
    pub fn since(&self, earlier: &Self, desired: Desired) -> (Vec<DesiredPeer>, Vec<String>) {
        let differs = |peer: &DesiredPeer| earlier.leaf(&peer.id) != self.leaf(&peer.id);
        let changed = desired.peers.into_iter().filter(differs).collect();
        let gone = earlier.peers.iter().filter(|(id, _)| self.leaf(id).is_none());
        (changed, gone.map(|(id, _)| id.to_string()).collect())
    }
}
