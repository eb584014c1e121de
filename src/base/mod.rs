//! Words everyone uses: errors, actors, times, ids, secrets, events, text without case. Nothing here does I/O but ask for random bytes.

pub mod actor;
pub mod check;
pub mod clock;
mod delivery;
pub mod error;
pub mod event;
mod fold;
pub mod id;
pub mod language;
pub mod may;
pub mod priority;
pub mod scope;
pub mod secret;
pub mod taken;
pub mod word;

pub use actor::{Actor, ByRule, Grant, Role, Who};
pub use check::Check;
pub use clock::{Clock, Time, processor_time};
pub use delivery::DeliveryState;
pub use error::{Error, Fields, Kind, Result};
pub use event::Event;
pub use fold::fold;
pub use language::Language;
pub use may::{Capability, Reach};
pub use priority::Priority;
pub use scope::{Scope, Scopes};
pub use secret::{Keys, Place, Secret};
pub use taken::Taken;
pub use word::{Source, Status};
