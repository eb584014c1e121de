//! Serving: the listener with timeouts that fire, what every request passes through, the first-run page, metrics, the
//! description of the API.

mod description;
mod docs;
mod first_run;
mod install;
mod listener;
mod service;
mod stalled;

pub use listener::serve;
pub use service::{Stack, stack};
