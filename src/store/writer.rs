//! The one thread that writes: it drains what is queued, commits once, then answers all.
//!
//! A request that fails leaves no trace in its batch. Requests run without savepoints; only when one fails after it has
//! written is the batch rolled back and run again with a savepoint each (2 × the throughput of savepoints always).
//!
//! On a full disk a batch is split: what has a claim on the reserve is done, the rest is refused. On one that has become
//! read-only everything is refused, and what is there can still be read.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::conn::Tx;
use super::reserve::Reserve;
use super::{Follower, Listener, fault, open};
use crate::base::{Clock, Error, Keys, Kind, Result};

/// Requests that share a commit at most.
const BATCH: usize = 256;
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

/// What a request may fall back on when the disk is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: it is refused.
    Room,
    /// What the log holds for such requests.
    Reserve,
}

trait Job: Send {
    /// What it may fall back on.
    fn claim(&self) -> Claim;
    /// Runs the request; true when it succeeded.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Answers with what the request gave, or with what befell the whole batch.
    fn answer(self: Box<Self>, batch: Option<&Error>);
}

struct Request<T, F> {
    claim: Claim,
    write: F,
    done: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnMut(&Tx<'_>) -> Result<T> + Send> Job for Request<T, F> {
    fn claim(&self) -> Claim {
        self.claim
    }

    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let done = catch_unwind(AssertUnwindSafe(|| (self.write)(tx)))
            .unwrap_or_else(|_| Err(Error::internal("a write panicked")));
        let succeeded = done.is_ok();
        self.done = Some(done);
        succeeded
    }

    fn answer(self: Box<Self>, batch: Option<&Error>) {
        let done = match (self.done, batch) {
            (Some(Ok(_)) | None, Some(error)) => Err(error.clone()),
            (Some(done), _) => done,
            (None, None) => Err(Error::internal("a write was never run")),
        };
        // A caller that went away needs no answer: what it asked for is done all the same.
        let _gone = self.reply.send(done);
    }
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
        let (disk, commits_there) = (Cell::new(Disk::Takes), commits.clone());
        let thread = Thread { raw, reserve, disk, clock, keys, follow, listener, commits: commits_there };
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
            Box::new(Request { claim, write, done: None, reply }) as Box<dyn Job>
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
        let job = Box::new(Request { claim: Claim::Room, write, done: None, reply });
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

/// What the disk takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Disk {
    Takes,
    Full,
    ReadOnly,
}

/// Why a whole batch came to nothing.
enum Broken {
    Full,
    ReadOnly,
    Unconfirmed,
    Engine(rusqlite::Error),
    Work(Error),
}

impl From<rusqlite::Error> for Broken {
    fn from(error: rusqlite::Error) -> Self {
        if fault::is_full(&error) { Self::Full } else { Self::Engine(error) }
    }
}

struct Thread {
    raw: Connection,
    reserve: Reserve,
    /// How the last batch found the disk.
    disk: Cell<Disk>,
    clock: Clock,
    keys: Arc<Keys>,
    follow: Follower,
    listener: Listener,
    commits: Arc<AtomicU64>,
}

impl Thread {
    fn serve(self, mut messages: mpsc::Receiver<Message>) {
        let mut waiting = Vec::with_capacity(BATCH);
        while messages.blocking_recv_many(&mut waiting, BATCH) > 0 {
            let mut jobs = Vec::with_capacity(waiting.len());
            let (mut stop, mut cuts) = (None, Vec::new());
            for message in waiting.drain(..) {
                match message {
                    Message::Work(together) => jobs.extend(together),
                    Message::CutLog(reply) => cuts.push(reply),
                    Message::Stop(reply) => stop = Some(reply),
                }
            }
            if !jobs.is_empty() && !self.batch(jobs) {
                tracing::error!("the disk did not confirm a commit: stopping, so that nothing is built on it");
                std::process::exit(1);
            }
            for reply in cuts {
                // Whoever asked may have given up waiting.
                let _gone = reply.send(self.cut_log());
            }
            if let Some(reply) = stop {
                // After a clean stop the file alone is the whole database.
                if let Err(error) = open::cut_log(&self.raw) {
                    tracing::warn!(%error, "the write-ahead log stays beside the database");
                }
                // Whoever asked may have given up waiting.
                let _gone = reply.send(());
                return;
            }
        }
    }

    fn cut_log(&self) -> Result<bool> {
        // On a full disk somebody else would take what the log lets go.
        if !self.reserve.comes_back() {
            return Ok(false);
        }
        let cut = open::cut_log(&self.raw);
        self.reserve.is_whole();
        cut
    }

    /// What the disk takes now; says so where that has changed.
    fn look(&self) -> Disk {
        // Only a commit finds out that it has become read-only: to ask each time would cost a call to the system.
        let disk = if self.disk.get() == Disk::ReadOnly && self.reserve.is_read_only() {
            Disk::ReadOnly
        } else if self.reserve.is_whole() {
            Disk::Takes
        } else {
            Disk::Full
        };
        self.found(disk);
        disk
    }

    fn found(&self, disk: Disk) {
        match (self.disk.replace(disk), disk) {
            (before, now) if before == now => {}
            (_, Disk::Full) => {
                tracing::error!("the disk is full: changes are refused, but for logins and what takes access away");
            }
            (_, Disk::ReadOnly) => {
                tracing::error!("the disk is read-only: all changes are refused, and what is there can be read");
            }
            (Disk::Full, Disk::Takes) => tracing::info!("the disk has room again"),
            (_, Disk::Takes) => tracing::info!("the disk can be written again"),
        }
    }

    /// Runs and answers a batch; false when the disk is in doubt.
    fn batch(&self, mut jobs: Vec<Box<dyn Job>>) -> bool {
        let mut outcome = match self.look() {
            Disk::Takes => self.run(&mut jobs),
            Disk::Full => Err(Broken::Full),
            Disk::ReadOnly => Err(Broken::ReadOnly),
        };
        if matches!(outcome, Err(Broken::Full)) {
            let (claims, others): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| job.claim() == Claim::Reserve);
            others.into_iter().for_each(|job| job.answer(Some(&fault::full())));
            jobs = claims;
            if !jobs.is_empty() && self.reserve.lasts(&self.raw) {
                outcome = self.run(&mut jobs);
            }
        }
        let (error, sound) = match outcome {
            Ok(()) => (None, true),
            Err(Broken::Full) => (Some(fault::full()), true),
            Err(Broken::ReadOnly) => (Some(fault::read_only()), true),
            Err(Broken::Work(error)) => (Some(error), true),
            Err(Broken::Unconfirmed) => (Some(fault::unconfirmed()), false),
            Err(Broken::Engine(error)) if fault::broke_off(&error) && self.reserve.is_read_only() => {
                self.found(Disk::ReadOnly);
                (Some(fault::read_only()), true)
            }
            Err(Broken::Engine(error)) => {
                let sound = !fault::leaves_the_disk_unknown(&error);
                (Some(fault::translate(error)), sound)
            }
        };
        for job in jobs {
            job.answer(error.as_ref());
        }
        sound
    }

    fn run(&self, jobs: &mut [Box<dyn Job>]) -> std::result::Result<(), Broken> {
        self.raw.execute_batch("begin immediate")?;
        let tx = Tx::new(&self.raw, self.clock.now(), &self.keys);
        let clean = jobs.iter_mut().all(|job| {
            let (before, events) = (tx.changes(), tx.take_events());
            let succeeded = job.run(&tx);
            let heard = tx.take_events();
            let kept = if succeeded { heard } else { Vec::new() };
            events.into_iter().chain(kept).for_each(|event| tx.announce(event));
            succeeded || tx.changes() == before && !self.raw.is_autocommit()
        });
        if clean {
            return self.commit(tx);
        }
        tx.take_events();
        self.undo("rollback")?;
        self.raw.execute_batch("begin immediate")?;
        let tx = Tx::new(&self.raw, self.clock.now(), &self.keys);
        let mut kept = Vec::new();
        for job in jobs {
            self.raw.execute_batch("savepoint request")?;
            if job.run(&tx) {
                kept.append(&mut tx.take_events());
            } else if self.raw.is_autocommit() {
                // It found no room, and nothing of the batch is left.
                return Err(Broken::Full);
            } else {
                tx.take_events();
                self.undo("rollback to request")?;
            }
            self.raw.execute_batch("release request")?;
        }
        kept.into_iter().for_each(|event| tx.announce(event));
        self.commit(tx)
    }

    fn commit(&self, tx: Tx<'_>) -> std::result::Result<(), Broken> {
        let committed = tx
            .follow(self.follow)
            .and_then(|()| tx.finish())
            .map_err(Broken::Work)
            .and_then(|()| Ok(self.raw.execute_batch("commit")?));
        if let Err(error) = committed {
            self.undo("rollback")?;
            return Err(error);
        }
        if !self.reserve.still_takes() {
            return Err(Broken::Unconfirmed);
        }
        // Counted before anybody hears of it: who looks then must not be given a cached answer from before.
        self.commits.fetch_add(1, Ordering::Release);
        tx.take_events().iter().for_each(|event| (self.listener)(event));
        Ok(())
    }

    /// Some errors (a full disk) have already rolled the transaction back.
    fn undo(&self, how: &str) -> rusqlite::Result<()> {
        if self.raw.is_autocommit() { Ok(()) } else { self.raw.execute_batch(how) }
    }
}
