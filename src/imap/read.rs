//! A mailbox that is open.

use std::collections::BTreeMap;
use std::time::Duration;

use async_imap::Session;
use async_imap::types::{Fetch, UnsolicitedResponse};
use futures_util::TryStreamExt;

use super::open::{Stream, in_time};
use super::said;

/// Largest mail that is read, in bytes.
pub const LARGEST: u32 = 25 << 20;

/// A mailbox that is open.
#[derive(Debug)]
pub struct Reading {
    pub(super) session: Session<Box<dyn Stream>>,
    /// What the mailbox says of its numbers.
    pub uid_validity: u32,
    /// Whether the server tells by itself what comes in (IDLE, RFC 2177).
    pub tells: bool,
}

impl Reading {
    /// The numbers of unread mails, the oldest first.
    pub async fn unread(&mut self) -> Result<Vec<u32>, String> {
        // Some servers tell of new mails only when they are asked.
        in_time(self.session.noop()).await?.map_err(|error| said(&error))?;
        self.has_heard();
        let found = in_time(self.session.uid_search("UNSEEN")).await?.map_err(|error| said(&error))?;
        let mut found: Vec<u32> = found.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    /// Whether the server has told of mails, beside its answers, since this was asked the last time.
    fn has_heard(&mut self) -> bool {
        let told = std::iter::from_fn(|| self.session.unsolicited_responses.try_recv().ok());
        // All of them, so that none is heard twice.
        told.filter(|one| matches!(one, UnsolicitedResponse::Exists(_) | UnsolicitedResponse::Recent(_))).count() > 0
    }

    /// Waits until the server tells of something new, at most so long; the mailbox is given back open. Only a server that
    /// [`Reading::tells`] may be waited for.
    pub async fn news(mut self, most: Duration) -> Result<Self, String> {
        // It came in while the last answers were read: nobody would tell of it again.
        if self.has_heard() {
            return Ok(self);
        }
        let mut idle = self.session.idle();
        in_time(idle.init()).await?.map_err(|error| said(&error))?;
        {
            let (news, _stop) = idle.wait_with_timeout(most);
            // What the server says only to keep the connection is no news, and would begin the time anew.
            if let Ok(told) = tokio::time::timeout(most, news).await {
                told.map_err(|error| said(&error))?;
            }
        }
        let session = in_time(idle.done()).await?.map_err(|error| said(&error))?;
        Ok(Self { session, ..self })
    }

    /// How large mails are, in bytes and in the order asked for; those that are gone or larger than [`LARGEST`] are left out.
    pub async fn sizes(&mut self, uids: &[u32]) -> Result<Vec<(u32, u32)>, String> {
        let answers = self.query(uids, "RFC822.SIZE").await?;
        let size = |uid: &u32| answers.iter().find_map(|answer| answer.size.filter(|_| answer.uid == Some(*uid)));
        let known = uids.iter().filter_map(|uid| Some((*uid, size(uid)?)));
        Ok(known.filter(|(_, size)| *size <= LARGEST).collect())
    }

    /// Mails as they lie there, which stay unread, in the order asked for; those that are gone, or that the server cannot read,
    /// are left out. All of them are in memory at once.
    pub async fn fetch(&mut self, uids: &[u32]) -> Result<Vec<(u32, Vec<u8>)>, String> {
        let mut found = self.bodies(uids).await?;
        // A server may break off at a mail that it cannot read: the others come all the same.
        if uids.len() > 1 {
            for uid in uids {
                if !found.contains_key(uid) {
                    found.append(&mut self.bodies(&[*uid]).await?);
                }
            }
        }
        Ok(uids.iter().filter_map(|uid| found.remove_entry(uid)).collect())
    }

    async fn bodies(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, Vec<u8>>, String> {
        let answers = self.query(uids, "BODY.PEEK[]").await?;
        let body = |answer: Fetch| Some((answer.uid?, answer.body()?.to_vec()));
        Ok(answers.into_iter().filter_map(body).collect())
    }

    async fn query(&mut self, uids: &[u32], what: &str) -> Result<Vec<Fetch>, String> {
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let work = async { self.session.uid_fetch(set(uids), what).await?.try_collect().await };
        in_time(work).await?.map_err(|error| said(&error))
    }

    /// Says that mails were read.
    pub async fn mark_read(&mut self, uids: &[u32]) -> Result<(), String> {
        if uids.is_empty() {
            return Ok(());
        }
        let work = async {
            let flags = self.session.uid_store(set(uids), "+FLAGS.SILENT (\\Seen)").await?;
            flags.try_collect::<Vec<_>>().await.map(drop)
        };
        in_time(work).await?.map_err(|error| said(&error))
    }

    /// Takes leave.
    pub async fn close(mut self) {
        // Whoever hangs up before that is let go too.
        let _left = in_time(self.session.logout()).await;
    }
}

/// Numbers as IMAP takes several of them.
fn set(uids: &[u32]) -> String {
    uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}
