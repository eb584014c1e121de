//! Hearing of changes: one long-poll after another.

use std::time::{Duration, Instant};

use super::error::AgentError;
use super::identify::enroll;
use super::run::{Agent, wait};

/// A poll that brings nothing new takes longer than that; something in between answers otherwise.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Listens for good.
pub(super) async fn listen(agent: &Agent) {
    let (mut failures, mut accept) = (0, agent.options.accept_removals);
    let mut spare = agent.options.enroll.clone();
    loop {
        let Some((control, identity)) = agent.line() else { return };
        let revision = agent.with(|machine| Ok(machine.revision())).await.unwrap_or_default();
        let began = Instant::now();
        let failed = match control.desired(&identity.token, revision).await {
            Ok(desired) => {
                agent.reached.notify_one();
                let mut news = false;
                if let Some(desired) = desired {
                    news = revision.is_none_or(|revision| desired.revision > revision);
                    match agent.with(move |machine| machine.accept(desired, accept)).await {
                        Ok(taken) => accept &= !taken,
                        Err(error) => tracing::error!(%error, "a desired state could not be applied; trying again"),
                    }
                }
                if news || began.elapsed() > AT_ONCE {
                    failures = 0;
                    continue;
                }
                AgentError::Unreachable("a poll was answered at once with nothing new".into(), None)
            }
            Err(error) => error,
        };
        if matches!(failed, AgentError::TokenDead)
            && let Some(token) = spare.take()
        {
            tracing::warn!(error = %failed, "enrolling anew");
            match enroll(agent, &identity.url, &token).await {
                Ok(()) => continue,
                Err(error) => tracing::error!(%error, "not enrolled anew; every tunnel stays as it is"),
            }
        }
        tracing::warn!(error = %failed, "no news from the control plane; every tunnel stays as it is");
        wait(&failed, &mut failures).await;
    }
}
