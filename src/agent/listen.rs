//! Hearing of changes: one long-poll after another.

use std::time::{Duration, Instant};

use super::accept::Heard;
use super::error::AgentError;
use super::identify::{enroll, pin};
use super::machine::Machine;
use super::run::{Agent, wait};
use super::state::Identity;
use super::trust::judge;
use crate::wire::News;

/// A poll that brings nothing new takes longer than that; something in between answers otherwise.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Listens for good.
pub(super) async fn listen(agent: &Agent) {
    let (mut failures, mut accept, mut whole) = (0, agent.options.accept_removals, false);
    let mut spare = agent.options.enroll.clone();
    loop {
        let Some((control, identity)) = agent.line() else { return };
        let has = agent.with(|machine| Ok(machine.has())).await.unwrap_or_default();
        let asked = if std::mem::take(&mut whole) { None } else { has.as_ref() };
        let began = Instant::now();
        let failed = match control.news(&identity.token, asked).await {
            Ok(news) => {
                agent.reached.notify_one();
                match hear(agent, &identity, news, accept).await {
                    Ok(Heard::Taken) => accept = false,
                    Ok(Heard::Nothing | Heard::Refused) => {}
                    Ok(Heard::Unfit) => {
                        tracing::info!("what changed does not fit what is here: asking for everything");
                        whole = true;
                    }
                    Err(error) => tracing::error!(%error, "a desired state could not be applied; trying again"),
                }
                let has_now = agent.with(|machine| Ok(machine.has())).await.unwrap_or_default();
                if whole || has_now != has || began.elapsed() > AT_ONCE {
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

async fn hear(agent: &Agent, identity: &Identity, news: Option<News>, accept: bool) -> Result<Heard, AgentError> {
    let Some(news) = news else { return Ok(Heard::Nothing) };
    let pinned = match judge(identity, news.revision(), news.proof()) {
        Ok(pinned) => pinned,
        Err(words) => {
            let refuse = move |machine: &mut Machine| {
                machine.fault("state_refused", &format!("{words}; every tunnel stays as it is"));
                Ok(Heard::Refused)
            };
            return agent.with(refuse).await;
        }
    };
    if let Some(key) = pinned {
        pin(agent, key).await;
    }
    agent
        .with(move |machine| match news {
            News::Whole(desired) => machine.accept(desired, accept),
            News::Difference(difference) => machine.amend(&difference, accept),
        })
        .await
}
