//! Delivers the outbox: at least once, each address's mails of a ticket in their order.
//!
//! All that counts is in the rows, so a process that dies in between sends a mail again at most, under the same Message-ID.

use std::time::Duration;

use futures_util::future::join_all;

use crate::app::App;
use crate::base::clock::{MINUTE, SECOND};
use crate::base::{Kind, Result};
use crate::notify::{self, Outcome, Outgoing};
use crate::smtp::{CONNECTIONS, Mailer, Sent};
use crate::store::Tx;
use crate::ticket;

/// Mails read at once, and handed to the server together: each waits for the server a few times.
const AT_ONCE: i64 = 40;
const TOGETHER: usize = CONNECTIONS;
/// Longest between two looks at the outbox; a mail that is queued is seen at once.
const LOOK: i64 = MINUTE;
/// Shortest and longest pause after the mail server could not be reached.
const PAUSES: (i64, i64) = (15 * SECOND, 15 * MINUTE);

/// Runs until the process stops. Without a mail server there is nothing to do.
pub async fn run(app: &App) {
    let Some(mailer) = &app.mailer else { return };
    let mut pause = PAUSES.0;
    while !app.stopping.is_cancelled() {
        let reached = deliver(app, mailer).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not look into the outbox");
            false
        });
        if !reached {
            sleep(app, pause).await;
            pause = (2 * pause).min(PAUSES.1);
            continue;
        }
        pause = PAUSES.0;
        let next = app.store.read(notify::next_due).await.ok().flatten();
        let wait = next.map_or(LOOK, |next| next.0 - app.clock.now().0).clamp(SECOND, LOOK);
        tokio::select! {
            () = app.mail_queued.notified() => {}
            () = sleep(app, wait) => {}
        }
    }
}

async fn sleep(app: &App, milliseconds: i64) {
    let wait = Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default());
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = app.stopping.cancelled() => {}
    }
}

/// Delivers what is due; false where the mail server could not be reached, true where nothing is left that is due.
pub async fn deliver_mail(app: &App) -> Result<bool> {
    match &app.mailer {
        Some(mailer) => deliver(app, mailer).await,
        None => Ok(true),
    }
}

async fn deliver(app: &App, mailer: &Mailer) -> Result<bool> {
    let mut together = TOGETHER;
    while !app.stopping.is_cancelled() {
        let sender = app.sender();
        let due = app.store.read(move |conn| notify::due(conn, &sender, AT_ONCE)).await?;
        if due.is_empty() {
            return Ok(true);
        }
        app.store.must_have_room().await?;
        let mut rest = due.as_slice();
        // None of them waits for another: an address has one mail of a ticket among them at most.
        while !rest.is_empty() && !app.stopping.is_cancelled() {
            let (some, others) = rest.split_at(together.min(rest.len()));
            rest = others;
            match hand_over(app, mailer, some).await? {
                (0, Some(why)) => {
                    tracing::warn!(why, "mails wait");
                    return Ok(false);
                }
                // The server lets in fewer at once than we have connections.
                (answered, Some(why)) => {
                    tracing::info!(why, answered, "fewer mails at once");
                    together = answered;
                }
                (_, None) => {}
            }
        }
    }
    Ok(true)
}

/// Hands mails to the server together and writes down what became of them: how many it answered, and what kept others from it.
async fn hand_over(app: &App, mailer: &Mailer, mails: &[Outgoing]) -> Result<(usize, Option<String>)> {
    let sent = join_all(mails.iter().map(|mail| attempt(mailer, mail))).await;
    // Connections go back in tasks of their own: until those have run, the next mail would open one more.
    tokio::task::yield_now().await;
    let answered = sent.iter().filter(|(_, sent)| matches!(sent, Sent::Answered(_))).count();
    let why = sent.iter().find_map(|(_, sent)| match sent {
        Sent::Unreachable(why) => Some(why.clone()),
        Sent::Answered(_) => None,
    });
    // Of mails that could not even be handed over one stands for all, unless others could: then only their turn did not come.
    let mut stands_for_all = answered == 0;
    let settled: Vec<(i64, Outcome)> = sent
        .into_iter()
        .filter(|(_, sent)| matches!(sent, Sent::Answered(_)) || std::mem::take(&mut stands_for_all))
        .map(|(id, sent)| (id, sent.outcome()))
        .collect();
    app.store.write(move |tx| settle(tx, &settled)).await?;
    Ok((answered, why))
}

/// Writes down what became of these, and tells staff of their answers that nobody will read.
fn settle(tx: &Tx<'_>, settled: &[(i64, Outcome)]) -> Result<()> {
    for (id, outcome) in settled {
        if let Some(given_up) = notify::settle(tx, *id, outcome)? {
            ticket::undelivered(tx, &given_up)?;
        }
    }
    Ok(())
}

/// Hands one mail to the server.
async fn attempt(mailer: &Mailer, mail: &Outgoing) -> (i64, Sent) {
    let sent = match &mail.letter {
        Ok(letter) => mailer.send(letter).await,
        Err(error) if error.kind == Kind::Gone => Sent::Answered(Outcome::Never(error.message.to_string())),
        Err(error) => {
            tracing::error!(%error, "a mail cannot be written");
            Sent::Answered(Outcome::Never("It could not be written: the log says why.".to_owned()))
        }
    };
    (mail.id, sent)
}
