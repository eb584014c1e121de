//! Where each peer was last seen, so that a device that starts anew can greet those whose session it lost.
//!
//! A client notices a lost session after 15 s of sending without an answer (WireGuard paper, section 6.5: keepalive
//! timeout plus rekey timeout). Until then it sends what nobody can read, unless the other side begins a handshake. That
//! takes an endpoint, and a packet to send: one keepalive, which is what WireGuard itself sends when it is told to.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::clock::Kept;
use super::device::{Change, Shown};

/// How long a session is good for after its handshake (WireGuard paper, reject-after-time). A client whose session is
/// older begins a handshake by itself as soon as it has something to send.
const SESSION: Duration = Duration::from_secs(180);

/// What is kept in `seen.json`. It only makes things quicker: a crash may lose some of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The last good time.
    pub clock: Option<Kept>,
    /// By public key in base64.
    peers: BTreeMap<String, Place>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Place {
    endpoint: SocketAddr,
    /// Of its latest handshake, in seconds since 1970 by the machine's own clock.
    shaken: u64,
}

impl Seen {
    /// Takes in what a device shows.
    pub fn observe(&mut self, shown: &Shown) {
        for (key, peer) in &shown.peers {
            if let (Some(endpoint), Some(shaken)) = (peer.endpoint, peer.latest_handshake) {
                self.peers.insert(key.to_base64(), Place { endpoint, shaken: seconds(shaken) });
            }
        }
    }

    /// Keeps only these peers.
    pub fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        self.peers.retain(|key, _| wanted(key));
    }

    /// What to tell the device about peers that these changes add to it. `now` by the machine's own clock.
    pub fn returning(&self, changes: &[Change], now: SystemTime) -> Vec<Change> {
        let known = |change: &Change| {
            let Change::AddPeer { public_key, .. } = change else { return None };
            let place = self.peers.get(&public_key.to_base64())?;
            let greet = seconds(now).abs_diff(place.shaken) < SESSION.as_secs();
            Some(Change::SetEndpoint { public_key: *public_key, endpoint: place.endpoint, greet })
        };
        changes.iter().filter_map(known).collect()
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::device::{Key, ShownPeer};

    #[test]
    fn only_peers_that_are_added_are_told_and_only_live_sessions_are_greeted() {
        let shaken = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let peer = |port: u16| ShownPeer {
            endpoint: Some(SocketAddr::from(([192, 0, 2, 2], port))),
            latest_handshake: Some(shaken),
            ..ShownPeer::default()
        };
        let [one, two, three] = [1, 2, 3].map(|n| Key([n; 32]));
        let never = ShownPeer { latest_handshake: None, ..peer(3) };
        let mut seen = Seen::default();
        seen.observe(&Shown { peers: [(one, peer(1)), (two, peer(2)), (three, never)].into(), ..Shown::default() });
        let add = |key| Change::AddPeer { public_key: key, preshared_key: None, allowed_ips: Vec::new() };
        let told = |after: u64| {
            let changes = [Change::RemovePeer(two), add(one), add(three)];
            seen.returning(&changes, shaken + Duration::from_secs(after))
        };
        let expected = |greet| {
            vec![Change::SetEndpoint { public_key: one, endpoint: SocketAddr::from(([192, 0, 2, 2], 1)), greet }]
        };
        assert_eq!(told(179), expected(true));
        assert_eq!(told(180), expected(false));
        seen.retain(|key| key != one.to_base64());
        assert_eq!(seen.returning(&[add(one)], shaken), []);
    }
}
