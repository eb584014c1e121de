//! Gatehouse: the control plane for a fleet of WireGuard servers, and the helpdesk for their users.

pub mod access;
pub mod agent;
pub mod audit;
pub mod base;
pub mod person;
pub mod store;
pub mod vpn;
pub mod wire;
