//! What was asked and answered, kept outside of the fault.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Ticket,
    TicketWithFile,
    Reply {
        ticket: i64,
    },
    Resolve {
        ticket: i64,
    },
    Peer,
    /// Keeps out a device that was made under another key.
    Disable {
        name: String,
        id: String,
    },
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
    /// How far the disk's record was before it was sent, and when its answer was there; nothing where none is kept.
    pub sent: u64,
    pub at: u64,
}

impl Entry {
    pub fn is_acked(&self) -> bool {
        matches!(self.outcome, Outcome::Acked(_))
    }

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
pub struct Ledger {
    all: Mutex<Vec<Entry>>,
    position: Option<Box<dyn Fn() -> u64 + Send + Sync>>,
}

impl Ledger {
    /// One that notes with each entry how far something else was.
    pub fn stamped(position: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self { all: Mutex::default(), position: Some(Box::new(position)) }
    }

    /// How far that is now.
    pub fn position(&self) -> u64 {
        self.position.as_ref().map_or(0, |position| position())
    }

    pub fn note(&self, key: String, what: What, outcome: Outcome, sent: u64) {
        let at = self.position();
        self.locked().push(Entry { key, what, outcome, sent, at });
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What somebody knew who was cut off at that position: later answers are unknown, and nothing was asked later.
    pub fn as_of(&self, position: u64) -> Self {
        let mut all = self.entries();
        all.retain(|entry| entry.sent <= position);
        for entry in all.iter_mut().filter(|entry| entry.at > position) {
            entry.outcome = Outcome::Unknown;
        }
        Self { all: Mutex::new(all), position: None }
    }

    /// Says what has become of a request that was unknown.
    pub fn settle(&self, key: &str, outcome: Outcome) {
        let mut all = self.locked();
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
        self.locked().iter().filter(|entry| is_so(&entry.outcome)).count()
    }

    pub fn acked(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Acked(_)))
    }
}
