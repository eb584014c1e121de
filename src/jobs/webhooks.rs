//! Delivers to webhooks: what the feed holds becomes deliveries, and each webhook has a task of its own while something is
//! due for it, so that a dead one holds up nobody else.

use std::collections::HashSet;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::app::App;
use crate::base::{Result, Time};
use crate::outbound::{Caller, Guard, Target};
use crate::store::Conn;
use crate::vpn::server;
use crate::webhook::delivery::{self, Due, DueTo, Outcome};
use crate::webhook::signatures;

/// Between two looks when nothing is heard of: tries fall due by themselves.
const LOOK: Duration = Duration::from_secs(1);
/// Between two looks at most so often: what happens together is looked at together.
const PACE: Duration = Duration::from_millis(50);

/// Runs until the process stops. What is on its way then is sent again after the next start, under the same id.
pub async fn run(app: &App) {
    let caller = Caller::new(Guard::default());
    let mut news = app.live.news();
    let (mut tasks, mut busy) = (JoinSet::new(), HashSet::new());
    while !app.stopping.is_cancelled() {
        news.mark_unchanged();
        if let Err(error) = begin(app, &caller, &mut tasks, &mut busy).await {
            tracing::warn!(%error, "could not look what is to be delivered to webhooks");
        }
        tokio::time::sleep(PACE).await;
        tokio::select! {
            _ = news.changed() => {}
            Some(done) = tasks.join_next() => match done {
                Ok(webhook) => drop(busy.remove(&webhook)),
                // One panicked, and does not say for whom it was.
                Err(_) => busy.clear(),
            },
            () = tokio::time::sleep(LOOK) => {}
            () = app.stopping.cancelled() => {}
        }
    }
    tasks.shutdown().await;
}

/// Begins to deliver everything that is due and not being delivered.
async fn begin(app: &App, caller: &Caller, tasks: &mut JoinSet<i64>, busy: &mut HashSet<i64>) -> Result<()> {
    while app.store.read(delivery::is_behind).await? && app.store.write(delivery::queue).await? {}
    let look = |conn: &Conn<'_>| {
        let due = delivery::due(conn)?;
        let own = if due.is_empty() { Vec::new() } else { server::networks(conn)? };
        Ok((due, own))
    };
    let (due, own) = app.store.read(look).await?;
    if due.is_empty() {
        return Ok(());
    }
    app.store.must_have_room().await?;
    caller.watch_by(Guard { allowed: app.settings.webhook_allow.clone(), own });
    for due in due {
        if busy.insert(due.webhook) {
            let (app, caller, webhook) = (app.clone(), caller.clone(), due.webhook);
            tasks.spawn(async move {
                if let Err(error) = deliver_all(&app, &caller, due).await {
                    tracing::warn!(%error, webhook, "what came of a delivery could not be written down");
                }
                webhook
            });
        }
    }
    Ok(())
}

/// Delivers everything that is due now, and waits for what comes of it.
pub async fn deliver_to_webhooks(app: &App) -> Result<()> {
    let caller = Caller::new(Guard::default());
    let (mut tasks, mut busy) = (JoinSet::new(), HashSet::new());
    begin(app, &caller, &mut tasks, &mut busy).await?;
    tasks.join_all().await;
    Ok(())
}

async fn deliver_all(app: &App, caller: &Caller, due: DueTo) -> Result<()> {
    for one in &due.deliveries {
        let outcome = deliver(app.clock.now(), caller, &due, one).await;
        let (webhook, id, jitter) = (due.webhook, one.id, fastrand::f64());
        app.store.write(move |tx| delivery::note(tx, webhook, id, &outcome, jitter)).await?;
    }
    Ok(())
}

async fn deliver(now: Time, caller: &Caller, to: &DueTo, due: &Due) -> Outcome {
    let target = match Target::parse(&to.url) {
        Ok(target) => target,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    let signed = match signatures(&to.secrets, &due.message, now, &due.body) {
        Ok(signed) => signed,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    let headers = [
        ("webhook-id", due.message.clone()),
        ("webhook-timestamp", now.unix_seconds().to_string()),
        ("webhook-signature", signed),
    ];
    match caller.post(&target, &headers, due.body.clone()).await {
        Ok(status) => Outcome::Answered(status),
        Err(error) => Outcome::Failed(error),
    }
}
