//! Facts about the surface of other projects' back ends.

mod ping;
