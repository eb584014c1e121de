//! A mailbox that is open.

use std::time::Duration;

use async_imap::Session;
use async_imap::types::{Fetch, UnsolicitedResponse};
use futures_util::TryStreamExt;

use super::open::{Stream, in_time};

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
        in_time(self.session.noop()).await?.map_err(|error| error.to_string())?;
        self.has_heard();
        let found = in_time(self.session.uid_search("UNSEEN")).await?.map_err(|error| error.to_string())?;
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
        in_time(idle.init()).await?.map_err(|error| error.to_string())?;
        {
            let (news, _stop) = idle.wait_with_timeout(most);
            // What the server says only to keep the connection is no news, and would begin the time anew.
            if let Ok(told) = tokio::time::timeout(most, news).await {
                told.map_err(|error| error.to_string())?;
            }
        }
        let session = in_time(idle.done()).await?.map_err(|error| error.to_string())?;
        Ok(Self { session, ..self })
    }

    /// A mail as it lies there, which stays unread; `None` where it is gone, or larger than [`LARGEST`].
    pub async fn fetch(&mut self, uid: u32) -> Result<Option<Vec<u8>>, String> {
        let size = self.query(uid, "RFC822.SIZE").await?.and_then(|answer| answer.size);
        if size.is_none_or(|size| size > LARGEST) {
            return Ok(None);
        }
        let whole = self.query(uid, "BODY.PEEK[]").await?;
        Ok(whole.and_then(|answer| answer.body().map(<[u8]>::to_vec)))
    }

    async fn query(&mut self, uid: u32, what: &str) -> Result<Option<Fetch>, String> {
        let work = async {
            let answers: Vec<_> = self.session.uid_fetch(uid.to_string(), what).await?.try_collect().await?;
            Ok::<_, async_imap::error::Error>(answers)
        };
        let answers = in_time(work).await?.map_err(|error| error.to_string())?;
        Ok(answers.into_iter().find(|answer| answer.uid == Some(uid)))
    }

    /// Says that a mail was read.
    pub async fn mark_read(&mut self, uid: u32) -> Result<(), String> {
        let work = async {
            let flags = self.session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await?;
            flags.try_collect::<Vec<_>>().await.map(drop)
        };
        in_time(work).await?.map_err(|error| error.to_string())
    }

    /// Takes leave.
    pub async fn close(mut self) {
        // Whoever hangs up before that is let go too.
        let _left = in_time(self.session.logout()).await;
    }
}
