//! Facts about the surface of other projects' back ends.

mod php;
mod ping;
mod tickets;
