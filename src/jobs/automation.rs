//! Lets rules on time act within seconds of their moment, also on moments that passed while the process was down.

use std::sync::Arc;
use std::time::Duration;

use super::doubt::Doubt;
use crate::app::App;
use crate::base::Result;
use crate::ticket;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(5);
/// Tickets that a rule acts on in one transaction, so that the writer is never held for long.
const AT_ONCE: usize = 25;

/// Runs until the process stops.
pub async fn run(app: &App, doubt: &Doubt) {
    while !app.stopping.is_cancelled() {
        if !doubt.holds(app)
            && let Err(error) = act(app).await
        {
            tracing::warn!(%error, "could not let rules on time act");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

/// Lets rules on time act until nothing is due.
pub async fn act(app: &App) -> Result<()> {
    while !app.stopping.is_cancelled() {
        let waiting = app.store.read(ticket::waiting).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        for waiting in waiting {
            let waiting = Arc::new(waiting);
            for tickets in waiting.tickets.chunks(AT_ONCE) {
                let (waiting, tickets) = (waiting.clone(), tickets.to_vec());
                app.store.write(move |tx| ticket::act_on_time(tx, &waiting, &tickets)).await?;
            }
            app.store.write(move |tx| ticket::advance(tx, &waiting)).await?;
        }
    }
    Ok(())
}
