//! Files that no attachment names go away: those of purged tickets at once, whatever else is left over after an hour.

use std::time::Duration;

use tokio::time::Instant;

use super::doubt::Doubt;
use crate::app::App;
use crate::base::Result;
use crate::base::clock::HOUR;
use crate::ticket;

/// From the start to the first sweep: what is left over is an hour old, and a start has better things to do.
const FIRST: Duration = Duration::from_secs(60);
/// Files looked at in one transaction.
const AT_ONCE: usize = 500;

/// Runs until the process stops.
pub async fn run(app: &App, doubt: &Doubt) {
    let mut hour = tokio::time::interval_at(Instant::now() + FIRST, Duration::from_secs(60 * 60));
    hour.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            _ = hour.tick() => if doubt.holds(app) { Ok(()) } else { sweep(app).await },
            () = app.files.wait_for_released() => app.discard(app.files.take_released()).await,
            () = app.stopping.cancelled() => return,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "files that nothing names stay behind until the next sweep");
        }
    }
}

/// Removes files that were written more than an hour ago and that nothing names, and what never came in whole.
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.clock.now().plus(-HOUR);
    app.files.sweep_incoming(before).await?;
    for first in 0..=u8::MAX {
        let old = app.files.written_before(first, before).await?;
        for hashes in old.chunks(AT_ONCE) {
            if app.stopping.is_cancelled() {
                return Ok(());
            }
            let hashes = hashes.to_vec();
            // Looked at once more before any is removed, while nobody can attach one.
            let unused = app.store.read(move |conn| ticket::unattached(conn, &hashes)).await?;
            app.discard(unused).await?;
        }
    }
    Ok(())
}
