//! Tickets that were filed under an address before it was proven: the first are its owner's at once, the rest follow here.

use crate::app::App;
use crate::base::Result;
use crate::ticket;

/// Runs until the process stops.
pub async fn run(app: &App) {
    // Where the process was stopped in between.
    let mut waiting = app.store.read_slowly(ticket::unadopted).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "could not look for tickets whose owner has proved the address");
        Vec::new()
    });
    loop {
        if let Err(error) = adopt(app, waiting).await {
            tracing::warn!(%error, "could not give all tickets to the owner of their address");
        }
        tokio::select! {
            () = app.proven.wait() => waiting = app.proven.take(),
            () = app.stopping.cancelled() => return,
        }
    }
}

/// Gives everybody all of their tickets.
async fn adopt(app: &App, users: Vec<i64>) -> Result<()> {
    for user in users {
        let mut after = 0;
        while !app.stopping.is_cancelled() {
            match app.store.write(move |tx| ticket::adopt(tx, user, after)).await? {
                Some(last) => after = last,
                None => break,
            }
        }
    }
    Ok(())
}
