//! Gatehouse: the control plane for a fleet of WireGuard servers, and the helpdesk for their users.

pub mod agent;
pub mod base;
pub mod store;
pub mod wire;
