//! Who listens.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};

use super::eye::Eye;
use super::measures::Measures;
use super::presence::{Doing, Presences, Present};
use super::told::Told;
use crate::base::{Error, Kind, Result, Time};
use crate::feed;
use crate::store::Store;

/// What waits for a reader at most; who falls further behind is let go, and may come back for the rest.
const WAITING: usize = 256;
/// Seats of one user at once: browser tabs, mostly.
const MOST_OF_ONE: usize = 64;

/// Everybody who listens, and what the feed has told them. Cheap to clone.
#[derive(Clone, Default)]
pub struct Live(Arc<Shared>);

#[derive(Default)]
struct Shared {
    woken: watch::Sender<()>,
    seats: Mutex<Seats>,
    presences: Mutex<Presences>,
    measures: Mutex<Measures>,
}

/// Those who listen.
#[derive(Default)]
pub(super) struct Seats {
    /// How far everybody was told; none while nobody listens.
    pub at: Option<i64>,
    /// By number.
    pub taken: HashMap<u64, Taken>,
    next: u64,
}

impl Seats {
    /// Whether nobody listens: then the task ends, and the next one to sit down begins another.
    pub(super) fn rest_if_empty(&mut self) -> bool {
        if self.taken.is_empty() {
            self.at = None;
        }
        self.taken.is_empty()
    }
}

/// Somebody who listens.
pub(super) struct Taken {
    /// What they see.
    pub eye: Arc<Eye>,
    /// Where it goes.
    pub sender: mpsc::Sender<Arc<Told>>,
}

/// A place among those who listen; it is free again when this is dropped.
pub struct Seat {
    live: Live,
    number: u64,
    waiting: mpsc::Receiver<Arc<Told>>,
}

impl Live {
    /// Says that there may be something new: what a commit announced.
    pub fn wake(&self) {
        self.0.woken.send_replace(());
    }

    /// Something that changes whenever there may be something new. Subscribe before looking.
    pub fn news(&self) -> watch::Receiver<()> {
        self.0.woken.subscribe()
    }

    pub(super) fn seats(&self) -> MutexGuard<'_, Seats> {
        self.0.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what somebody does at a ticket, `None` when they leave; answers who is there.
    pub fn present(&self, ticket: i64, user: i64, name: &str, doing: Option<Doing>, now: Time) -> Vec<Present> {
        let mut presences = self.0.presences.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = presences.note(ticket, user, name, doing, now);
        let present = presences.of(ticket);
        drop(presences);
        if is_news {
            self.wake();
        }
        present
    }

    /// The tickets of which there is news of who is there.
    pub(super) fn news_of_presence(&self, now: Time) -> Vec<(i64, Vec<Present>)> {
        let mut presences = self.0.presences.lock().unwrap_or_else(PoisonError::into_inner);
        presences.forget(now);
        presences.take_news()
    }

    /// Notes that a server has reported; it is told with the next look.
    pub fn note_measures(&self, server: i64) {
        self.measures().note(server);
    }

    /// The servers of which it is to be told now that they have.
    pub(super) fn news_of_measures(&self, now: Time) -> BTreeSet<i64> {
        self.measures().take_news(now)
    }

    fn measures(&self) -> MutexGuard<'_, Measures> {
        self.0.measures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many listen.
    pub fn count(&self) -> usize {
        self.seats().taken.len()
    }

    /// Takes a seat: everything that happens from now on waits there, as far as the eye may see it. `begin` starts the task
    /// that fills the seats where none runs.
    pub async fn sit(&self, store: &Store, eye: Eye, begin: impl FnOnce()) -> Result<Seat> {
        let user = eye.actor.user();
        let (sender, waiting) = mpsc::channel(WAITING);
        let mut taken = Some(Taken { eye: Arc::new(eye), sender });
        loop {
            let head = if self.seats().at.is_none() { Some(store.read(feed::newest).await?) } else { None };
            let mut seats = self.seats();
            let begins = seats.at.is_none();
            if begins {
                // The task may have ended a moment ago.
                let Some(head) = head else { continue };
                seats.at = Some(head);
            }
            if seats.taken.values().filter(|other| other.eye.actor.user() == user).count() >= MOST_OF_ONE {
                let text = "You follow along from too many places at once. Close some of them.";
                return Err(Error::new(Kind::TooMany { retry_after: 60 }, text));
            }
            let number = seats.next;
            seats.next += 1;
            seats.taken.extend(taken.take().map(|taken| (number, taken)));
            drop(seats);
            if begins {
                begin();
            }
            return Ok(Seat { live: self.clone(), number, waiting });
        }
    }
}

impl Seat {
    /// The next thing to hear; none once the seat was taken away: the session has ended, or the reader fell behind.
    pub async fn next(&mut self) -> Option<Arc<Told>> {
        self.waiting.recv().await
    }

    /// How far the feed has been told: everything up to here that concerns this seat was put before [`Seat::try_next`].
    pub fn at(&self) -> Option<i64> {
        self.live.seats().at
    }

    /// What waits already.
    pub fn try_next(&mut self) -> Option<Arc<Told>> {
        self.waiting.try_recv().ok()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.live.seats().taken.remove(&self.number);
    }
}
