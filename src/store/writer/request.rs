//! One request's changes on their way through a batch, whatever it is that they give.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::base::{Error, Result};
use crate::store::Tx;

/// What a request may fall back on when the disk is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: it is refused.
    Room,
    /// What the log holds for such requests.
    Reserve,
}

/// A request of any kind.
pub trait Job: Send {
    /// What it may fall back on.
    fn claim(&self) -> Claim;
    /// Runs the request; true when it succeeded.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Answers with what the request gave, or with what befell the whole batch.
    fn answer(self: Box<Self>, batch: Option<&Error>);
}

/// A request whose caller waits for what it gives.
pub struct Request<T, F> {
    claim: Claim,
    write: F,
    done: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Request<T, F> {
    /// One that was not run yet.
    pub fn new(claim: Claim, write: F, reply: oneshot::Sender<Result<T>>) -> Self {
        Self { claim, write, done: None, reply }
    }
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
