//! One telling of one event to one webhook.
//!
//! `queue` makes them from the feed, `due` says which to try now, `outcome` writes down what came of a try and when the next
//! one is, `list` is the log, `again` sends one once more, `prune` forgets old ones. Nothing here talks to anybody: see
//! `jobs`.

mod again;
mod due;
mod list;
mod outcome;
mod prune;
mod queue;

pub use again::{ping, replay};
pub use due::{Due, DueTo, due};
pub use list::{Delivery, find, list};
pub use outcome::{Outcome, next_try, note};
pub use prune::prune;
pub use queue::{is_behind, queue};
