//! What a report says of this machine.

use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};

use super::clock::Clock;
use super::device::{Change, Key, Shown, ShownPeer};
use super::error::AgentError;
use super::machine::Machine;
use crate::wire::{Fault, KeyBytes, PeerStat};

/// Faults that wait for the next report.
const FAULTS: usize = 20;
/// Endpoints and the last good time are written this often at most.
const SEEN: Duration = Duration::from_secs(15);

/// What a report says of this machine.
pub struct Measure {
    /// Bytes of all peers.
    pub transfer: (u64, u64),
    /// Of the state that the device shows.
    pub applied_revision: Option<u64>,
    /// Each peer on the device, and those that left it since the last report.
    pub peer_stats: Vec<PeerStat>,
    /// Since the last report.
    pub errors: Vec<Fault>,
}

impl Machine {
    /// Reads the counters, writes them to disk, and hands over what waits for a report.
    pub fn measure(&mut self) -> Result<Measure, AgentError> {
        if self.unconfirmed
            && let Err(error) = self.reconcile(false)
        {
            // It is among the faults.
            tracing::error!(%error, "the machine differs from the desired state");
        }
        let shown = match self.device.read() {
            Ok(shown) => shown,
            Err(error) => {
                // The control plane should hear why.
                self.fault("device_unreadable", &error.to_string());
                Shown::default()
            }
        };
        self.totals.observe(&shown);
        self.seen.observe(&shown);
        self.totals.write(&self.state)?;
        if self.seen_written.is_none_or(|then| then.elapsed() >= SEEN) {
            self.write_seen();
        }
        self.note_what_lasts();
        let mut peer_stats: Vec<PeerStat> = shown.peers.iter().map(|(key, peer)| self.stat(key, peer)).collect();
        for text in std::mem::take(&mut self.departed) {
            let (rx, tx) = self.totals.of(&text);
            let Some(public_key) = KeyBytes::parse(&text) else { continue };
            if peer_stats.iter().all(|stat| stat.public_key != public_key) {
                peer_stats.push(PeerStat { public_key, rx, tx, latest_handshake_at: None, endpoint: None });
            }
        }
        Ok(Measure {
            transfer: self.totals.sum(),
            applied_revision: self.applied,
            peer_stats,
            errors: std::mem::take(&mut self.faults),
        })
    }

    fn stat(&self, key: &Key, peer: &ShownPeer) -> PeerStat {
        let (rx, tx) = self.totals.of(&key.to_base64());
        let at = peer.latest_handshake.map(|at| right(at, self.clock.shown(), self.clock.now()));
        let latest_handshake_at = at.map(|at| DateTime::<Utc>::from(at).to_rfc3339_opts(SecondsFormat::Secs, true));
        let endpoint = peer.endpoint.map(|at| at.to_string());
        PeerStat { public_key: key.0.into(), rx, tx, latest_handshake_at, endpoint }
    }

    /// Writes down where the peers are and what time it is. Losing it costs seconds, so it stops nothing.
    pub fn write_seen(&mut self) {
        self.seen_written = Some(Instant::now());
        if let Some(accepted) = &self.accepted {
            let wanted: std::collections::BTreeSet<&str> = accepted
                .picture
                .desired()
                .peers
                .iter()
                .chain(&accepted.held)
                .map(|peer| peer.public_key.as_str())
                .collect();
            self.seen.retain(|key| wanted.contains(key));
        }
        self.seen.clock = Some(self.clock.keep());
        if let Err(error) = self.state.write("seen.json", &self.seen) {
            tracing::warn!(%error, "where the peers are is not written down");
        }
    }

    /// What goes on is said in each report.
    fn note_what_lasts(&mut self) {
        let held = self.accepted.as_ref().map_or(0, |accepted| accepted.held.len());
        if held > 0 {
            let words = format!(
                "{held} peers would be removed at once: they stay until somebody runs the agent with --accept-removals"
            );
            self.fault("removals_held", &words);
        }
        if let Some(words) = self.clock.fault() {
            self.fault("clock_wrong", &words);
        }
    }

    /// Takes back faults that could not be written down.
    pub fn take_back(&mut self, mut faults: Vec<Fault>) {
        faults.append(&mut self.faults);
        faults.drain(..faults.len().saturating_sub(FAULTS));
        self.faults = faults;
    }

    /// Notes something for the next report; the same words are not noted twice.
    pub fn fault(&mut self, code: &str, message: &str) {
        if self.faults.iter().any(|fault| fault.code == code && fault.message == message) {
            return;
        }
        tracing::warn!(code, message, "for the next report");
        if self.faults.len() == FAULTS {
            self.faults.remove(0);
        }
        self.faults.push(Fault { code: code.to_owned(), message: message.to_owned(), at: now(&self.clock) });
    }
}

/// WireGuard takes the time of a handshake from the machine's clock, as it was then: before or after it was set wrong.
fn right(at: SystemTime, shown: SystemTime, now: SystemTime) -> SystemTime {
    let moved = match shown.duration_since(at) {
        Ok(ago) => now.checked_sub(ago),
        Err(ahead) => now.checked_add(ahead.duration()),
    };
    [Some(at), moved].into_iter().flatten().filter(|at| *at <= now).max().unwrap_or(now)
}

/// The present moment as the wire writes it.
pub fn now(clock: &Clock) -> String {
    DateTime::<Utc>::from(clock.now()).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Changes in plain words.
pub fn words(changes: &[Change]) -> String {
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

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_handshake_is_told_by_the_right_clock() {
        let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(seconds);
        let (now, wrong) = (at(1_000_000), [at(1_000_000), at(9_000_000), at(50_000)]);
        for shown in wrong {
            assert_eq!(right(shown - Duration::from_secs(9), shown, now), now - Duration::from_secs(9), "{shown:?}");
            let before = now - Duration::from_secs(20);
            assert_eq!(right(before, shown, now), before, "before it was set: {shown:?}");
        }
    }
}
