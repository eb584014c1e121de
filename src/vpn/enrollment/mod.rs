//! How an agent comes to speak for a server: a single-use token, exchanged for a lasting one.

mod accept;
mod offer;

pub use accept::{Accepted, accept};
pub use offer::offer;
