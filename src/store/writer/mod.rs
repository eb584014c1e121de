//! The one thread that writes, and the way to it: `request` is what is queued, `commit` what becomes of a batch.

mod commit;
mod request;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::Tx;
use super::reserve::Reserve;
use super::{Follower, Listener};
use crate::base::{Clock, Error, Keys, Kind, Result};
use commit::Thread;
pub use request::Claim;
use request::{Job, Request};

/// Requests that may wait; more are held back at the door.
const QUEUE: usize = 4_096;

/// The way to the writer thread.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Message>,
    commits: Arc<AtomicU64>,
}

enum Message {
    Work(Vec<Box<dyn Job>>),
    CutLog(oneshot::Sender<Result<bool>>),
    Stop(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the thread.
    pub fn start(
        raw: Connection,
        reserve: Reserve,
        clock: Clock,
        keys: Arc<Keys>,
        follow: Follower,
        listener: Listener,
    ) -> Result<Self> {
        let (queue, messages) = mpsc::channel(QUEUE);
        let commits = Arc::new(AtomicU64::new(0));
        let (disk, counted) = (Cell::default(), commits.clone());
        let thread = Thread { raw, reserve, disk, clock, keys, follow, listener, commits: counted };
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || thread.serve(messages))
            .map_err(Error::internal)?;
        Ok(Self { queue, commits })
    }

    /// Queues one request; answers once it is on disk.
    pub async fn run<T, F>(&self, claim: Claim, write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let done = self.run_all(claim, vec![write]).await?;
        done.into_iter().next().unwrap_or_else(|| Err(stopping()))
    }

    /// Queues requests that share a commit, in this order; answers once they are on disk, each for itself: one that fails leaves
    /// no trace, and the others stand.
    pub async fn run_all<T, F>(&self, claim: Claim, writes: Vec<F>) -> Result<Vec<Result<T>>>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let mut answers = Vec::with_capacity(writes.len());
        let jobs = writes.into_iter().map(|write| {
            let (reply, answer) = oneshot::channel();
            answers.push(answer);
            Box::new(Request::new(claim, write, reply)) as Box<dyn Job>
        });
        let request = Message::Work(jobs.collect());
        self.queue.send(request).await.map_err(|_| stopping())?;
        let mut done = Vec::with_capacity(answers.len());
        for answer in answers {
            done.push(answer.await.map_err(|_| stopping())?);
        }
        Ok(done)
    }

    /// Queues one request that nobody waits for; forgotten where the queue is full.
    pub fn run_unheard<F>(&self, write: F)
    where
        F: FnMut(&Tx<'_>) -> Result<()> + Send + 'static,
    {
        let (reply, _unheard) = oneshot::channel();
        let job = Box::new(Request::new(Claim::Room, write, reply));
        // An error means that there is no room, or nobody who would run it.
        let _full = self.queue.try_send(Message::Work(vec![job]));
    }

    /// How many batches have committed.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// Empties the write-ahead log, so that nothing can be read there of what was overwritten; false while readers need it.
    pub async fn cut_log(&self) -> Result<bool> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(Message::CutLog(reply)).await.map_err(|_| stopping())?;
        answer.await.map_err(|_| stopping())?
    }

    /// Answers everything queued before, then stops.
    pub async fn stop(&self) {
        let (reply, stopped) = oneshot::channel();
        if self.queue.send(Message::Stop(reply)).await.is_ok() {
            // An error means that the thread is gone already.
            let _gone = stopped.await;
        }
    }
}

fn stopping() -> Error {
    Error::new(Kind::Unavailable { retry_after: 1 }, "The server is stopping.")
}
