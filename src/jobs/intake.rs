//! Takes mails out of a mailbox: each once, several in one commit, and marked as read only when what they became is on disk.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt};

use super::Source;
use crate::app::App;
use crate::base::{Error, Kind, Result};
use crate::imap::Reading;
use crate::inbound::{self, Became, House, Incoming, Origin, Place};
use crate::store::{Conn, Hash, Tx, Written};
use crate::ticket::{FileName, MediaType, NewFile};

/// Mails that share a commit at most: others who change something wait for all of them.
const TOGETHER: usize = 32;
/// Bytes of them at most, unless it is one mail.
const AT_ONCE: u64 = 8 << 20;
/// Mails that are read and written down at the same time.
const ABREAST: usize = 8;

/// Takes what is unread in a mailbox now, and answers how many mails became something. What went wrong with the mailbox is told
/// in words for people.
pub async fn take_mails(app: &App, source: &Source, reading: &mut Reading) -> std::result::Result<usize, String> {
    let mut count = 0;
    for uids in reading.unread().await?.chunks(TOGETHER) {
        count += take_some(app, source, reading, uids).await?;
    }
    Ok(count)
}

async fn take_some(
    app: &App,
    source: &Source,
    reading: &mut Reading,
    uids: &[u32],
) -> std::result::Result<usize, String> {
    let words = |error: Error| error.to_string();
    let (mailbox, uid_validity) = (source.to.name(), reading.uid_validity);
    let place = |uid: u32| Place { mailbox: mailbox.clone(), uid_validity, uid };
    let asked: Vec<Place> = uids.iter().map(|uid| place(*uid)).collect();
    let known =
        move |conn: &Conn<'_>| asked.iter().map(|place| inbound::taken(conn, place)).collect::<Result<Vec<_>>>();
    let known = app.store.read(known).await.map_err(words)?;
    let those = |wanted: Option<bool>| {
        let found = uids.iter().zip(&known).filter(|(_, known)| **known == wanted);
        found.map(|(uid, _)| *uid).collect::<Vec<u32>>()
    };
    // The process ended before it could say so.
    reading.mark_read(&those(Some(true))).await?;
    let new = those(None);
    let sizes = reading.sizes(&new).await?;
    for uid in new.iter().filter(|uid| sizes.iter().all(|(known, _)| known != *uid)) {
        tracing::warn!(mailbox, uid, "a mail is too large to be taken, or gone");
    }
    let mut count = 0;
    for uids in batches(&sizes) {
        let mails = reading.fetch(&uids).await?;
        if mails.len() < uids.len() {
            tracing::warn!(mailbox, ?uids, "of these mails some are gone, or the server cannot read them");
        }
        let taken: Vec<u32> = mails.iter().map(|(uid, _)| *uid).collect();
        let mails = mails.into_iter().map(|(uid, raw)| (place(uid), raw)).collect();
        let became = take_batch(app, source.origin.clone(), mails).await.map_err(words)?;
        let (read, failed) = sort(&mailbox, taken, became);
        reading.mark_read(&read).await?;
        count += read.len();
        failed.map_or(Ok(()), |error| Err(words(error)))?;
    }
    Ok(count)
}

/// Numbers in their order, of as many mails as are taken at once: never more of them than that allows, nor more bytes than
/// [`AT_ONCE`] unless it is one mail.
fn batches(sizes: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let (mut batches, mut bytes) = (Vec::<Vec<u32>>::new(), 0);
    for (uid, size) in sizes {
        let size = u64::from(*size);
        if let Some(batch) = batches.last_mut().filter(|batch| batch.len() < TOGETHER && bytes + size <= AT_ONCE) {
            batch.push(*uid);
            bytes += size;
        } else {
            batches.push(vec![*uid]);
            bytes = size;
        }
    }
    batches
}

/// Which mails became something and are to be marked as read; and what stopped others that the next look takes, where it lies
/// with us and not with a mail.
fn sort(mailbox: &str, uids: Vec<u32>, became: Vec<Result<Option<Became>>>) -> (Vec<u32>, Option<Error>) {
    let (mut read, mut failed) = (Vec::new(), None);
    for (uid, became) in uids.into_iter().zip(became) {
        match became {
            Ok(Some(Became::Ticket(_) | Became::Reply(_) | Became::Note(_))) => read.push(uid),
            // What became nothing stays unread: a person may want to look at it.
            Ok(Some(Became::Nothing(why))) => tracing::info!(mailbox, uid, why, "a mail became nothing"),
            Ok(None) => {}
            Err(error) if matches!(error.kind, Kind::Unavailable { .. } | Kind::Full) => failed = Some(error),
            // It stays unread and is tried again at the next look; those behind it do not wait for that.
            Err(error) => tracing::error!(mailbox, uid, %error, "a mail could not be taken"),
        }
    }
    (read, failed)
}

/// Takes one mail; `None` where it was taken before.
pub async fn take_mail(app: &App, origin: Origin, place: Place, raw: Vec<u8>) -> Result<Option<Became>> {
    let became = take_batch(app, origin, vec![(place, raw)]).await?;
    became.into_iter().next().unwrap_or(Ok(None))
}

/// What a mail is made of, on disk already.
struct Prepared {
    place: Place,
    mail: Incoming,
    itself: NewFile,
    files: Vec<NewFile>,
    written: Vec<Written>,
}

impl Prepared {
    fn hashes(&self) -> Vec<Hash> {
        self.written.iter().map(|file| file.hash).collect()
    }
}

/// Takes mails in their order, in one commit; each becomes what it becomes by itself, `None` where it was taken before. Answers
/// once all of it is on disk.
pub async fn take_batch(
    app: &App,
    origin: Origin,
    mails: Vec<(Place, Vec<u8>)>,
) -> Result<Vec<Result<Option<Became>>>> {
    let house = Arc::new(House { sender: app.sender(), trusted: app.settings.mail_authority.clone(), origin });
    // Disks write down several files as fast as one.
    let prepared = stream::iter(mails).map(|(place, raw)| prepare(app, place, raw)).buffered(ABREAST);
    let prepared: Vec<Result<Prepared>> = prepared.collect().await;
    let (mut written, mut hashes, mut takes, mut failed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in prepared {
        match one {
            Ok(mut one) => {
                hashes.push(one.hashes());
                written.append(&mut one.written);
                takes.push(one);
                failed.push(None);
            }
            Err(error) => failed.push(Some(error)),
        }
    }
    let kept = Arc::new(app.files.keep(Arc::new(written)).await?);
    let takes = takes.into_iter().map(|Prepared { place, mail, itself, files, .. }| {
        let (house, kept) = (house.clone(), kept.clone());
        move |tx: &Tx<'_>| {
            let _held = &kept;
            inbound::take(tx, &house, &place, &mail, &itself, &files)
        }
    });
    let became = app.store.write_all(takes.collect()).await;
    drop(kept);
    let anything = |became: &Result<Option<Became>>| {
        matches!(became, Ok(Some(Became::Ticket(_) | Became::Reply(_) | Became::Note(_))))
    };
    // Files of a mail that became nothing are nobody's.
    let unused = match &became {
        Ok(became) => {
            hashes.into_iter().zip(became).filter(|(_, became)| !anything(became)).flat_map(|one| one.0).collect()
        }
        Err(_) => hashes.concat(),
    };
    app.discard(unused).await?;
    let mut became = became?.into_iter();
    let each = failed.into_iter().map(|error| error.map_or_else(|| became.next().unwrap_or(Ok(None)), Err));
    Ok(each.collect())
}

async fn prepare(app: &App, place: Place, raw: Vec<u8>) -> Result<Prepared> {
    let whole = Arc::new(raw);
    let parsed = whole.clone();
    let mut mail = tokio::task::spawn_blocking(move || inbound::parse(&parsed)).await.map_err(Error::internal)?;
    let raw = write(app, &whole).await?;
    drop(whole);
    let itself = NewFile {
        name: FileName::of("mail.eml"),
        media_type: MediaType::of(&[], Some("message/rfc822")),
        size: raw.size,
        hash: raw.hash,
    };
    let (mut written, mut files): (Vec<Written>, Vec<NewFile>) = (vec![raw], Vec::new());
    for file in std::mem::take(&mut mail.files) {
        let done = write(app, &file.bytes).await?;
        files.push(NewFile {
            name: FileName::of(&file.name),
            media_type: MediaType::of(&file.bytes[..file.bytes.len().min(MediaType::HEAD)], Some(&file.media_type)),
            size: done.size,
            hash: done.hash,
        });
        written.push(done);
    }
    Ok(Prepared { place, mail, itself, files, written })
}

async fn write(app: &App, bytes: &[u8]) -> Result<Written> {
    let mut incoming = app.files.begin().await?;
    incoming.write(bytes).await?;
    incoming.finish().await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn batches_hold_every_mail_once_in_order_and_no_more_than_they_may(
            sizes in proptest::collection::vec(prop_oneof![0u32..4_000, 0u32..=crate::imap::LARGEST], 0..200)
        ) {
            let sizes: Vec<(u32, u32)> = (1..).zip(sizes).collect();
            let made = batches(&sizes);
            prop_assert_eq!(made.concat(), sizes.iter().map(|(uid, _)| *uid).collect::<Vec<_>>());
            for batch in &made {
                let bytes: u64 = batch.iter().map(|uid| u64::from(sizes[*uid as usize - 1].1)).sum();
                prop_assert!(!batch.is_empty() && batch.len() <= TOGETHER);
                prop_assert!(batch.len() == 1 || bytes <= AT_ONCE);
            }
            // No two neighbours would have fitted into one.
            for pair in made.windows(2) {
                let bytes: u64 = pair[0].iter().chain(pair[1].first()).map(|uid| u64::from(sizes[*uid as usize - 1].1)).sum();
                prop_assert!(pair[0].len() == TOGETHER || bytes > AT_ONCE);
            }
        }
    }
}
