//! The agent: one process on each VPN server that keeps WireGuard as the control plane wants it.
//!
//! It dials out only and needs nothing inbound. It shares nothing with the server side but `wire`.

pub mod device;
pub mod firewall;
