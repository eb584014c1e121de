//! Taking a new desired state, past the guard against mass removal.

use serde::{Deserialize, Serialize};

use super::device::{Key, ShownPeer};
use super::error::AgentError;
use super::guard;
use super::machine::Machine;
use super::measure::now;
use crate::wire::{Desired, DesiredPeer};

/// The desired state as it came, and the peers it would drop that a person has not let go yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Accepted {
    pub(super) desired: Desired,
    pub(super) held: Vec<DesiredPeer>,
}

impl Machine {
    /// The control plane's revisions begin anew, as after another enrolment. Peers stay known to the guard.
    pub fn begin_anew(&mut self) {
        if let Some(accepted) = &mut self.accepted {
            accepted.desired.revision = 0;
        }
    }

    /// Takes a new desired state: on disk first, then on the device. False when it is older than the one there is, which
    /// stays.
    pub fn accept(&mut self, desired: Desired, accept_removals: bool) -> Result<bool, AgentError> {
        if let Some(revision) = self.revision()
            && desired.revision < revision
        {
            self.fault(
                "older_state_refused",
                &format!("revision {} is older than {revision}, which is applied", desired.revision),
            );
            return Ok(false);
        }
        let before = match &self.accepted {
            Some(accepted) => [accepted.desired.peers.as_slice(), &accepted.held].concat(),
            None => self.peers_on_device(),
        };
        let held = if accept_removals { Vec::new() } else { guard::held(&before, &desired, &now(&self.clock)) };
        self.accepted = Some(Accepted { desired, held });
        // A full disk must not keep a peer connected that was disabled.
        self.unwritten = true;
        self.write_accepted();
        self.reconcile(true).map(|()| true)
    }

    /// What a device shows that already runs with our key, when nobody remembers what it was given.
    fn peers_on_device(&mut self) -> Vec<DesiredPeer> {
        let own = self.key.map(|key| key.clamped());
        let Some(shown) = self.device.read().ok().filter(|shown| own.is_some() && shown.private_key == own) else {
            return Vec::new();
        };
        let peer = |(key, peer): (&Key, &ShownPeer)| DesiredPeer {
            id: String::new(),
            public_key: key.to_base64(),
            preshared_key: peer.preshared_key.map(|key| key.to_base64()),
            allowed_ips: peer.allowed_ips.iter().map(ToString::to_string).collect(),
            expires_at: None,
            quota_bytes: None,
            used_bytes: 0,
        };
        shown.peers.iter().map(peer).collect()
    }

    pub(super) fn write_accepted(&mut self) {
        let Some(accepted) = self.accepted.as_ref().filter(|_| self.unwritten) else { return };
        match self.state.write("desired.json", accepted) {
            Ok(()) => self.unwritten = false,
            Err(error) => self.fault("state_unwritten", &format!("{error}; applied all the same")),
        }
    }

    /// Lets held removals through, when somebody asked for it.
    pub fn release_held(&mut self, asked: bool) -> Result<(), AgentError> {
        let asked = self.state.take_accept_removals() || asked;
        match &mut self.accepted {
            Some(accepted) if asked && !accepted.held.is_empty() => {
                accepted.held.clear();
                self.unwritten = true;
                self.write_accepted();
                self.reconcile(true)
            }
            _ => Ok(()),
        }
    }
}
