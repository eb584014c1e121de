//! How often one caller may call.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::base::{Clock, Error, Kind, Result, secret};

/// Keys are hashed, so that a long one takes no more memory than a short one.
type Key = [u8; 32];
type Limiter = RateLimiter<Key, DefaultKeyedStateStore<Key>, Ticks, StateInformationMiddleware>;

/// Time that only goes on: the machine's since the start, whatever its calendar does, or a test's.
#[derive(Clone, Debug)]
enum Ticks {
    Machine(Instant),
    Manual(Arc<AtomicI64>),
}

impl Ticks {
    fn of(clock: &Clock) -> Self {
        match clock {
            Clock::System => Self::Machine(Instant::now()),
            Clock::Manual(now) => Self::Manual(now.clone()),
        }
    }
}

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        match self {
            Self::Machine(began) => began.elapsed(),
            Self::Manual(now) => Duration::from_millis(u64::try_from(now.load(Ordering::Relaxed)).unwrap_or_default()),
        }
    }
}

/// A limit per key: a burst of the whole quota, refilled evenly.
pub struct Throttle {
    name: &'static str,
    quota: u32,
    window_s: u64,
    ticks: Ticks,
    limiter: Option<Limiter>,
}

/// What is left to a key after it took one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Which limit this is, as callers read it.
    pub name: &'static str,
    /// How many are granted in a window.
    pub quota: u32,
    /// The window, in seconds.
    pub window_s: u64,
    /// How many are left now.
    pub left: u32,
    /// Seconds until the allowance is whole again or, where it was refused, until the next one is granted.
    pub reset_s: u64,
    /// Whether this one was granted.
    pub granted: bool,
}

impl Allowance {
    /// [`Kind::TooMany`] where it was refused.
    pub fn check(&self) -> Result<()> {
        if self.granted {
            return Ok(());
        }
        let retry_after = self.reset_s;
        Err(Error::new(
            Kind::TooMany { retry_after },
            format!("Too many requests. Try again in {retry_after} seconds."),
        ))
    }
}

impl Throttle {
    /// So many a minute for each key; none where limits are off.
    pub fn per_minute(name: &'static str, times: u32, on: bool, clock: &Clock) -> Self {
        Self::new(name, times, 60, NonZeroU32::new(times).map(Quota::per_minute).filter(|_| on), clock)
    }

    /// So many a second for each key; none where limits are off.
    pub fn per_second(name: &'static str, times: u32, on: bool, clock: &Clock) -> Self {
        Self::new(name, times, 1, NonZeroU32::new(times).map(Quota::per_second).filter(|_| on), clock)
    }

    fn new(name: &'static str, times: u32, window_s: u64, quota: Option<Quota>, clock: &Clock) -> Self {
        let ticks = Ticks::of(clock);
        let limiter = quota.map(|quota| Limiter::new(quota, DefaultKeyedStateStore::default(), ticks.clone()));
        Self { name, quota: times, window_s, ticks, limiter }
    }

    /// Takes one from the key's allowance; `None` where limits are off.
    pub fn take(&self, key: &str) -> Option<Allowance> {
        let limiter = self.limiter.as_ref()?;
        let whole = Allowance {
            name: self.name,
            quota: self.quota,
            window_s: self.window_s,
            left: 0,
            reset_s: 0,
            granted: false,
        };
        Some(match limiter.check_key(&secret::token_hash(key)) {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                let taken = u64::from(self.quota.saturating_sub(left));
                let reset_s = (taken * self.window_s).div_ceil(u64::from(self.quota.max(1)));
                Allowance { left, reset_s, granted: true, ..whole }
            }
            Err(until) => Allowance { reset_s: until.wait_time_from(self.ticks.now()).as_secs() + 1, ..whole },
        })
    }

    /// Forgets keys whose allowance is whole again.
    pub fn tidy(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
        }
    }
}

/// Whom an address stands for: an IPv6 customer has a whole /64, so single addresses of it are no different callers.
pub fn neighbourhood(ip: Option<IpAddr>) -> String {
    match ip.map(|ip| ip.to_canonical()) {
        None => String::new(),
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quota_is_granted_at_once_and_then_refused() {
        let now = Arc::new(AtomicI64::new(1_000));
        let clock = Clock::Manual(now.clone());
        let throttle = Throttle::per_minute("login", 10, true, &clock);
        let first = throttle.take("a").unwrap();
        assert_eq!((first.left, first.reset_s, first.quota, first.window_s), (9, 6, 10, 60));
        assert!((0..9).all(|_| throttle.take("a").unwrap().check().is_ok()));
        let refused = throttle.take("a").unwrap();
        assert!(matches!(refused.check().unwrap_err().kind, Kind::TooMany { retry_after: 1..=7 }));
        assert!(throttle.take("b").unwrap().granted);
        now.fetch_add(6_000, Ordering::Relaxed);
        assert!(throttle.take("a").unwrap().granted);
        assert!(!throttle.take("a").unwrap().granted);
        assert_eq!(Throttle::per_minute("login", 10, false, &clock).take("a"), None);
    }

    #[test]
    fn addresses_of_one_network_of_a_customer_are_one_caller() {
        let of = |text: &str| neighbourhood(Some(text.parse().unwrap()));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
