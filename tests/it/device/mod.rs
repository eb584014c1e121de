//! What the agent does to a real machine, in network namespaces of its own.
//!
//! Each test needs root, `ip`, `wg`, `nft`, `ping` and wireguard-go; where one is missing it says so and ends.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod link;
mod quota;
mod userspace;
