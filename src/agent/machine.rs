//! This machine: device, packet filter and counters, brought to the desired state by difference only.

use std::collections::BTreeSet;
use std::time::Instant;

use super::accept::Accepted;
use super::clock::Clock;
use super::counters::Totals;
use super::device::{Change, Device, Key, difference};
use super::error::AgentError;
use super::firewall::{Firewall, FirewallError};
use super::measure::words;
use super::plan::{Plan, plan};
use super::seen::Seen;
use super::state::StateDir;
use crate::wire::{DesiredPeer, Fault};

/// What the agent works on and with.
pub struct Tools {
    /// WireGuard.
    pub device: Box<dyn Device>,
    /// None where there is none: then the agent cuts by itself.
    pub firewall: Option<Box<dyn Firewall>>,
    /// What time it is.
    pub clock: Clock,
}

/// Everything of this machine that the agent touches. Its calls block.
pub struct Machine {
    pub(super) state: StateDir,
    interface: String,
    pub(super) device: Box<dyn Device>,
    firewall: Option<Box<dyn Firewall>>,
    pub(super) clock: Clock,
    pub(super) key: Option<Key>,
    masquerade: bool,
    pub(super) accepted: Option<Accepted>,
    /// The state on disk is not the one in memory.
    pub(super) unwritten: bool,
    pub(super) totals: Totals,
    pub(super) seen: Seen,
    pub(super) seen_written: Option<Instant>,
    /// Taken off the device since the last report, which must still say what they used.
    pub(super) departed: BTreeSet<String>,
    pub(super) applied: Option<u64>,
    pub(super) faults: Vec<Fault>,
    started: bool,
    up: bool,
    /// Peers were touched and not read back: the next look at the whole device does.
    pub(super) unconfirmed: bool,
}

impl Machine {
    /// Takes the machine over from the state on disk. What cannot be read there is put aside and told of.
    pub fn new(state: StateDir, interface: &str, tools: Tools, masquerade: bool) -> Self {
        let mut damage = Vec::new();
        let mut note = |told: Option<String>| damage.extend(told);
        let (seen, told) = state.read_or_set_aside::<Seen>("seen.json");
        note(told);
        if let Some(kept) = seen.as_ref().and_then(|seen| seen.clock.as_ref()) {
            tools.clock.take_up(kept);
        }
        let (accepted, told) = Accepted::read(&state);
        told.into_iter().for_each(|told| note(Some(told)));
        let (totals, told) = Totals::read(&state);
        told.into_iter().for_each(|told| note(Some(told)));
        let (key, told) = state.key();
        note(told);
        let mut machine = Self {
            interface: interface.to_owned(),
            device: tools.device,
            firewall: tools.firewall,
            clock: tools.clock,
            key,
            masquerade,
            accepted,
            unwritten: false,
            totals: totals.unwrap_or_else(Totals::beginning),
            seen: seen.unwrap_or_default(),
            seen_written: None,
            departed: BTreeSet::new(),
            applied: None,
            faults: Vec::new(),
            started: false,
            up: false,
            unconfirmed: false,
            state,
        };
        damage.iter().for_each(|told| machine.fault("state_damaged", told));
        machine
    }

    /// The state directory, for whoever keeps other files there.
    pub fn state(&self) -> &StateDir {
        &self.state
    }

    /// Reads another file of the state directory; a damaged one is put aside and told of.
    pub fn read<T: serde::de::DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let (read, damage) = self.state.read_or_set_aside(name);
        if let Some(told) = damage {
            self.fault("state_damaged", &told);
        }
        read
    }

    /// The private key: from disk, else the one that the device runs with, which devices out there know.
    pub fn key(&mut self) -> Result<Option<Key>, AgentError> {
        if self.key.is_none()
            && let Some(key) = self.device.read().ok().and_then(|shown| shown.private_key)
        {
            tracing::info!(interface = self.interface, "took the private key over from the running interface");
            self.set_key(key)?;
        }
        Ok(self.key)
    }

    /// Stores a private key and goes by it from now on.
    pub fn set_key(&mut self, key: Key) -> Result<(), AgentError> {
        self.state.write_key(&key)?;
        self.key = Some(key);
        Ok(())
    }

    /// The revision on disk.
    pub fn revision(&self) -> Option<u64> {
        self.accepted.as_ref().map(|accepted| accepted.picture.desired().revision)
    }

    /// Whether the interface is up with a desired state.
    pub fn is_up(&self) -> bool {
        self.up
    }

    /// Brings device and packet filter to the state on disk. What differs without a new state is drift, and is reported.
    pub fn reconcile(&mut self, expected: bool) -> Result<(), AgentError> {
        if self.accepted.is_none() {
            return Ok(());
        }
        self.write_accepted();
        let Some(key) = self.key()? else {
            let path = self.state.key_path();
            let words =
                format!("there is no private key: put this server's own into {}, or enrol anew", path.display());
            self.fault("key_lost", &words);
            return Err(AgentError::Device(words));
        };
        let expected = expected || !self.started;
        let Some(accepted) = &self.accepted else { return Ok(()) };
        let cuts_itself = self.firewall.is_none();
        let over = |peer: &DesiredPeer| {
            let (rx, tx) = self.totals.of(&peer.public_key);
            let used = peer.used_bytes.max(rx.saturating_add(tx));
            cuts_itself && peer.quota_bytes.is_some_and(|quota| used >= quota)
        };
        let (desired, held) = (accepted.picture.desired(), &accepted.held);
        let plan = plan(desired, held, key, self.masquerade, self.clock.now(), over);
        let (revision, is_whole) = (desired.revision, held.is_empty() && plan.faults.is_empty());
        let outcome = self.drive(&plan, expected);
        self.started = true;
        self.up = outcome.is_ok();
        match outcome {
            Ok(()) => {
                self.unconfirmed = false;
                self.applied = is_whole.then_some(revision).or(self.applied);
                if expected {
                    plan.faults.iter().for_each(|words| self.fault("peer_left_out", words));
                }
                Ok(())
            }
            Err(error) => {
                self.fault("apply_failed", &error.to_string());
                Err(error)
            }
        }
    }

    fn drive(&mut self, plan: &Plan, expected: bool) -> Result<(), AgentError> {
        let device = |error: super::device::DeviceError| AgentError::Device(error.to_string());
        let link = self.device.ensure_up(&plan.link).map_err(device)?;
        let mut restarted = link.created;
        if link.created {
            self.totals.restart_all();
        }
        let mut repaired = link.repaired;
        if link.created && !expected {
            repaired.push(format!("the interface {} was gone", self.interface));
        }
        let shown = self.device.read().map_err(device)?;
        self.totals.observe(&shown);
        self.seen.observe(&shown);
        let changes = difference(&shown, &plan.wanted);
        if !changes.is_empty() {
            // That somebody's time is over is what was wanted.
            let ended = |change: &Change| matches!(change, Change::RemovePeer(key) if plan.ended.contains(key));
            let drift: Vec<Change> = changes.iter().filter(|change| !ended(change)).cloned().collect();
            if !drift.is_empty() {
                repaired.push(words(&drift));
            }
            let returning = self.seen.returning(&changes, self.clock.shown());
            self.device.apply(&[changes.as_slice(), &returning].concat()).map_err(device)?;
            let gone = self.count_anew(&changes);
            restarted |= !gone.is_empty();
            let shown = self.device.read().map_err(device)?;
            let left = difference(&shown, &plan.wanted);
            if !left.is_empty() {
                return Err(AgentError::Device(format!("the device still differs after a change: {}", words(&left))));
            }
        }
        if restarted && let Err(error) = self.totals.write(&self.state) {
            // The next report writes them, or says so.
            tracing::warn!(%error, "counters wait");
        }
        if let Some(firewall) = &mut self.firewall {
            match firewall.apply(&self.interface, &plan.limits, self.clock.now()) {
                Ok(applied) => repaired.extend(applied.repaired),
                Err(FirewallError::NoNft) => self.firewall = None,
                Err(error) => return Err(AgentError::Device(error.to_string())),
            }
        }
        if !expected && !repaired.is_empty() {
            self.fault("drift_repaired", &repaired.join("; "));
        }
        Ok(())
    }

    /// The device counts peers that came or went from nothing. Answers those of whom there was something to keep.
    pub(super) fn count_anew(&mut self, changes: &[Change]) -> Vec<String> {
        let mut restarted = Vec::new();
        for change in changes {
            if let Change::AddPeer { public_key, .. } | Change::RemovePeer(public_key) = change {
                let key = public_key.to_base64();
                if matches!(change, Change::RemovePeer(_)) {
                    self.departed.insert(key.clone());
                }
                if self.totals.restart(&key) {
                    restarted.push(key);
                }
            }
        }
        restarted
    }

    /// Whether the device was brought to the state before without a fault, so that it need not be looked at again.
    pub(super) fn is_settled(&self) -> bool {
        self.up && self.started
    }
}
