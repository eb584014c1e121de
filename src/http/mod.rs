//! Serving: the listener with timeouts that fire, what every request passes through, the first-run page, the web app,
//! metrics, the description of the API.

mod description;
mod docs;
mod first_run;
mod install;
mod listener;
mod metrics;
mod packed;
mod service;
mod stalled;
#[cfg(feature = "web")]
mod web;

pub use listener::{listen, serve};
pub use service::{Stack, stack};
