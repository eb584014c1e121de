//! Looks into the mailboxes for as long as the process runs, and has what is new there taken.

use std::time::Duration;

use futures_util::future::join_all;

use super::intake::take_mails;
use crate::app::App;
use crate::base::clock::{MINUTE, SECOND};
use crate::base::{Result, Secret, Time};
use crate::imap::Mailbox;
use crate::inbound::{Origin, Project};
use crate::mailbox::{self, Way};
use crate::outbound::Guard;
use crate::vpn::server;

/// Between two looks into a mailbox whose server does not tell by itself what comes in.
const LOOK: i64 = 20 * SECOND;
/// Longest that a server is waited for which does: some forget.
const NEWS: Duration = Duration::from_secs(5 * 60);
/// Between two looks at least, however often a server tells of something.
const PACE: i64 = 200;
/// Longest pause after a mailbox could not be read.
const LONGEST: i64 = 10 * MINUTE;
/// How exactly it is known when a mailbox was looked into the last time.
const NOTED: i64 = MINUTE;

/// A mailbox that is read.
#[derive(Clone, Debug)]
pub struct Source {
    /// How to get there.
    pub to: Mailbox,
    /// What that decides for its mails.
    pub origin: Origin,
}

impl From<Mailbox> for Source {
    /// One that the operator names.
    fn from(to: Mailbox) -> Self {
        let project = to.project.clone().map(Project::Slug);
        Self { to, origin: Origin { mailbox: None, project } }
    }
}

impl From<Way> for Source {
    /// One that an admin added.
    fn from(way: Way) -> Self {
        Self { to: way.to, origin: Origin { mailbox: Some(way.id), project: way.project.map(Project::Number) } }
    }
}

/// Runs until the process stops.
pub async fn run(app: &App) {
    let parse = |text: &Secret<String>| {
        Mailbox::parse(text.expose()).inspect_err(|why| tracing::error!(why, "a mailbox is not read")).ok()
    };
    let named = app.settings.imap_url.iter().filter_map(parse).map(|mailbox| read(app, mailbox.into()));
    tokio::join!(join_all(named), added(app));
}

/// Reads the mailboxes that admins added, as they are at the moment: all anew whenever one changes.
async fn added(app: &App) {
    while !app.stopping.is_cancelled() {
        let sources = match sources(app).await {
            Ok(sources) => sources,
            Err(error) => {
                tracing::warn!(%error, "could not look which mailboxes are to be read");
                sleep(app, LOOK).await;
                continue;
            }
        };
        tokio::select! {
            () = all(app, sources) => {}
            () = app.mailboxes_changed.notified() => {}
            () = app.stopping.cancelled() => {}
        }
    }
}

/// Reads these; there is no end to it.
async fn all(app: &App, sources: Vec<Source>) {
    join_all(sources.into_iter().map(|source| read(app, source))).await;
    std::future::pending().await
}

/// The mailboxes that admins added and that are to be read.
pub async fn sources(app: &App) -> Result<Vec<Source>> {
    let guard = guard(app).await?;
    let ways = app.store.read(move |conn| mailbox::ways(conn, &guard)).await?;
    Ok(ways.into_iter().map(Source::from).collect())
}

/// Which addresses the servers of these may have at the moment.
async fn guard(app: &App) -> Result<Guard> {
    let own = app.store.read(server::networks).await?;
    Ok(Guard { allowed: app.settings.webhook_allow.clone(), own })
}

async fn read(app: &App, mut source: Source) {
    let mut pause = LOOK;
    while !app.stopping.is_cancelled() {
        let looked = tokio::select! {
            looked = look(app, &mut source, &mut pause) => looked,
            () = app.stopping.cancelled() => return,
        };
        if let Err(why) = looked {
            tracing::warn!(mailbox = source.to.name(), why, "a mailbox cannot be read");
            note(app, &source, Some(why)).await;
        }
        sleep(app, pause).await;
        pause = (2 * pause).min(LONGEST);
    }
}

/// Keeps looking while all goes well.
async fn look(app: &App, source: &mut Source, pause: &mut i64) -> std::result::Result<(), String> {
    if source.to.guard.is_some() {
        // The VPN's own networks may have changed since.
        source.to.guard = Some(guard(app).await.map_err(|error| error.to_string())?);
    }
    let mut reading = source.to.open().await?;
    let mut noted = Time(i64::MIN);
    loop {
        let taken = take_mails(app, source, &mut reading).await?;
        *pause = LOOK;
        let now = app.clock.now();
        if noted.0 == i64::MIN || now.0 - noted.0 >= NOTED {
            note(app, source, None).await;
            noted = now;
        }
        if taken > 0 {
            // There may be more by now.
            continue;
        }
        if reading.tells {
            reading = reading.news(NEWS).await?;
            sleep(app, PACE).await;
        } else {
            sleep(app, LOOK).await;
        }
    }
}

/// Writes down how it went with a mailbox that an admin added.
async fn note(app: &App, source: &Source, error: Option<String>) {
    let Some(id) = source.origin.mailbox else { return };
    if let Err(error) = app.store.write(move |tx| mailbox::note(tx, id, error.as_deref())).await {
        tracing::warn!(%error, "what came of a look into a mailbox could not be written down");
    }
}

async fn sleep(app: &App, milliseconds: i64) {
    let wait = Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default());
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = app.stopping.cancelled() => {}
    }
}
