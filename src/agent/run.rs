//! The agent's day: what is on disk first, then listening for changes, repairing drift, and reporting.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::signal::unix::{SignalKind, signal};

use super::call::ControlPlane;
use super::device::{self, Key};
use super::error::AgentError;
use super::firewall::{Firewall, Nft, nft_available};
use super::machine::{Machine, Measure, now};
use super::options::Options;
use super::ping::ping;
use super::state::{Identity, StateDir, spool_name};
use crate::wire::{Enroll, Report};

/// Drift is looked for this often; where nft is missing, expiry and quotas too, so then it is oftener.
const LOOK: Duration = Duration::from_secs(5);
const LOOK_WITHOUT_NFT: Duration = Duration::from_secs(1);
/// Seconds to wait after a failure, at most.
const LONGEST_WAIT: f64 = 60.0;
/// Reports kept while nobody takes them: 72 hours. Counters are totals, so the oldest can go without losing usage.
const KEPT: Duration = Duration::from_secs(72 * 3600);

/// Of the reports: a new epoch with each state directory.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Progress {
    epoch: u64,
    delivered: u64,
}

type Shared = Arc<Mutex<Machine>>;

/// Runs until it is told to stop. Interface and packet filter stay as they are.
pub async fn run(options: Options) -> Result<(), AgentError> {
    let state = match StateDir::open(&options.state_dir) {
        Err(AgentError::Held(_)) if options.accept_removals => {
            return StateDir::ask_to_accept_removals(&options.state_dir);
        }
        state => state?,
    };
    let key = state.key()?;
    let backend = device::open(&options.interface, options.backend.into())
        .map_err(|error| AgentError::Device(error.to_string()))?;
    let firewall = nft_available().then(|| Box::new(Nft::new()) as Box<dyn Firewall>);
    let look = if firewall.is_some() { LOOK } else { LOOK_WITHOUT_NFT };
    let known = state.read::<Identity>("identity.json")?;
    let machine = Machine::new(state, &options.interface, backend, firewall, key, options.masquerade)?;
    let machine: Shared = Arc::new(Mutex::new(machine));
    // Before talking to anyone: a reboot must not wait for the control plane.
    if let Err(error) = with(&machine, |machine| machine.reconcile(true)).await {
        tracing::error!(%error, "the state on disk could not be applied; trying again");
    }
    let (control, identity) = identify(&options, known, key, &machine).await?;
    // Nobody may be listening: then there is no service manager to tell.
    let _told = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    let accept = options.accept_removals;
    with(&machine, move |machine| machine.release_held(accept)).await?;
    let mut terminated = signal(SignalKind::terminate()).map_err(|error| AgentError::Device(error.to_string()))?;
    tokio::select! {
        () = listen(&machine, &control, &identity, accept) => {}
        () = look_after(&machine, look) => {}
        () = report(&machine, &control, &identity, &options) => {}
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(())
}

async fn identify(
    options: &Options,
    known: Option<Identity>,
    key: Key,
    machine: &Shared,
) -> Result<(ControlPlane, Identity), AgentError> {
    if let Some(mut identity) = known {
        identity.token = options.token.clone().unwrap_or(identity.token);
        identity.url = options.url.clone().unwrap_or(identity.url);
        return Ok((ControlPlane::new(&identity.url)?, identity));
    }
    let missing = |what: &str| AgentError::Usage(format!("this state directory is new: give {what}"));
    let url = options.url.clone().ok_or_else(|| missing("--url and --enroll"))?;
    let token = options
        .enroll
        .clone()
        .ok_or_else(|| missing("--enroll with the token that registering the server gave out"))?;
    let control = ControlPlane::new(&url)?;
    let body = Enroll { enrollment_token: token, public_key: Key::public_from_private(&key).to_base64() };
    let mut failures = 0;
    let enrolled = loop {
        match control.enroll(&body).await {
            Err(error @ AgentError::Unreachable(..)) => {
                tracing::warn!(%error, "not enrolled yet");
                wait(&error, &mut failures).await;
            }
            done => break done?,
        }
    };
    let identity = Identity { server_id: enrolled.server_id.clone(), token: enrolled.token.clone(), url };
    let kept = identity.clone();
    with(machine, move |machine| machine.state().write("identity.json", &kept)).await?;
    tracing::info!(server = identity.server_id, "enrolled");
    if let Err(error) = with(machine, move |machine| machine.accept(enrolled.desired, false)).await {
        tracing::error!(%error, "the first desired state could not be applied; trying again");
    }
    Ok((control, identity))
}

/// Runs something that blocks beside the async tasks, one at a time.
async fn with<T: Send + 'static>(
    machine: &Shared,
    f: impl FnOnce(&mut Machine) -> Result<T, AgentError> + Send + 'static,
) -> Result<T, AgentError> {
    let machine = machine.clone();
    let done = tokio::task::spawn_blocking(move || f(&mut machine.lock().unwrap_or_else(PoisonError::into_inner)));
    done.await.map_err(|error| AgentError::Device(format!("a step of the agent ended early: {error}")))?
}

/// Full jitter: a herd of agents comes back spread out.
async fn wait(error: &AgentError, failures: &mut i32) {
    *failures = (*failures + 1).min(6);
    let longest = match error {
        AgentError::TokenDead | AgentError::Refused(_) => LONGEST_WAIT,
        _ => LONGEST_WAIT.min(2_f64.powi(*failures)),
    };
    let mut random = [0; 4];
    let share =
        getrandom::fill(&mut random).map_or(0.5, |()| f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX));
    let asked = match error {
        AgentError::Unreachable(_, Some(seconds)) => *seconds as f64,
        _ => 0.0,
    };
    tokio::time::sleep(Duration::from_secs_f64((asked + 0.2 + share * longest).min(LONGEST_WAIT * 2.0))).await;
}

async fn listen(machine: &Shared, control: &ControlPlane, identity: &Identity, accept: bool) {
    let mut failures = 0;
    loop {
        let revision = with(machine, |machine| Ok(machine.revision())).await.unwrap_or_default();
        match control.desired(&identity.token, revision).await {
            Ok(desired) => {
                failures = 0;
                let Some(desired) = desired else { continue };
                if let Err(error) = with(machine, move |machine| machine.accept(desired, accept)).await {
                    tracing::error!(%error, "a desired state could not be applied; trying again");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "no news from the control plane; every tunnel stays as it is");
                wait(&error, &mut failures).await;
            }
        }
    }
}

async fn look_after(machine: &Shared, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let looked = with(machine, |machine| machine.release_held(false).and_then(|()| machine.reconcile(false))).await;
        if let Err(error) = looked {
            tracing::error!(%error, "the machine differs from the desired state");
        }
    }
}

async fn report(machine: &Shared, control: &ControlPlane, identity: &Identity, options: &Options) {
    let mut ticks = tokio::time::interval(Duration::from_secs(options.interval));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let ping_ms = match options.ping_target {
            Some(target) => ping(target).await,
            None => control.ping().await,
        };
        let (server_id, interval) = (identity.server_id.clone(), options.interval);
        let spooled = with(machine, move |machine| spool(machine, server_id, interval, ping_ms)).await;
        if let Err(error) = spooled {
            tracing::error!(%error, "nothing was measured this time");
            continue;
        }
        if let Err(error) = deliver(machine, control, identity).await {
            tracing::warn!(%error, "reports wait on disk");
        }
    }
}

fn progress(machine: &Machine) -> Result<Progress, AgentError> {
    if let Some(progress) = machine.state().read("progress.json")? {
        return Ok(progress);
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let epoch = u64::try_from(since.as_millis()).unwrap_or_default();
    let progress = Progress { epoch, delivered: 0 };
    machine.state().write("progress.json", &progress)?;
    Ok(progress)
}

/// Writes a report to disk under the next number; only then may it be sent.
fn spool(machine: &mut Machine, server_id: String, interval: u64, ping_ms: Option<f64>) -> Result<(), AgentError> {
    let progress = progress(machine)?;
    let Measure { transfer, applied_revision, peer_stats, errors } = machine.measure()?;
    let waiting = machine.state().spooled()?;
    let seq = waiting.last().copied().unwrap_or(0).max(progress.delivered) + 1;
    let report = Report {
        server_id,
        ping_ms,
        peers: None,
        transfer_rx: transfer.0,
        transfer_tx: transfer.1,
        epoch: Some(progress.epoch),
        seq: Some(seq),
        measured_at: Some(now()),
        interval_s: Some(interval),
        applied_revision,
        peer_stats,
        errors,
    };
    machine.state().write(&spool_name(seq), &report)?;
    let most = usize::try_from(KEPT.as_secs() / interval).unwrap_or(usize::MAX);
    for seq in waiting.iter().take((waiting.len() + 1).saturating_sub(most)) {
        machine.state().unspool(*seq)?;
    }
    Ok(())
}

/// Sends what waits, oldest first. A crash between an answer and the note of it sends one twice: its number tells.
async fn deliver(machine: &Shared, control: &ControlPlane, identity: &Identity) -> Result<(), AgentError> {
    for seq in with(machine, |machine| machine.state().spooled()).await? {
        let read = with(machine, move |machine| match machine.state().read::<Report>(&spool_name(seq)) {
            Err(error) => {
                machine.state().set_aside(&spool_name(seq))?;
                machine.fault("state_damaged", &error.to_string());
                Ok(None)
            }
            report => report,
        });
        let Some(report) = read.await? else { continue };
        match control.report(&identity.token, &report).await {
            Err(AgentError::Refused(words)) => {
                tracing::error!(seq, words, "the control plane does not take this report")
            }
            sent => sent?,
        }
        with(machine, move |machine| {
            let progress = Progress { delivered: seq, ..progress(machine)? };
            machine.state().write("progress.json", &progress)?;
            machine.state().unspool(seq)
        })
        .await?;
    }
    Ok(())
}
