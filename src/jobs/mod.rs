//! Timed work: deadlines of tickets, servers that fall silent, rules on time, what leaves tickets because it was deleted,
//! expiry of shared credentials, delivering mails and taking them in, telling webhooks, writing down what keys have used, sealing
//! and rolling up history, and forgetting what has had its day; and what follows a change but need not be awaited.

mod adoption;
mod automation;
mod catalog;
mod credentials;
mod deadlines;
mod doubt;
pub mod files;
mod hours;
mod inbox;
mod intake;
mod mail;
mod silence;
mod webhooks;

pub use automation::act as let_rules_act;

use std::time::Duration;

pub use credentials::erase_credentials;
pub use hours::keep_hours;
pub use inbox::{Source, sources as mailboxes};
pub use intake::{take_batch, take_mail, take_mails};
pub use mail::deliver_mail;
pub use webhooks::deliver_to_webhooks;

use crate::access::throttle::Throttle;
use crate::access::{kept, link, oauth, session};
use crate::app::App;
use crate::base::Result;
use crate::base::clock::MINUTE;
use crate::feed;
use crate::inbound;
use crate::notify;
use crate::store::Tx;
use crate::ticket;
use crate::vpn::{history, report, usage};
use crate::webhook::delivery;
use doubt::Doubt;

/// Hours of a server sealed per transaction, so that the writer is never held for long.
const HOURS_AT_ONCE: usize = 50;
/// From the start to the first of all this: whoever waits for the first answer is not kept waiting by it.
const FIRST: Duration = Duration::from_millis(200);
/// How long after the start silence says nothing about a server.
const SETTLING: Duration = Duration::from_secs(10 * 60);

/// Runs until the process stops.
pub async fn run(app: App) {
    tokio::select! {
        () = tokio::time::sleep(FIRST) => {}
        () = app.stopping.cancelled() => {}
    }
    let doubt = Doubt::begin(&app).await;
    tokio::join!(
        deadlines::run(&app, &doubt),
        automation::run(&app, &doubt),
        catalog::run(&app),
        credentials::run(&app, &doubt),
        files::run(&app, &doubt),
        adoption::run(&app),
        hours::run(&app),
        silence::run(&app),
        webhooks::run(&app),
        mail::run(&app),
        inbox::run(&app),
        minutely(&app, &doubt),
    );
}

async fn minutely(app: &App, doubt: &Doubt) {
    let began = tokio::time::Instant::now();
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = minute.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        app.throttles().into_iter().for_each(Throttle::tidy);
        app.uploads.tidy();
        app.imports.tidy();
        if doubt.holds(app) {
            continue;
        }
        if let Err(error) = keep_history(app).await {
            tracing::warn!(%error, "could not seal or roll up history");
        }
        in_steps(app, "purge deleted tickets", ticket::purge).await;
        in_steps(app, "forget what happened long ago", feed::prune).await;
        in_steps(app, "forget old notifications", ticket::notification::prune).await;
        in_steps(app, "forget what was delivered to webhooks", delivery::prune).await;
        in_steps(app, "warn of deadlines", ticket::warn_of_deadlines).await;
        // When this process has just begun, it is us whom nobody could report to.
        if began.elapsed() > SETTLING
            && let Err(error) = app.store.write(report::tell_of_silence).await
        {
            tracing::warn!(%error, "could not tell of silent servers");
        }
        if let Err(error) = tell_of_spent(app).await {
            tracing::warn!(%error, "could not tell of devices that have used up their quota");
        }
        if let Err(error) = app.store.write(kept::purge).await {
            tracing::warn!(%error, "could not forget old idempotency keys");
        }
        let window = i64::from(app.settings.jwt_refresh_ttl) * MINUTE;
        if let Err(error) = app.store.write(move |tx| session::purge(tx, window)).await {
            tracing::warn!(%error, "could not forget old sessions");
        }
        if let Err(error) = app.store.write(link::purge).await {
            tracing::warn!(%error, "could not forget old links");
        }
        if let Err(error) = app.store.write(oauth::purge).await {
            tracing::warn!(%error, "could not forget expired access of applications");
        }
        if let Err(error) = app.store.write(inbound::purge).await {
            tracing::warn!(%error, "could not forget which mails were taken");
        }
        if let Err(error) = app.store.write(notify::purge).await {
            tracing::warn!(%error, "could not forget old mails");
        }
    }
}

/// Tells admins of devices that have used up their quota.
pub async fn tell_of_spent(app: &App) -> Result<()> {
    let spent = app.store.read_slowly(usage::spent).await?;
    if spent.is_empty() { Ok(()) } else { app.store.write(move |tx| usage::tell_of_spent(tx, &spent)).await }
}

/// Does something in transactions of its own until there is no more of it.
async fn in_steps(app: &App, what: &'static str, step: fn(&Tx<'_>) -> Result<bool>) {
    while !app.stopping.is_cancelled() {
        match app.store.write(step).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "could not {what}");
                return;
            }
        }
    }
}

/// Seals what is due, then rolls up and forgets what is old; stops in between when the process should.
pub async fn keep_history(app: &App) -> Result<()> {
    loop {
        let due = app.store.read_slowly(history::due).await?;
        if due.is_empty() {
            break;
        }
        for hours in due.chunks(HOURS_AT_ONCE) {
            if app.stopping.is_cancelled() {
                return Ok(());
            }
            let hours = hours.to_vec();
            app.store.write(move |tx| history::seal(tx, &hours)).await?;
        }
    }
    while !app.stopping.is_cancelled() && app.store.write(history::roll_up).await? {}
    while !app.stopping.is_cancelled() && app.store.write(history::forget).await? {}
    Ok(())
}
