//! The feed: what happened, in the order in which it did, kept for a week.
//!
//! A change writes its row itself, in its own transaction; who follows the feed hears of it once that has committed.
//! `kind` names what can happen, `record` adds a row, `read` reads them back, `prune` forgets old ones. Who may see a row is
//! decided by those who read it: see `live`.

mod kind;
mod prune;
mod read;
mod record;

pub use kind::{Kind, Noun};
pub use prune::prune;
pub use read::{Happening, after, newest, oldest};
pub use record::{About, Was, record};
