//! Writes down how many requests keys have sent in their hours, every two seconds and at the end.

use std::time::Duration;

use crate::access::hourly;
use crate::app::App;
use crate::base::Result;

/// Between two looks: what is lost where the process is killed.
const LOOK: Duration = Duration::from_secs(2);

/// Runs until the process stops.
pub async fn run(app: &App) {
    loop {
        let is_last = tokio::select! {
            () = tokio::time::sleep(LOOK) => false,
            () = app.stopping.cancelled() => true,
        };
        if let Err(error) = keep_hours(app).await {
            tracing::warn!(%error, "could not write down what keys have used");
        }
        if is_last {
            return;
        }
    }
}

/// Writes down what has changed.
pub async fn keep_hours(app: &App) -> Result<()> {
    let unkept = app.hours.unkept(app.clock.now());
    if unkept.is_empty() {
        return Ok(());
    }
    app.store.write(move |tx| hourly::keep(tx, &unkept)).await
}
