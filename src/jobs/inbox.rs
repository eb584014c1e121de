//! Takes mails out of the mailboxes: each once, and marked as read only when what it became is on disk.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::app::App;
use crate::base::clock::{MINUTE, SECOND};
use crate::base::{Error, Result, Secret};
use crate::imap::{Mailbox, Reading};
use crate::inbound::{self, Became, House, Place};
use crate::store::Written;
use crate::ticket::{FileName, MediaType, NewFile};

/// Between two looks into a mailbox.
const LOOK: i64 = 20 * SECOND;
/// Longest pause after a mailbox could not be read.
const LONGEST: i64 = 10 * MINUTE;

/// Runs until the process stops.
pub async fn run(app: &App) {
    let parse = |text: &Secret<String>| {
        Mailbox::parse(text.expose()).inspect_err(|why| tracing::error!(why, "a mailbox is not read")).ok()
    };
    join_all(app.settings.imap_url.iter().filter_map(parse).map(|mailbox| read(app, mailbox))).await;
}

async fn read(app: &App, mailbox: Mailbox) {
    let mut pause = LOOK;
    while !app.stopping.is_cancelled() {
        let looked = tokio::select! {
            looked = look(app, &mailbox, &mut pause) => looked,
            () = app.stopping.cancelled() => return,
        };
        if let Err(why) = looked {
            tracing::warn!(mailbox = mailbox.name(), why, "a mailbox cannot be read");
        }
        sleep(app, pause).await;
        pause = (2 * pause).min(LONGEST);
    }
}

/// Keeps looking while all goes well.
async fn look(app: &App, mailbox: &Mailbox, pause: &mut i64) -> std::result::Result<(), String> {
    let mut reading = mailbox.open().await?;
    loop {
        take_mails(app, mailbox, &mut reading).await?;
        *pause = LOOK;
        sleep(app, LOOK).await;
    }
}

async fn sleep(app: &App, milliseconds: i64) {
    let wait = Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default());
    tokio::select! {
        () = tokio::time::sleep(wait) => {}
        () = app.stopping.cancelled() => {}
    }
}

/// Takes what is unread in a mailbox now. What went wrong with the mailbox is told in words for people.
pub async fn take_mails(app: &App, mailbox: &Mailbox, reading: &mut Reading) -> std::result::Result<(), String> {
    let words = |error: Error| error.to_string();
    for uid in reading.unread().await? {
        let place = Place { mailbox: mailbox.name(), uid_validity: reading.uid_validity, uid };
        let asked = place.clone();
        match app.store.read(move |conn| inbound::taken(conn, &asked)).await.map_err(words)? {
            None => {}
            Some(false) => continue,
            // The process ended before it could say so.
            Some(true) => {
                reading.mark_read(uid).await?;
                continue;
            }
        }
        let Some(raw) = reading.fetch(uid).await? else {
            tracing::warn!(mailbox = place.mailbox, uid, "a mail is too large to be taken, or gone");
            continue;
        };
        let became = take_mail(app, mailbox.project.clone(), place, raw).await.map_err(words)?;
        if let Some(Became::Nothing(why)) = became {
            tracing::info!(mailbox = mailbox.name(), uid, why, "a mail became nothing");
        }
        // What became nothing stays unread: a person may want to look at it.
        if matches!(became, Some(Became::Ticket(_) | Became::Reply(_) | Became::Note(_))) {
            reading.mark_read(uid).await?;
        }
    }
    Ok(())
}

/// Takes one mail; `None` where it was taken before.
pub async fn take_mail(app: &App, project: Option<String>, place: Place, raw: Vec<u8>) -> Result<Option<Became>> {
    let house = House { sender: app.sender(), trusted: app.settings.mail_authority.clone(), project };
    let mut mail = tokio::task::spawn_blocking(move || inbound::parse(&raw)).await.map_err(Error::internal)?;
    let (mut written, mut files): (Vec<Written>, Vec<NewFile>) = (Vec::new(), Vec::new());
    for file in std::mem::take(&mut mail.files) {
        let mut incoming = app.files.begin().await?;
        incoming.write(&file.bytes).await?;
        let done = incoming.finish().await?;
        files.push(NewFile {
            name: FileName::of(&file.name),
            media_type: MediaType::of(&file.bytes[..file.bytes.len().min(MediaType::HEAD)], Some(&file.media_type)),
            size: done.size,
            hash: done.hash,
        });
        written.push(done);
    }
    let hashes = written.iter().map(|file| file.hash).collect();
    let kept = app.files.keep(Arc::new(written)).await?;
    let take = move |tx: &crate::store::Tx<'_>| {
        let _held = &kept;
        inbound::take(tx, &house, &place, &mail, &files)
    };
    let became = app.store.write(take).await;
    // Files of a mail that became nothing are nobody's.
    if !matches!(became, Ok(Some(Became::Ticket(_) | Became::Reply(_) | Became::Note(_)))) {
        app.discard(hashes).await?;
    }
    became
}
