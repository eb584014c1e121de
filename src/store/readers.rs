//! Threads that read, each with its own connection that cannot write, fed from two bounded queues: reads, and attempts at what
//! may take long. A thread takes its connection at its first job.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError, select_biased};
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::conn::{self, Conn};
use super::fault;
use crate::base::{Clock, Error, Keys, Kind, Result, Time, processor_time};

/// Requests that may wait; one more is told to come back.
const QUEUE: usize = 1_024;
/// How long, over what an attempt took, reads go before the next one on the same thread: a few who search all the time leave
/// three quarters of it to everybody else, and have the rest.
const STANDS_BACK: u32 = 3;
/// Seconds after which what took too long is worth another try.
const RETRY_AFTER: u64 = 5;
/// How far threads with a deadline stand behind all others, who wait for a moment only (nice).
const GIVES_WAY: i32 = 10;
/// Virtual machine steps between two looks at the deadline.
const STEPS: i32 = 10_000;

/// How long a read may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    /// By the clock.
    elapsed: Duration,
    /// Of a processor: what a read takes from others. A thread that waits for its turn takes nothing.
    processor: Duration,
}

impl Deadline {
    /// By the clock alone.
    pub const fn of(elapsed: Duration) -> Self {
        Self { elapsed, processor: elapsed }
    }

    /// And no more than so much of a processor.
    pub const fn with_processor(self, processor: Duration) -> Self {
        Self { processor, ..self }
    }
}

type Job = Box<dyn FnOnce(Result<&Connection>) + Send>;

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

/// What waits for a thread.
struct Jobs {
    reads: Receiver<Job>,
    attempts: Receiver<Job>,
    /// When the job began that runs, if that is an attempt.
    attempt: Option<Instant>,
    /// Until when reads go first.
    stands_back: Instant,
}

impl Jobs {
    fn of(reads: Receiver<Job>, attempts: Receiver<Job>) -> Self {
        Self { reads, attempts, attempt: None, stands_back: Instant::now() }
    }
}

impl Iterator for Jobs {
    type Item = Job;

    /// Waits for a job; ends when nobody is left who could give one.
    fn next(&mut self) -> Option<Job> {
        let now = Instant::now();
        if let Some(began) = self.attempt.take() {
            self.stands_back = now + STANDS_BACK * (now - began);
        }
        let (is_attempt, job) = if now < self.stands_back {
            select_biased! {
                recv(self.reads) -> job => (false, job),
                recv(self.attempts) -> job => (true, job),
            }
        } else {
            select_biased! {
                recv(self.attempts) -> job => (true, job),
                recv(self.reads) -> job => (false, job),
            }
        };
        self.attempt = is_attempt.then(Instant::now);
        job.ok()
    }
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

/// Interrupts what runs longer, as long as this lives: what ends the transaction must never be interrupted.
struct Limit<'c>(&'c Connection);

impl<'c> Limit<'c> {
    /// Begins; says in `stopped` whether it did.
    fn begin(raw: &'c Connection, deadline: Deadline, stopped: Arc<AtomicBool>) -> Result<Self> {
        let (until, taken) = (Instant::now() + deadline.elapsed, processor_time() + deadline.processor);
        let look = move || {
            let is_over = Instant::now() > until || processor_time() > taken;
            stopped.fetch_or(is_over, Ordering::Relaxed);
            is_over
        };
        raw.progress_handler(STEPS, Some(look)).map_err(fault::translate)?;
        Ok(Self(raw))
    }
}

impl Drop for Limit<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.progress_handler(0, None::<fn() -> bool>) {
            tracing::error!(%error, "a deadline stays with a connection");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::base::Keys;

    #[test]
    fn reads_go_first_after_an_attempt_for_three_times_as_long_as_it_took() {
        let (reads, attempts) = (crossbeam_channel::unbounded::<Job>(), crossbeam_channel::unbounded::<Job>());
        let mut jobs = Jobs::of(reads.1, attempts.1);
        let done = Arc::new(Mutex::new(Vec::new()));
        let named = |name: &'static str| -> Job {
            let done = done.clone();
            Box::new(move |_| done.lock().unwrap().push(name))
        };
        for (queue, name) in
            [(&reads.0, "read 1"), (&reads.0, "read 2"), (&attempts.0, "search 1"), (&attempts.0, "search 2")]
        {
            queue.send(named(name)).unwrap();
        }
        let mut next = |ago| {
            // As if the one before had begun so long ago.
            jobs.attempt = jobs.attempt.map(|began| began - ago);
            jobs.next().unwrap()(Err(stopping()));
        };
        let (moment, hour) = (Duration::ZERO, Duration::from_secs(3_600));
        next(moment);
        next(hour);
        next(moment);
        next(moment);
        assert_eq!(*done.lock().unwrap(), ["search 1", "read 1", "read 2", "search 2"]);
    }

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
