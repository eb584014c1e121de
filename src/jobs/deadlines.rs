//! Marks every breached deadline within a second of its moment, also those that passed while the process was down.

use std::time::Duration;

use super::doubt::Doubt;
use crate::app::App;
use crate::base::clock::SECOND;
use crate::ticket;

/// Between two looks at the next deadline: a new ticket's may fall due before the one that is waited for.
const LOOK: i64 = SECOND / 2;

/// Runs until the process stops.
pub async fn run(app: &App, doubt: &Doubt) {
    while !app.stopping.is_cancelled() {
        let wait = match app.store.read(ticket::next_due).await {
            Ok(Some(due)) if due < app.clock.now() => {
                if !doubt.holds(app) {
                    super::in_steps(app, "mark breached deadlines", ticket::mark_breaches).await;
                }
                LOOK
            }
            // A deadline is broken the millisecond after it.
            Ok(Some(due)) => (due.0 + 1 - app.clock.now().0).clamp(1, LOOK),
            Ok(None) => LOOK,
            Err(error) => {
                tracing::warn!(%error, "could not look for deadlines");
                10 * SECOND
            }
        };
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or_default());
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
