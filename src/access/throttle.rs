//! How often one caller may call.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::base::{Error, Kind, Result};

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, MonotonicClock, NoOpMiddleware<std::time::Instant>>;

/// A limit per key: a burst of the whole quota, refilled evenly.
pub struct Throttle(Option<Limiter>);

impl Throttle {
    /// So many a minute for each key; none where limits are off.
    pub fn per_minute(times: u32, on: bool) -> Self {
        Self::new(NonZeroU32::new(times).map(Quota::per_minute), on)
    }

    /// So many a second for each key; none where limits are off.
    pub fn per_second(times: u32, on: bool) -> Self {
        Self::new(NonZeroU32::new(times).map(Quota::per_second), on)
    }

    fn new(quota: Option<Quota>, on: bool) -> Self {
        Self(
            quota
                .filter(|_| on)
                .map(|quota| RateLimiter::new(quota, DefaultKeyedStateStore::default(), MonotonicClock)),
        )
    }

    /// Takes one from the key's allowance; [`Kind::TooMany`] when there is none left.
    pub fn take(&self, key: &str) -> Result<()> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(&key.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(MonotonicClock.now());
            let retry_after = wait.as_secs() + 1;
            Error::new(Kind::TooMany { retry_after }, format!("Too many requests. Try again in {retry_after} seconds."))
        })
    }

    /// Forgets keys whose allowance is whole again.
    pub fn tidy(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
        }
    }
}
