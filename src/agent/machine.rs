//! This machine: device, packet filter and counters, brought to the desired state by difference only.

use std::time::SystemTime;

use chrono::{SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::counters::Totals;
use super::device::{Change, Device, Key, difference};
use super::error::AgentError;
use super::firewall::{Firewall, FirewallError};
use super::guard;
use super::plan::{Plan, plan};
use super::state::StateDir;
use crate::wire::{Desired, DesiredPeer, Fault, PeerStat};

/// Faults that wait for the next report.
const FAULTS: usize = 20;

/// The desired state as it came, and the peers it would drop that a person has not let go yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Accepted {
    desired: Desired,
    held: Vec<DesiredPeer>,
}

/// Everything of this machine that the agent touches. Its calls block.
pub struct Machine {
    state: StateDir,
    interface: String,
    device: Box<dyn Device>,
    firewall: Option<Box<dyn Firewall>>,
    key: Key,
    masquerade: bool,
    accepted: Option<Accepted>,
    totals: Totals,
    applied: Option<u64>,
    faults: Vec<Fault>,
    started: bool,
}

/// What a report says of this machine.
pub struct Measure {
    /// Bytes of all peers.
    pub transfer: (u64, u64),
    /// Of the state that the device shows.
    pub applied_revision: Option<u64>,
    /// Each peer on the device.
    pub peer_stats: Vec<PeerStat>,
    /// Since the last report.
    pub errors: Vec<Fault>,
}

impl Machine {
    /// Takes the machine over from the state on disk.
    pub fn new(
        state: StateDir,
        interface: &str,
        device: Box<dyn Device>,
        firewall: Option<Box<dyn Firewall>>,
        key: Key,
        masquerade: bool,
    ) -> Result<Self, AgentError> {
        let accepted = state.read::<Accepted>("desired.json")?;
        let mut machine = Self {
            interface: interface.to_owned(),
            device,
            firewall,
            key,
            masquerade,
            accepted,
            totals: Totals::default(),
            applied: None,
            faults: Vec::new(),
            started: false,
            state,
        };
        match machine.state.read("counters.json") {
            Ok(totals) => machine.totals = totals.unwrap_or_default(),
            Err(error) => {
                // Counting starts anew; the control plane takes that as a reset. Tunnels matter more.
                machine.state.set_aside("counters.json")?;
                machine.fault("state_damaged", &error.to_string());
            }
        }
        Ok(machine)
    }

    /// The state directory, for whoever keeps other files there.
    pub fn state(&self) -> &StateDir {
        &self.state
    }

    /// The revision on disk.
    pub fn revision(&self) -> Option<u64> {
        self.accepted.as_ref().map(|accepted| accepted.desired.revision)
    }

    /// Takes a new desired state: on disk first, then on the device.
    pub fn accept(&mut self, desired: Desired, accept_removals: bool) -> Result<(), AgentError> {
        if let Some(revision) = self.revision()
            && desired.revision < revision
        {
            self.fault(
                "older_state_refused",
                &format!("revision {} is older than {revision}, which is applied", desired.revision),
            );
            return Ok(());
        }
        let before = self.accepted.take().map(|accepted| [accepted.desired.peers, accepted.held].concat());
        let held = match before {
            Some(before) if !accept_removals => guard::held(&before, &desired, &now()),
            _ => Vec::new(),
        };
        if !held.is_empty() {
            let words = format!(
                "{} peers would be removed at once: they stay until somebody runs the agent with --accept-removals",
                held.len()
            );
            self.fault("removals_held", &words);
        }
        let accepted = Accepted { desired, held };
        self.state.write("desired.json", &accepted)?;
        self.accepted = Some(accepted);
        self.reconcile(true)
    }

    /// Lets held removals through, when somebody asked for it.
    pub fn release_held(&mut self, asked: bool) -> Result<(), AgentError> {
        let asked = self.state.take_accept_removals() || asked;
        match &mut self.accepted {
            Some(accepted) if asked && !accepted.held.is_empty() => {
                accepted.held.clear();
                self.state.write("desired.json", accepted)?;
                self.reconcile(true)
            }
            _ => Ok(()),
        }
    }

    /// Brings device and packet filter to the state on disk. What differs without a new state is drift, and is reported.
    pub fn reconcile(&mut self, expected: bool) -> Result<(), AgentError> {
        let Some(accepted) = self.accepted.clone() else { return Ok(()) };
        let expected = expected || !self.started;
        let cuts_itself = self.firewall.is_none();
        let over = |peer: &DesiredPeer| {
            let (rx, tx) = self.totals.of(&peer.public_key);
            let used = peer.used_bytes.max(rx.saturating_add(tx));
            cuts_itself && peer.quota_bytes.is_some_and(|quota| used >= quota)
        };
        let plan = plan(&accepted.desired, &accepted.held, self.key, self.masquerade, SystemTime::now(), over);
        let outcome = self.drive(&plan, expected);
        self.started = true;
        match outcome {
            Ok(()) => {
                let whole = accepted.held.is_empty() && plan.faults.is_empty();
                self.applied = whole.then_some(accepted.desired.revision).or(self.applied);
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
        if link.created {
            self.totals.restart_all();
        }
        let mut repaired = link.repaired;
        if link.created && !expected {
            repaired.push(format!("the interface {} was gone", self.interface));
        }
        let shown = self.device.read().map_err(device)?;
        self.totals.observe(&shown);
        let changes = difference(&shown, &plan.wanted);
        if !changes.is_empty() {
            for change in &changes {
                if let Change::AddPeer { public_key, .. } | Change::RemovePeer(public_key) = change {
                    self.totals.restart(&public_key.to_base64());
                }
            }
            repaired.push(words(&changes));
            self.device.apply(&changes).map_err(device)?;
            let shown = self.device.read().map_err(device)?;
            let left = difference(&shown, &plan.wanted);
            if !left.is_empty() {
                return Err(AgentError::Device(format!("the device still differs after a change: {}", words(&left))));
            }
        }
        if let Some(firewall) = &mut self.firewall {
            match firewall.apply(&self.interface, &plan.limits) {
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

    /// Reads the counters, writes them to disk, and hands over what waits for a report.
    pub fn measure(&mut self) -> Result<Measure, AgentError> {
        let shown = self.device.read().map_err(|error| AgentError::Device(error.to_string()))?;
        self.totals.observe(&shown);
        self.state.write("counters.json", &self.totals)?;
        let stat = |(key, peer): (&Key, &super::device::ShownPeer)| {
            let public_key = key.to_base64();
            let (rx, tx) = self.totals.of(&public_key);
            let latest_handshake_at = peer
                .latest_handshake
                .map(|at| chrono::DateTime::<Utc>::from(at).to_rfc3339_opts(SecondsFormat::Secs, true));
            PeerStat { public_key, rx, tx, latest_handshake_at, endpoint: peer.endpoint.map(|at| at.to_string()) }
        };
        Ok(Measure {
            transfer: self.totals.sum(),
            applied_revision: self.applied,
            peer_stats: shown.peers.iter().map(stat).collect(),
            errors: std::mem::take(&mut self.faults),
        })
    }

    /// Notes something for the next report; the same words are not noted twice.
    pub fn fault(&mut self, code: &str, message: &str) {
        tracing::warn!(code, message, "for the next report");
        if self.faults.iter().any(|fault| fault.code == code && fault.message == message) {
            return;
        }
        if self.faults.len() == FAULTS {
            self.faults.remove(0);
        }
        self.faults.push(Fault { code: code.to_owned(), message: message.to_owned(), at: now() });
    }
}

/// The present moment as the wire writes it.
pub fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn words(changes: &[Change]) -> String {
    let count = |which: fn(&Change) -> bool| changes.iter().filter(|change| which(change)).count();
    let parts = [
        (count(|c| matches!(c, Change::SetPrivateKey(_))), "private key"),
        (count(|c| matches!(c, Change::SetListenPort(_))), "listen port"),
        (count(|c| matches!(c, Change::AddPeer { .. })), "peers missing"),
        (count(|c| matches!(c, Change::UpdatePeer { .. })), "peers changed"),
        (count(|c| matches!(c, Change::RemovePeer(_))), "peers too many"),
    ];
    let said = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    said.collect::<Vec<_>>().join(", ")
}
