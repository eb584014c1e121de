//! The agent: one process on each VPN server that keeps WireGuard as the control plane wants it.
//!
//! It dials out only and needs nothing inbound. It shares nothing with the server side but `wire`.
//!
//! `run` is its day; `state` is what survives it; `machine` brings `device` and `firewall` to what `plan` makes of the
//! desired state, past the `guard`; `counters` keep totals; `call` and `ping` are its ways out.

mod call;
mod counters;
pub mod device;
mod error;
pub mod firewall;
mod guard;
mod machine;
mod options;
mod ping;
mod plan;
mod run;
mod state;

pub use error::AgentError;
pub use options::Options;
pub use run::run;
