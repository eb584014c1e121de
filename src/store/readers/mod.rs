//! Threads that read, each with its own connection that cannot write, fed from two bounded queues: reads, and attempts at what
//! may take long. A thread takes its connection at its first job. `jobs` is their order, `deadline` what interrupts them.

mod deadline;
mod jobs;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Sender, TrySendError};
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::conn::{self, Conn};
use super::fault;
use crate::base::{Clock, Error, Keys, Kind, Result, Time};
pub use deadline::Deadline;
use deadline::Limit;
use jobs::{Job, Jobs};

/// Requests that may wait; one more is told to come back.
const QUEUE: usize = 1_024;
/// Seconds after which what took too long is worth another try.
const RETRY_AFTER: u64 = 5;
/// How far threads with a deadline stand behind all others, who wait for a moment only (nice).
const GIVES_WAY: i32 = 10;

/// A handful of reader threads.
#[derive(Clone)]
pub struct Readers {
    reads: Sender<Job>,
    attempts: Sender<Job>,
    clock: Clock,
    keys: Arc<Keys>,
    deadline: Option<Deadline>,
}

impl Readers {
    /// Starts the threads; with a deadline each read is interrupted when it passes, and gives way to everything else.
    pub fn start(
        name: &str,
        threads: usize,
        pool: &Pool<SqliteConnectionManager>,
        clock: &Clock,
        keys: &Arc<Keys>,
        deadline: Option<Deadline>,
    ) -> Result<Self> {
        let (reads, attempts) = (crossbeam_channel::bounded(QUEUE), crossbeam_channel::bounded(QUEUE));
        for _ in 0..threads {
            let (pool, jobs) = (pool.clone(), Jobs::of(reads.1.clone(), attempts.1.clone()));
            std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || {
                    if deadline.is_some()
                        && let Err(error) = rustix::process::nice(GIVES_WAY)
                    {
                        tracing::warn!(%error, "what takes long runs at normal priority");
                    }
                    serve(&pool, jobs);
                })
                .map_err(Error::internal)?;
        }
        Ok(Self { reads: reads.0, attempts: attempts.0, clock: clock.clone(), keys: keys.clone(), deadline })
    }

    /// Runs one read on whichever thread is free.
    pub async fn run<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>) -> Result<T> + Send + 'static,
    {
        self.queue(&self.reads, self.deadline, read).await?.ok_or_else(|| {
            Error::new(
                Kind::Unavailable { retry_after: RETRY_AFTER },
                "This took too long and was stopped. Ask for less at once.",
            )
        })
    }

    /// Attempts a read that may take long on whichever thread is free; nothing when it took longer than the deadline, and was
    /// stopped.
    pub async fn attempt<T, F>(&self, deadline: Deadline, read: F) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>) -> Result<T> + Send + 'static,
    {
        self.queue(&self.attempts, Some(deadline), read).await
    }

    async fn queue<T, F>(&self, queue: &Sender<Job>, deadline: Option<Deadline>, read: F) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let (clock, keys) = (self.clock.clone(), self.keys.clone());
        let mut read = Some(read);
        let job: Job = Box::new(move |raw| {
            if reply.is_closed() {
                return;
            }
            let mut found = None;
            let mut look = |conn: &Conn<'_>| {
                found = read.take().map(|read| read(conn)).transpose()?;
                Ok(())
            };
            let done = raw.and_then(|raw| reads(raw, deadline, clock.now(), &keys, &mut look));
            // A caller that went away needs no answer.
            let _gone = reply.send(done.map(|()| found));
        });
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => {
                Error::new(Kind::Unavailable { retry_after: 1 }, "Too much is asked at once. Try again in a second.")
            }
            TrySendError::Disconnected(_) => stopping(),
        })?;
        answer.await.map_err(|_| stopping())?
    }
}

fn stopping() -> Error {
    Error::new(Kind::Unavailable { retry_after: 1 }, "The server is stopping.")
}

fn serve(pool: &Pool<SqliteConnectionManager>, jobs: Jobs) {
    let mut own = None;
    for job in jobs {
        match own.take().map_or_else(|| pool.get().map_err(unopened), Ok) {
            Ok(connection) => {
                job(Ok(&connection));
                own = Some(connection);
            }
            // The next one tries again.
            Err(error) => job(Err(error)),
        }
    }
}

fn unopened(error: r2d2::Error) -> Error {
    Error::new(Kind::Unavailable { retry_after: RETRY_AFTER }, "The database cannot be opened at the moment.")
        .because(error.to_string())
}

/// Reads in one transaction. What the deadline stops is not done, and no error.
fn reads(
    raw: &Connection,
    deadline: Option<Deadline>,
    now: Time,
    keys: &Keys,
    read: &mut dyn FnMut(&Conn<'_>) -> Result<()>,
) -> Result<()> {
    let stopped = Arc::new(AtomicBool::new(false));
    let within = |conn: &Conn<'_>| {
        let _limit = deadline.map(|deadline| Limit::begin(raw, deadline, stopped.clone())).transpose()?;
        read(conn)
    };
    let done = catch_unwind(AssertUnwindSafe(|| conn::snapshot(raw, now, keys, within)));
    if !raw.is_autocommit() {
        raw.execute_batch("rollback").map_err(fault::translate)?;
    }
    let done = done.unwrap_or_else(|_| Err(Error::internal("a read panicked")));
    if stopped.load(Ordering::Relaxed) && done.is_err() { Ok(()) } else { done }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::deadline::STEPS;
    use super::*;

    #[test]
    fn whatever_a_deadline_stops_the_connection_goes_on_reading() {
        let raw = Connection::open_in_memory().unwrap();
        let keys = Keys::derive(&[7; 32]).unwrap();
        let none = Deadline::of(Duration::ZERO);
        // The engine looks at the deadline after so many steps of a statement, whenever they were: each statement's turn comes.
        for _ in 0..STEPS {
            reads(&raw, Some(none), Time(0), &keys, &mut |_| Ok(())).unwrap();
            assert!(raw.is_autocommit());
        }
    }
}
