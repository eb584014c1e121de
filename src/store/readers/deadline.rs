//! How long a read may take, and what interrupts it then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::base::{Result, processor_time};
use crate::store::fault;

/// Virtual machine steps between two looks at the deadline.
pub const STEPS: i32 = 10_000;

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

/// Interrupts what runs longer, as long as this lives: what ends the transaction must never be interrupted.
pub struct Limit<'c>(&'c Connection);

impl<'c> Limit<'c> {
    /// Begins; says in `stopped` whether it did.
    pub fn begin(raw: &'c Connection, deadline: Deadline, stopped: Arc<AtomicBool>) -> Result<Self> {
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
