//! What agents report: `parse` makes it something that can't be wrong, `take` counts it once, `statuses` shows the newest,
//! `silence` tells admins of servers that report no more.

mod parse;
mod silence;
mod statuses;
mod take;

pub use parse::{Measured, parse};
pub use silence::tell_of_silence;
pub use statuses::{Fault, Status, Statuses, statuses};
pub use take::take;
