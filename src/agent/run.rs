//! The agent's day: what is on disk first, then looking after the machine for good, and beside it talking.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::call::ControlPlane;
use super::clock::Clock;
use super::device;
use super::error::AgentError;
use super::firewall::{Firewall, Nft, nft_available};
use super::identify::identify;
use super::listen::listen;
use super::machine::{Machine, Tools};
use super::options::Options;
use super::report::{deliver, measure};
use super::service::Service;
use super::state::{Identity, StateDir};

/// Drift is looked for this often; where nft is missing, expiry and quotas too, so then it is oftener.
const LOOK: Duration = Duration::from_secs(5);
const LOOK_WITHOUT_NFT: Duration = Duration::from_secs(1);
/// Seconds to wait after a failure, at most.
const LONGEST_WAIT: f64 = 60.0;

/// What the agent's tasks share.
pub(super) struct Agent {
    machine: Arc<Mutex<Machine>>,
    pub(super) options: Options,
    pub(super) clock: Clock,
    /// Whom it speaks for and to, once that is known. Another enrolment changes it.
    line: Mutex<Option<(ControlPlane, Identity)>>,
    /// A report waits.
    pub(super) spooled: Notify,
    /// The control plane has just answered.
    pub(super) reached: Notify,
}

/// Runs until it is told to stop. Interface and packet filter stay as they are.
pub async fn run(options: Options, told: impl Future<Output = ()>) -> Result<(), AgentError> {
    let device = device::open(&options.interface, options.backend.into())
        .map_err(|error| AgentError::Device(error.to_string()))?;
    let firewall = nft_available().then(|| Box::new(Nft::new()) as Box<dyn Firewall>);
    run_on(options, Tools { device, firewall, clock: Clock::machine() }, told).await
}

/// Runs with these tools until it is told to stop.
pub async fn run_on(options: Options, tools: Tools, told: impl Future<Output = ()>) -> Result<(), AgentError> {
    let state = match StateDir::open(&options.state_dir) {
        Err(AgentError::Held(_)) if options.accept_removals => {
            return StateDir::ask_to_accept_removals(&options.state_dir);
        }
        state => state?,
    };
    let service = Service::of_environment();
    let look = if tools.firewall.is_some() { LOOK } else { LOOK_WITHOUT_NFT };
    let clock = tools.clock.clone();
    let machine = Machine::new(state, &options.interface, tools, options.masquerade);
    let (machine, line) = (Arc::new(Mutex::new(machine)), Mutex::new(None));
    let agent = Agent { machine, options, clock, line, spooled: Notify::new(), reached: Notify::new() };
    // Before talking to anyone: a reboot must not wait for the control plane.
    if let Err(error) = agent.with(|machine| machine.reconcile(true)).await {
        tracing::error!(%error, "the state on disk could not be applied; trying again");
    }
    let done = tokio::select! {
        () = look_after(&agent, &service, look) => Ok(()),
        error = talk(&agent, &service) => Err(error),
        () = told => Ok(()),
    };
    let kept = agent.with(|machine| {
        machine.write_seen();
        Ok(())
    });
    done.and(kept.await)
}

/// Everything that has to do with the control plane. Ends only with an error that no trying again would change, and
/// only where there is nothing to look after without it.
async fn talk(agent: &Agent, service: &Service) -> AgentError {
    if let Err(error) = identify(agent).await {
        if !agent.with(|machine| Ok(machine.revision().is_some())).await.unwrap_or_default() {
            return error;
        }
        tracing::error!(%error, "without a control plane; every tunnel stays as it is");
        let words = format!("Tunnels are kept up without a control plane: {error}");
        service.say(&words);
        return std::future::pending().await;
    }
    let accept = agent.options.accept_removals;
    if let Err(error) = agent.with(move |machine| machine.release_held(accept)).await {
        tracing::error!(%error, "removals that were let through could not be applied; trying again");
    }
    service.ready_if(agent.is_ready().await);
    tokio::join!(listen(agent), measure(agent), deliver(agent));
    AgentError::Device("the agent has nothing left to do".into())
}

async fn look_after(agent: &Agent, service: &Service, every: Duration) {
    let mut ticks = interval(service.patience().map_or(every, |patience| every.min(patience / 2)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let looked = agent.with(|machine| machine.release_held(false).and_then(|()| machine.reconcile(false))).await;
        if let Err(error) = looked {
            tracing::error!(%error, "the machine differs from the desired state");
        }
        service.ready_if(agent.is_ready().await);
        service.alive();
    }
}

impl Agent {
    /// Runs something that blocks beside the async tasks, one at a time.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Machine) -> Result<T, AgentError> + Send + 'static,
    ) -> Result<T, AgentError> {
        let machine = self.machine.clone();
        let done = tokio::task::spawn_blocking(move || f(&mut machine.lock().unwrap_or_else(PoisonError::into_inner)));
        done.await.map_err(|error| AgentError::Device(format!("a step of the agent ended early: {error}")))?
    }

    /// Whom it speaks to and for; none before that is known.
    pub(super) fn line(&self) -> Option<(ControlPlane, Identity)> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_line(&self, control: ControlPlane, identity: Identity) {
        *self.line.lock().unwrap_or_else(PoisonError::into_inner) = Some((control, identity));
    }

    /// The interface is up, and a token that works once is spent.
    async fn is_ready(&self) -> bool {
        self.line().is_some() && self.with(|machine| Ok(machine.is_up())).await.unwrap_or_default()
    }
}

/// Full jitter: a herd of agents comes back spread out.
pub(super) async fn wait(error: &AgentError, failures: &mut i32) {
    *failures = (*failures + 1).min(6);
    let longest = LONGEST_WAIT.min(2_f64.powi(*failures));
    let mut random = [0; 4];
    let share =
        getrandom::fill(&mut random).map_or(0.5, |()| f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX));
    let asked = match error {
        AgentError::Unreachable(_, Some(seconds)) => *seconds as f64,
        _ => 0.0,
    };
    sleep(Duration::from_secs_f64((asked + 0.2 + share * longest).min(LONGEST_WAIT * 2.0))).await;
}
