//! What was asked and answered, kept outside of the fault.

use std::sync::{Mutex, PoisonError};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Ticket,
    TicketWithFile,
    Reply { ticket: i64 },
    Resolve { ticket: i64 },
    Peer,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With the id of what was made, where it has one.
    Acked(Option<i64>),
    Refused(u16),
    /// No answer came, or one that says that nobody knows.
    Unknown,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Names the request and what it makes; also its idempotency key.
    pub key: String,
    pub what: What,
    pub outcome: Outcome,
}

impl Entry {
    /// The bytes of the file that it attaches: 8 to 40 KiB.
    pub fn file(&self) -> String {
        file(&self.key)
    }
}

pub fn file(key: &str) -> String {
    let times = 200 + key.bytes().map(usize::from).sum::<usize>() % 800;
    format!("{key} of the file that was attached\n").repeat(times)
}

/// Every request in the order of its answer.
#[derive(Default)]
pub struct Ledger(Mutex<Vec<Entry>>);

impl Ledger {
    pub fn note(&self, entry: Entry) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says what has become of a request that was unknown.
    pub fn settle(&self, key: &str, outcome: Outcome) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = all.iter_mut().find(|entry| entry.key == key) {
            entry.outcome = outcome;
        }
    }

    /// `812 acked, 3 refused, 9 unknown`.
    pub fn figures(&self) -> String {
        let refused = self.count(|outcome| matches!(outcome, Outcome::Refused(_)));
        let (acked, unknown) = (self.acked(), self.count(|outcome| *outcome == Outcome::Unknown));
        format!("{acked} acked, {refused} refused, {unknown} unknown")
    }

    /// How many requests came to this.
    pub fn count(&self, is_so: impl Fn(&Outcome) -> bool) -> usize {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|entry| is_so(&entry.outcome)).count()
    }

    pub fn acked(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Acked(_)))
    }
}
