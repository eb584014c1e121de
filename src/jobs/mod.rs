//! Timed work: sealing and rolling up history, and forgetting what has had its day.

use std::time::Duration;

use crate::access::kept;
use crate::app::App;
use crate::base::Result;
use crate::vpn::history;

/// Hours of a server sealed per transaction, so that the writer is never held for long.
const HOURS_AT_ONCE: usize = 50;

/// Runs until the process stops.
pub async fn run(app: App) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = minute.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        app.logins.tidy();
        app.reports.tidy();
        if let Err(error) = keep_history(&app).await {
            tracing::warn!(%error, "could not seal or roll up history");
        }
        if let Err(error) = app.store.write(kept::purge).await {
            tracing::warn!(%error, "could not forget old idempotency keys");
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
