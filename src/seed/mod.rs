//! Made-up people, tickets and servers, for demonstrations and benchmarks.
//!
//! Everything goes through the same verbs as what people do, at times spread over the past: so counts, deadlines, search
//! and history are as they would be, and the same seed makes the same instance. `people` makes those who act, `life` lets
//! tickets happen, `fleet` gives servers a past, `words` is what they say.

mod fleet;
mod life;
mod people;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fastrand::Rng;

use crate::base::clock::{DAY, MINUTE};
use crate::base::{Clock, Error, Kind, Result, Time};
use crate::feed;
use crate::notify;
use crate::store::{Directory, Store, Tx};
use crate::ticket;
pub use people::DOMAIN;

/// Transactions that tickets are spread over at most.
const MOST_STEPS: i64 = 20_000;
/// Longest past, in days.
const LONGEST: i64 = 730;

/// How much of everything.
#[derive(Clone, Debug)]
pub struct Amount {
    /// Tickets, with about four messages each.
    pub tickets: u64,
    /// Agents who answer them.
    pub agents: u64,
    /// Customers who write them.
    pub customers: u64,
    /// Projects beside the default one.
    pub projects: u64,
    /// VPN servers.
    pub servers: u64,
    /// Devices on each server.
    pub devices: u64,
    /// The same number makes the same instance.
    pub seed: u64,
}

/// The past as it is being made up: one transaction after the other, each at its own moment.
struct Past {
    store: Store,
    now: Arc<AtomicI64>,
}

impl Past {
    /// Does something at a moment.
    async fn at<T, F>(&self, at: Time, mut write: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.now.store(at.0, Ordering::Relaxed);
        let write_and_forget = move |tx: &Tx<'_>| {
            let done = write(tx)?;
            // What would be forgotten by now need not be kept until somebody starts the instance.
            while feed::prune(tx)? || ticket::notification::prune(tx)? {}
            Ok(done)
        };
        self.store.write(write_and_forget).await
    }
}

/// Fills an instance that has no tickets yet. All staff made here get this password hash. `tell` hears how many of the
/// tickets are done.
pub async fn run(
    directory: &Directory,
    amount: &Amount,
    password_hash: &str,
    now: Time,
    tell: impl Fn(u64),
) -> Result<()> {
    let clock = Arc::new(AtomicI64::new(now.0));
    let store = Store::start(directory, &Clock::Manual(clock.clone()), ticket::follow, Box::new(|_| {}))?;
    let past = Past { store, now: clock };
    let has_tickets = |conn: &crate::store::Conn<'_>| conn.one("select 1 from tickets limit 1", &[], |_| Ok(()));
    if past.store.read(has_tickets).await?.is_some() {
        let what = "This instance has tickets already. Made-up ones are for an instance of their own.";
        return Err(Error::new(Kind::Conflict, what));
    }
    let mut rng = Rng::with_seed(amount.seed);
    let days = i64::try_from(amount.tickets / 200).unwrap_or(LONGEST).clamp(30, LONGEST);
    let begin = now.plus(-days * DAY);
    let cast = people::make(&past, begin, amount, password_hash, &mut rng).await?;
    past.at(begin, notify::mute_everybody).await?;
    fleet::make(&past, now, amount, &cast, &mut rng).await?;
    let step = ((now.0 - begin.0) / MOST_STEPS).max(MINUTE);
    let span = life::Span { begin, end: now, step };
    life::live(&past, &span, amount.tickets, cast, rng, tell).await?;
    past.store.stop().await;
    Ok(())
}
