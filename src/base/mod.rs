//! Words everyone uses: errors, actors, times, ids, secrets, events, text without case. Nothing here does I/O but ask for random bytes.

pub mod actor;
pub mod check;
pub mod clock;
pub mod error;
pub mod event;
mod fold;
pub mod id;
pub mod may;
pub mod priority;
pub mod scope;
pub mod secret;
pub mod taken;

pub use actor::{Actor, Grant, Role, Who};
pub use check::Check;
pub use clock::{Clock, Time};
pub use error::{Error, Fields, Kind, Result};
pub use event::Event;
pub use fold::fold;
pub use may::{Capability, Reach};
pub use priority::Priority;
pub use scope::{Scope, Scopes};
pub use secret::{Keys, Place, Secret};
pub use taken::Taken;
