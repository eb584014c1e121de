//! What agents report: `parse` makes it something that can't be wrong, `take` counts it once, `statuses` shows the newest.

mod parse;
mod statuses;
mod take;

pub use parse::{Measured, parse};
pub use statuses::{Fault, Status, Statuses, statuses};
pub use take::take;
