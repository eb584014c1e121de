//! Service levels: a desk's business hours, and the clocks that count a ticket's time in them.
//!
//! `hours` is what a person enters, `stored` its JSON, `calendar` the arithmetic on it, `clock` and `stamp` what a ticket
//! has used of its time and by when it must be answered, `explain` the parts of such a figure. None of these reads the
//! database or the present: a ticket brings its rows, its policy's terms and the time. `terms` reads the latter, `policy` is
//! where admins set them up.

pub mod calendar;
pub mod clock;
pub mod explain;
pub mod hours;
pub mod policy;
pub mod stamp;
pub mod stored;
mod terms;
mod week;
mod zone;

pub use calendar::Calendar;
pub use clock::{Cause, Clock, Clocks, Event, Metric, Pace, Present, Span, What};
pub use explain::{Explanation, Part};
pub use hours::{BusinessHours, RawHoliday, RawHours};
pub use stamp::{Changed, Stamp, Terms};
pub use terms::terms;
