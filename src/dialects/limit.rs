//! What is left of a caller's allowances, told in `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderValue;
use axum::response::Response;

use crate::access::throttle::{Allowance, Throttle};
use crate::base::Result;

/// The tightest allowance that a request took from; the door tells it with whatever answer the request gets.
#[derive(Clone, Debug, Default)]
pub struct Spent(Arc<Mutex<Option<Allowance>>>);

impl Spent {
    /// Takes one from a key's allowance; [`crate::base::Kind::TooMany`] when there is none left.
    pub fn take(&self, throttle: &Throttle, key: &str) -> Result<()> {
        self.note(throttle.take(key))
    }

    /// Remembers what was taken; [`crate::base::Kind::TooMany`] when there was none left.
    pub fn note(&self, allowance: Option<Allowance>) -> Result<()> {
        let Some(allowance) = allowance else { return Ok(()) };
        let mut tightest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tightest.is_none_or(|known| (allowance.granted, allowance.left) < (known.granted, known.left)) {
            *tightest = Some(allowance);
        }
        allowance.check()
    }

    /// The tightest allowance that was taken from.
    pub fn tightest(&self) -> Option<Allowance> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the headers, where something was taken.
    pub fn tell(&self, response: &mut Response) {
        let Some(Allowance { name, quota, window_s, left, reset_s, .. }) = self.tightest() else { return };
        let lines = [
            ("ratelimit-policy", format!("\"{name}\";q={quota};w={window_s}")),
            ("ratelimit", format!("\"{name}\";r={left};t={reset_s}")),
        ];
        for (header, line) in lines {
            if let Ok(value) = HeaderValue::from_str(&line) {
                response.headers_mut().insert(header, value);
            }
        }
    }
}
