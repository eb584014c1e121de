//! From what was sent to what can be counted.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::Fault;
use crate::base::clock::{DAY, SECOND};
use crate::base::{Error, Fields, Result, Time};
use crate::vpn::usage::{Counters, Place};
use crate::wire::{self, KeyBytes};

/// Peers that a WireGuard device can hold.
const PEERS: usize = 65_536;
/// How old a measurement may be; what claims to be older, or comes from the future, was measured now.
const OLDEST: i64 = 3 * DAY;
/// A handshake younger than this makes a peer a connected one.
const CONNECTED: i64 = 180 * SECOND;
/// Faults kept of one report.
const FAULTS: usize = 20;

/// A report that can be counted.
#[derive(Clone, Debug)]
pub struct Measured {
    /// When, by the control plane's clock wherever the agent's cannot be right.
    pub at: Time,
    /// Seconds to the next one.
    pub interval_s: i64,
    /// Milliseconds.
    pub ping_ms: Option<f64>,
    /// Connected peers.
    pub peers: i64,
    /// Bytes, as the interface counts them.
    pub transfer: Counters,
    /// None: always new.
    pub place: Option<Place>,
    /// Of the desired state.
    pub applied_revision: Option<u64>,
    /// Of the program that reports, where it says so.
    pub agent_version: Option<String>,
    /// By public key.
    pub stats: HashMap<KeyBytes, Stat>,
    /// What the agent could not do or had to repair.
    pub errors: Vec<Fault>,
}

/// One peer of a report.
#[derive(Clone, Debug)]
pub struct Stat {
    /// Bytes.
    pub counters: Counters,
    /// None for never.
    pub latest_handshake: Option<Time>,
    /// Where it was last seen.
    pub endpoint: Option<SocketAddr>,
}

/// Checks every field and names each that is wrong.
pub fn parse(report: wire::Report, now: Time) -> Result<Measured> {
    let mut wrong = Fields::new();
    let mut note = |field: String, message: &str| {
        wrong.insert(field.into(), vec![message.to_owned()]);
    };
    if report.ping_ms.is_some_and(|ping| !ping.is_finite() || ping < 0.0) {
        note("ping_ms".into(), "It must be a number of milliseconds that is not negative, or null.");
    }
    let interval = report.interval_s.unwrap_or(30);
    if !(1..=3600).contains(&interval) {
        note("interval_s".into(), "It must be between 1 and 3600 seconds.");
    }
    let place = match (report.epoch, report.seq) {
        (Some(epoch), Some(seq)) if seq > 0 => Some(Place { epoch, seq }),
        (None, None) => None,
        _ => {
            note("seq".into(), "epoch and seq come together, and seq starts at 1.");
            None
        }
    };
    let claimed = report.measured_at.as_deref().map(Time::parse);
    if claimed == Some(None) {
        note("measured_at".into(), "It must be a time such as 2026-05-06T12:00:00Z.");
    }
    let at = claimed.flatten().filter(|at| *at <= now && *at >= now.plus(-OLDEST)).unwrap_or(now);
    if report.peer_stats.len() > PEERS {
        note("peer_stats".into(), "A WireGuard device has at most 65536 peers.");
        return Err(Error::invalid(wrong));
    }
    let mut stats = HashMap::with_capacity(report.peer_stats.len());
    for stat in report.peer_stats {
        let latest_handshake = stat.latest_handshake_at.as_deref().and_then(Time::parse).map(|at| at.min(now));
        let endpoint = stat.endpoint.and_then(|text| text.parse().ok());
        let counters = Counters { rx: stat.rx, tx: stat.tx };
        // A key that is there twice counts as it was said last.
        stats.insert(stat.public_key, Stat { counters, latest_handshake, endpoint });
    }
    if !wrong.is_empty() {
        return Err(Error::invalid(wrong));
    }
    let shaken = |stat: &&Stat| stat.latest_handshake.is_some_and(|then| then >= at.plus(-CONNECTED));
    let connected = stats.values().filter(shaken).count();
    let skip = report.errors.len().saturating_sub(FAULTS);
    Ok(Measured {
        at,
        interval_s: i64::try_from(interval).unwrap_or(3600),
        ping_ms: report.ping_ms,
        peers: report.peers.and_then(|peers| i64::try_from(peers).ok()).unwrap_or(connected as i64),
        transfer: Counters { rx: report.transfer_rx, tx: report.transfer_tx },
        place,
        applied_revision: report.applied_revision,
        agent_version: report.agent_version.map(|version| plain(&version, 32)).filter(|version| !version.is_empty()),
        stats,
        errors: report.errors.into_iter().skip(skip).map(|fault| bounded(fault, now)).collect(),
    })
}

fn plain(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn bounded(fault: wire::Fault, now: Time) -> Fault {
    Fault {
        code: plain(&fault.code, 64),
        message: plain(&fault.message, 500),
        at: Time::parse(&fault.at).unwrap_or(now).min(now),
    }
}
