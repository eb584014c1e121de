//! Key pairs: how a project's own back end comes in.

mod create;
mod enter;
mod find;
mod networks;
mod revoke;

pub use create::{NewPair, Pair, create};
pub use enter::{Entered, enter, note_use};
pub use find::{KeyPair, list};
pub use networks::Networks;
pub use revoke::revoke;
