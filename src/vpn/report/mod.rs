//! What agents report: `parse` makes it something that can't be wrong, `take` counts it once, `statuses` shows the newest,
//! `silence` notices who reports no more, `alarm` mails admins of it.

mod alarm;
mod parse;
mod silence;
mod statuses;
mod take;

pub use alarm::tell_of_silence;
pub use parse::{Measured, parse};
pub use silence::{has_fallen_silent, note_silence};
pub use statuses::{Fault, Status, Statuses, statuses};
pub use take::take;
