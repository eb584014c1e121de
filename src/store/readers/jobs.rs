//! What waits for a reader thread, and in which order it comes.

use std::time::Instant;

use crossbeam_channel::{Receiver, select_biased};
use rusqlite::Connection;

use crate::base::Result;

/// How long, over what an attempt took, reads go before the next one on the same thread: a few who search all the time leave
/// three quarters of it to everybody else, and have the rest.
const STANDS_BACK: u32 = 3;

/// Is given the connection, or why there is none.
pub type Job = Box<dyn FnOnce(Result<&Connection>) + Send>;

/// What waits for a thread.
pub struct Jobs {
    reads: Receiver<Job>,
    attempts: Receiver<Job>,
    /// When the job began that runs, if that is an attempt.
    attempt: Option<Instant>,
    /// Until when reads go first.
    stands_back: Instant,
}

impl Jobs {
    /// From two queues.
    pub fn of(reads: Receiver<Job>, attempts: Receiver<Job>) -> Self {
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;
    use crate::base::Error;

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
            jobs.next().unwrap()(Err(Error::internal("there is none")));
        };
        let (moment, hour) = (Duration::ZERO, Duration::from_secs(3_600));
        next(moment);
        next(hour);
        next(moment);
        next(moment);
        assert_eq!(*done.lock().unwrap(), ["search 1", "read 1", "read 2", "search 2"]);
    }
}
