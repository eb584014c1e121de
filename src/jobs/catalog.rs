//! Takes categories and tags that were deleted off their tickets.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::ticket;

/// Between two looks. Nothing waits for this: what was deleted is out of sight at once.
const LOOK: Duration = Duration::from_secs(60);

/// Runs until the process stops. On its own, because a million tickets take minutes.
pub async fn run(app: &App) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = look.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        super::in_steps(app, "let go of deleted categories and tags", ticket::let_go).await;
    }
}
