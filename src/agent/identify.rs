//! Whom the agent speaks for: as it is stored, else by an enrolment token, else by an agent token alone.

use super::call::ControlPlane;
use super::device::Key;
use super::error::AgentError;
use super::run::{Agent, wait};
use super::state::Identity;
use super::trust::judge;
use crate::wire::{Desired, Enroll};

/// Finds it out, however long that takes.
pub(super) async fn identify(agent: &Agent) -> Result<(), AgentError> {
    let options = &agent.options;
    if let Some(mut identity) = agent.with(|machine| Ok(machine.read::<Identity>(FILE))).await? {
        if options.enroll.is_some() {
            tracing::info!(
                "this machine is {} already: --enroll is not used while its token is good. For another server, give another \
                 --state-dir and --interface",
                identity.server_id
            );
        }
        identity.token = options.token.clone().unwrap_or(identity.token);
        identity.url = options.url.clone().unwrap_or(identity.url);
        agent.set_line(ControlPlane::new(&identity.url, agent.clock.clone())?, identity);
        return Ok(());
    }
    let folder = options.state_dir.display();
    let missing = |what: &str| AgentError::Usage(format!("{folder} does not say who this agent is: give {what}"));
    let url = options.url.clone().ok_or_else(|| missing("--url and --enroll"))?;
    match (&options.enroll, &options.token) {
        (Some(enroll), _) => self::enroll(agent, &url, enroll).await,
        (None, Some(token)) => by_token(agent, &url, token).await,
        (None, None) => Err(missing("--enroll with the token that registering the server gave out")),
    }
}

const FILE: &str = "identity.json";

/// Spends an enrolment token. The key is the one there is, so that enrolling anew leaves devices their configuration.
pub(super) async fn enroll(agent: &Agent, url: &str, token: &str) -> Result<(), AgentError> {
    let control = ControlPlane::new(url, agent.clock.clone())?;
    let key = agent.with(|machine| {
        if let Some(key) = machine.key()? {
            return Ok(key);
        }
        let key = Key::generate();
        machine.set_key(key).map(|()| key)
    });
    let public_key = Key::public_from_private(&key.await?).to_base64();
    let body = Enroll { enrollment_token: token.to_owned(), public_key };
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
    let (server_id, token, url) = (enrolled.server_id, enrolled.token, url.to_owned());
    let identity = Identity { server_id, token, url, signing_key: None };
    tracing::info!(server = identity.server_id, "enrolled");
    begin(agent, control, identity, enrolled.desired).await
}

/// An agent token alone says which server it is for, but cannot tell the control plane a new key: it could then be used
/// to take a server's devices over. So the key must be the one that was enrolled.
async fn by_token(agent: &Agent, url: &str, token: &str) -> Result<(), AgentError> {
    let control = ControlPlane::new(url, agent.clock.clone())?;
    let mut failures = 0;
    let owner = loop {
        match control.owner(token).await {
            Err(error @ AgentError::Unreachable(..)) => {
                tracing::warn!(%error, "it is not known yet whose token this is");
                wait(&error, &mut failures).await;
            }
            done => break done?,
        }
    };
    let (key, path) = agent.with(|machine| Ok((machine.key()?, machine.state().key_path()))).await?;
    let own = key.map(|key| Key::public_from_private(&key).to_base64());
    if own.as_ref() != Some(&owner.public_key) {
        let has = own.map_or_else(|| "this machine has no key".to_owned(), |own| format!("this machine has {own}"));
        return Err(AgentError::Usage(format!(
            "devices of {} know the public key {}, and {has}; an agent token cannot change that: put the private key \
             that belongs to it into {}, or enrol anew with --enroll (POST /api/servers/{}/enrollment gives a token)",
            owner.server_id,
            owner.public_key,
            path.display(),
            owner.server_id,
        )));
    }
    let (token, url) = (token.to_owned(), url.to_owned());
    let identity = Identity { server_id: owner.server_id, token, url, signing_key: None };
    begin(agent, control, identity, owner.desired).await
}

async fn begin(
    agent: &Agent,
    control: ControlPlane,
    mut identity: Identity,
    desired: Desired,
) -> Result<(), AgentError> {
    identity.signing_key = judge(&identity, desired.revision, desired.proof.as_ref()).map_err(AgentError::Refused)?;
    let kept = identity.clone();
    agent.with(move |machine| machine.state().write(FILE, &kept)).await?;
    let accept = agent.options.accept_removals;
    let accepted = agent.with(move |machine| {
        machine.begin_anew();
        machine.accept(desired, accept)
    });
    if let Err(error) = accepted.await {
        tracing::error!(%error, "the first desired state could not be applied; trying again");
    }
    agent.set_line(control, identity);
    Ok(())
}

/// Goes by this key from now on, and writes it down beside who the agent is.
pub(super) async fn pin(agent: &Agent, key: String) {
    let Some((control, mut identity)) = agent.line() else { return };
    tracing::info!(key, "states are signed with this key from now on");
    identity.signing_key = Some(key.clone());
    agent.set_line(control, identity);
    let written = agent.with(move |machine| {
        // What the command line says beside it is not written down.
        let Some(mut stored) = machine.read::<Identity>(FILE) else { return Ok(()) };
        stored.signing_key = Some(key);
        machine.state().write(FILE, &stored)
    });
    if let Err(error) = written.await {
        tracing::warn!(%error, "the key that states are signed with is not written down; the next start pins it again");
    }
}
