//! The fleet: servers, their agents, their peers, and what the agents report.

pub mod desired;
pub mod enrollment;
pub mod history;
pub mod key;
pub mod peer;
pub mod report;
pub mod server;
pub mod told;
pub mod usage;
mod varint;
