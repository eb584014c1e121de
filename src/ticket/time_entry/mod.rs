//! Time that staff spent on a ticket: entered at once, or taken by a timer. A user has one timer at a time.

mod find;
mod start;
mod toggle;

pub use find::{TimeEntry, find, list};
pub use start::{NewTime, log};
pub use toggle::toggle;
