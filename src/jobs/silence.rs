//! Says of a server that it is offline, within a second of its third missing report.

use std::time::Duration;

use crate::app::App;
use crate::vpn::report;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until the process stops.
pub async fn run(app: &App) {
    while !app.stopping.is_cancelled() {
        match app.store.read(report::has_fallen_silent).await {
            Ok(true) => super::in_steps(app, "note who has fallen silent", report::note_silence).await,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "could not look for servers that have fallen silent"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
