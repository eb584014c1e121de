//! Latency and transfer over time: every sample for 72 hours, one row an hour for a year beyond.

mod read;
mod roll_up;

pub use read::{Query, Sample, read};
pub use roll_up::roll_up;

use crate::base::clock::DAY;

/// Milliseconds that samples are kept whole.
pub const WHOLE: i64 = 3 * DAY;
