//! Taking a new desired state, past the guard against mass removal. On disk it is a whole state, in `desired.json`, and the
//! differences that came since, in `desired.log`.

use serde::{Deserialize, Serialize};

use super::device::{Key, ShownPeer};
use super::error::AgentError;
use super::guard;
use super::machine::Machine;
use super::measure::now;
use super::picture::{Picture, Touched};
use super::state::StateDir;
use crate::wire::{Desired, DesiredPeer, Difference};

/// Bytes of differences, after which the whole state is written once more.
const LONGEST: u64 = 512 * 1024;

/// The desired state as it came, and the peers it would drop that a person has not let go yet.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    pub(super) picture: Picture,
    pub(super) held: Vec<DesiredPeer>,
}

/// What became of an answer.
pub(super) enum Heard {
    /// There was nothing to hear.
    Nothing,
    /// It holds from now on.
    Taken,
    /// It is not to be believed, or older than what is here. Everything stays as it is.
    Refused,
    /// It says what changed since something that is not here.
    Unfit,
}

#[derive(Deserialize)]
struct Stored {
    desired: Desired,
    held: Vec<DesiredPeer>,
}

#[derive(Serialize)]
struct Storing<'a> {
    desired: &'a Desired,
    held: &'a [DesiredPeer],
}

const FILE: &str = "desired.json";
const LOG: &str = "desired.log";

impl Accepted {
    /// What is on disk, and what cannot be read there, in plain words.
    pub(super) fn read(state: &StateDir) -> (Option<Self>, Vec<String>) {
        let (stored, told) = state.read_or_set_aside::<Stored>(FILE);
        let mut told: Vec<String> = told.into_iter().collect();
        let (lines, wrong) = state.lines::<Difference>(LOG);
        told.extend(wrong);
        let Some(Stored { desired, held }) = stored else { return (None, told) };
        let mut picture = Picture::of(desired);
        for line in lines {
            // A crash between writing the whole state and forgetting the log leaves lines that are in it already. A line that
            // does not fit is told to nobody: the control plane is asked with what is here, and answers with the rest.
            if line.revision > picture.desired().revision && picture.amend(&line).is_none() {
                tracing::warn!(revision = line.revision, "a difference on disk leads nowhere and was passed over");
            }
        }
        (Some(Self { picture, held }), told)
    }
}

impl Machine {
    /// The control plane's revisions begin anew, as after another enrolment. Peers stay known to the guard.
    pub fn begin_anew(&mut self) {
        if let Some(accepted) = &mut self.accepted {
            accepted.picture.begin_anew();
        }
    }

    /// Revision and hash of the state that is here.
    pub fn has(&self) -> Option<(u64, String)> {
        let picture = &self.accepted.as_ref()?.picture;
        Some((picture.desired().revision, picture.hash().to_owned()))
    }

    /// Takes a new desired state: on disk first, then on the device.
    pub fn accept(&mut self, desired: Desired, accept_removals: bool) -> Result<Heard, AgentError> {
        if self.refuses(desired.revision) {
            return Ok(Heard::Refused);
        }
        let signed = desired.proof.as_ref().map(|proof| proof.hash.clone());
        let picture = Picture::of(desired);
        if signed.is_some_and(|signed| signed != picture.hash()) {
            let revision = picture.desired().revision;
            self.fault(
                "state_refused",
                &format!("revision {revision} is not what was signed; every tunnel stays as it is"),
            );
            return Ok(Heard::Refused);
        }
        let before = match &self.accepted {
            Some(accepted) => [accepted.picture.desired().peers.as_slice(), &accepted.held].concat(),
            None => self.peers_on_device(),
        };
        let now = now(&self.clock);
        let held = if accept_removals { Vec::new() } else { guard::held(&before, picture.desired(), &now) };
        self.accepted = Some(Accepted { picture, held });
        self.settle(None)
    }

    /// Takes what changed: on disk first, then on the device, where only the peers that it names are touched.
    pub fn amend(&mut self, difference: &Difference, accept_removals: bool) -> Result<Heard, AgentError> {
        if self.refuses(difference.revision) {
            return Ok(Heard::Refused);
        }
        let Some(accepted) = &mut self.accepted else { return Ok(Heard::Unfit) };
        let is_same = accepted.picture.desired().interface == difference.interface;
        let Some(touched) = accepted.picture.amend(difference) else { return Ok(Heard::Unfit) };
        let (now, held) = (now(&self.clock), std::mem::take(&mut accepted.held));
        let was_held = !held.is_empty();
        if !accept_removals {
            accepted.held = guard::held_of(&touched, held, accepted.picture.desired(), &now);
        }
        if was_held || !accepted.held.is_empty() {
            return self.settle(None);
        }
        self.settle(Some((difference, touched, is_same)))
    }

    /// Whether a state is older than the one that is here, which stays.
    fn refuses(&mut self, revision: u64) -> bool {
        let Some(own) = self.revision().filter(|own| revision < *own) else { return false };
        self.fault("older_state_refused", &format!("revision {revision} is older than {own}, which is applied"));
        true
    }

    /// Writes down what was taken and brings the device to it. A full disk must not keep a peer connected that was disabled.
    fn settle(&mut self, by: Option<(&Difference, Vec<Touched>, bool)>) -> Result<Heard, AgentError> {
        let logged = match &by {
            Some((difference, ..)) if !self.unwritten => self.log(difference),
            _ => false,
        };
        if !logged {
            self.unwritten = true;
            self.write_accepted();
        }
        match by {
            Some((_, touched, true)) if self.touch(&touched) => {}
            _ => self.reconcile(true)?,
        }
        Ok(Heard::Taken)
    }

    /// Writes a difference down behind the state that it begins at; false when everything should be written instead.
    fn log(&mut self, difference: &Difference) -> bool {
        match self.state.append(LOG, difference) {
            Ok(length) => length <= LONGEST,
            Err(error) => {
                tracing::warn!(%error, "a difference could not be written down: writing everything");
                false
            }
        }
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
        match self.state.write(FILE, &Storing { desired: accepted.picture.desired(), held: &accepted.held }) {
            Ok(()) => {
                self.unwritten = false;
                self.state.forget(LOG);
            }
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
