//! Drains what is queued, commits once, then answers all.
//!
//! A request that fails leaves no trace in its batch. Requests run without savepoints; only when one fails after it has
//! written is the batch rolled back and run again with a savepoint each (2 × the throughput of savepoints always).
//!
//! On a full disk a batch is split: what has a claim on the reserve is done, the rest is refused. On one that has become
//! read-only everything is refused, and what is there can still be read.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::Message;
use super::request::{Claim, Job};
use crate::base::{Clock, Error, Keys, Kind, Result};
use crate::store::reserve::Reserve;
use crate::store::{Follower, Listener, Tx, fault, open};

/// Requests that share a commit at most.
const BATCH: usize = 256;

/// What the disk takes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Disk {
    #[default]
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

/// What the thread works with.
pub struct Thread {
    pub raw: Connection,
    pub reserve: Reserve,
    /// How the last batch found the disk.
    pub disk: Cell<Disk>,
    pub clock: Clock,
    pub keys: Arc<Keys>,
    pub follow: Follower,
    pub listener: Listener,
    /// How many batches have committed.
    pub commits: Arc<AtomicU64>,
}

impl Thread {
    /// Runs what comes in until it is told to stop, or the disk is in doubt.
    pub fn serve(self, mut messages: mpsc::Receiver<Message>) {
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
            let before = tx.changes();
            tx.aside(|| job.run(&tx)) || tx.changes() == before && !self.raw.is_autocommit()
        });
        if clean {
            return self.commit(tx);
        }
        self.undo("rollback")?;
        self.raw.execute_batch("begin immediate")?;
        let tx = Tx::new(&self.raw, self.clock.now(), &self.keys);
        for job in jobs {
            self.raw.execute_batch("savepoint request")?;
            if !tx.aside(|| job.run(&tx)) {
                if self.raw.is_autocommit() {
                    // It found no room, and nothing of the batch is left.
                    return Err(Broken::Full);
                }
                self.undo("rollback to request")?;
            }
            self.raw.execute_batch("release request")?;
        }
        self.commit(tx)
    }

    fn commit(&self, tx: Tx<'_>) -> std::result::Result<(), Broken> {
        let committed = tx
            .follow(self.follow)
            .and_then(|()| tx.finish())
            .map_err(|error| if error.kind == Kind::Full { Broken::Full } else { Broken::Work(error) })
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
