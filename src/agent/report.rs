//! Reports: measured and numbered on disk first, then delivered, oldest first.

use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::time::{MissedTickBehavior, interval};

use super::error::AgentError;
use super::machine::Machine;
use super::measure::{Measure, now};
use super::ping::Pinger;
use super::run::{Agent, wait};
use super::state::spool_name;
use crate::wire::Report;

/// Reports kept while nobody takes them: 72 hours. Counters are totals, so the oldest can go without losing usage.
const KEPT: Duration = Duration::from_secs(72 * 3600);

/// Of the reports: a new epoch with each state directory.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Progress {
    epoch: u64,
    delivered: u64,
}

/// Measures for good.
pub(super) async fn measure(agent: &Agent) {
    let every = agent.options.interval;
    let mut pinger = agent.options.ping_target.clone().map(Pinger::new);
    let mut ticks = interval(Duration::from_secs(every));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some((control, _)) = agent.line() else { return };
        let ping_ms = match &mut pinger {
            Some(pinger) => pinger.ping().await,
            None => control.ping().await,
        };
        let Some((_, identity)) = agent.line() else { return };
        match agent.with(move |machine| spool(machine, identity.server_id, every, ping_ms)).await {
            Ok(()) => agent.spooled.notify_one(),
            Err(error) => tracing::error!(%error, "nothing was measured this time"),
        }
    }
}

/// Delivers for good.
pub(super) async fn deliver(agent: &Agent) {
    let mut failures = 0;
    loop {
        let Err(error) = send_all(agent, &mut failures).await else {
            failures = 0;
            tokio::select! {
                () = agent.spooled.notified() => {}
                () = agent.reached.notified() => {}
            }
            continue;
        };
        tracing::warn!(%error, "reports wait on disk");
        if matches!(error, AgentError::Unreachable(_, None)) {
            tokio::select! {
                () = wait(&error, &mut failures) => {}
                () = agent.reached.notified() => {}
            }
        } else {
            wait(&error, &mut failures).await;
        }
    }
}

fn progress(machine: &mut Machine) -> Result<Progress, AgentError> {
    if let Some(progress) = machine.read("progress.json") {
        return Ok(progress);
    }
    let since = machine.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let progress = Progress { epoch: u64::try_from(since.as_millis()).unwrap_or_default(), delivered: 0 };
    machine.state().write("progress.json", &progress)?;
    Ok(progress)
}

/// Writes a report to disk under the next number; only then may it be sent.
fn spool(machine: &mut Machine, server_id: String, interval: u64, ping_ms: Option<f64>) -> Result<(), AgentError> {
    let progress = progress(machine)?;
    let waiting = machine.state().spooled()?;
    let seq = waiting.last().copied().unwrap_or(0).max(progress.delivered) + 1;
    let Measure { transfer, applied_revision, peer_stats, errors } = machine.measure()?;
    let report = Report {
        server_id,
        ping_ms,
        peers: None,
        transfer_rx: transfer.0,
        transfer_tx: transfer.1,
        epoch: Some(progress.epoch),
        seq: Some(seq),
        measured_at: Some(now(&machine.clock)),
        interval_s: Some(interval),
        applied_revision,
        agent_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        peer_stats,
        errors,
    };
    if let Err(error) = machine.state().write(&spool_name(seq), &report) {
        machine.take_back(report.errors);
        return Err(error);
    }
    let most = usize::try_from(KEPT.as_secs() / interval).unwrap_or(usize::MAX);
    for seq in waiting.iter().take((waiting.len() + 1).saturating_sub(most)) {
        machine.state().unspool(*seq)?;
    }
    Ok(())
}

/// Sends what waits, oldest first. A crash between an answer and the note of it sends one twice: its number tells. Each one
/// that gets through forgives the failures before it: on a bad line there may always be a next one, and no end of it.
async fn send_all(agent: &Agent, failures: &mut i32) -> Result<(), AgentError> {
    for seq in agent.with(|machine| machine.state().spooled()).await? {
        let Some((control, identity)) = agent.line() else { return Ok(()) };
        let Some(report) = agent.with(move |machine| Ok(machine.read::<Report>(&spool_name(seq)))).await? else {
            continue;
        };
        let mut refused = None;
        if report.server_id == identity.server_id {
            match control.report(&identity.token, &report).await {
                // Its counters are in the next one too, so what passed is not lost with it.
                Err(AgentError::Unfit(words)) => refused = Some(words),
                sent => sent?,
            }
        } else {
            tracing::warn!(seq, server = report.server_id, "a report of another server was dropped");
        }
        agent
            .with(move |machine| {
                if let Some(words) = refused {
                    machine.fault("report_refused", &format!("the control plane did not take report {seq}: {words}"));
                }
                let progress = Progress { delivered: seq, ..progress(machine)? };
                machine.state().write("progress.json", &progress)?;
                machine.state().unspool(seq)
            })
            .await?;
        *failures = 0;
    }
    Ok(())
}
