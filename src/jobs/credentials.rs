//! Blanks credentials that have expired, and cuts what is left of them out of the write-ahead log.

use std::time::Duration;

use super::doubt::Doubt;
use crate::app::App;
use crate::base::Result;
use crate::ticket::credential;

/// Between two looks: a credential is refused at its last moment, and gone from the disk this much later at most, unless
/// a long report still reads the log.
const LOOK: Duration = Duration::from_secs(5);

/// Runs until the process stops.
pub async fn run(app: &App, doubt: &Doubt) {
    while !app.stopping.is_cancelled() {
        if !doubt.holds(app)
            && let Err(error) = erase_credentials(app).await
        {
            tracing::warn!(%error, "could not erase expired credentials");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

/// Blanks what has expired; true when no byte of any credential that is gone is left on disk.
pub async fn erase_credentials(app: &App) -> Result<bool> {
    if app.store.read(credential::has_expired).await? {
        app.store.write(credential::expire).await?;
    }
    let Some(asked) = app.store.read(credential::unerased).await? else { return Ok(true) };
    if !app.store.cut_log().await? {
        return Ok(false);
    }
    app.store.write(move |tx| credential::erased(tx, asked)).await?;
    Ok(true)
}
