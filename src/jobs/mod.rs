//! Timed work: rolling up, and forgetting what has had its day.

use std::time::Duration;

use crate::access::throttle::Throttle;
use crate::access::{kept, link, session};
use crate::app::App;
use crate::base::clock::MINUTE;
use crate::notify;
use crate::vpn::history;

/// Runs until the process stops.
pub async fn run(app: App) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = minute.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        app.throttles().into_iter().for_each(Throttle::tidy);
        while match app.store.write(history::roll_up).await {
            Ok(more) => more,
            Err(error) => {
                tracing::warn!(%error, "could not roll up old history");
                false
            }
        } {}
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
        if let Err(error) = app.store.write(notify::purge).await {
            tracing::warn!(%error, "could not forget old mails");
        }
    }
}
