//! The agent: one process on each VPN server that keeps WireGuard as the control plane wants it.
//!
//! It dials out only and needs nothing inbound. It shares nothing with the server side but `wire`.
//!
//! - `run` is its day: look after the machine, and beside it `identify`, then `listen` for changes and `report`.
//! - `state` is what survives it: identity, key, desired state, counters, unsent reports. What is damaged there is put
//!   aside and told of; it never keeps a tunnel down.
//! - `trust` judges whose word a desired state is; `picture` is the one that is here, whole and by differences.
//! - `accept` takes one past the `guard`; `machine` brings `device` and `firewall` to what `plan` makes of it, `touch` only
//!   the peers that a difference names.
//! - `measure` is what a report says of it: `counters` keep totals, `seen` keeps where peers are.
//! - `clock` is what time it is; `call` and `ping` are the ways out; `service` is the line to systemd.

mod accept;
mod call;
mod clock;
mod counters;
pub mod device;
mod error;
pub mod firewall;
mod guard;
mod identify;
mod listen;
mod machine;
mod measure;
mod options;
mod picture;
mod ping;
mod plan;
mod report;
mod run;
mod seen;
mod service;
mod state;
mod touch;
mod trust;

pub use clock::Clock;
pub use error::AgentError;
pub use machine::Tools;
pub use options::Options;
pub use ping::Target;
pub use run::{run, run_on};
