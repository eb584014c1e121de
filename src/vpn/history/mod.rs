//! Latency and transfer over time: every sample for 72 hours, one row an hour for a year beyond.
//!
//! A report adds a row (`add`). A job turns the rows of each finished hour of a server into one blob (`seal`, whose
//! bytes are described in `block`), and what is older than 72 hours into one row an hour (`roll_up`). `plan` decides how
//! an answer is read, `read` reads it stretch by stretch, `bucket` thins it.

mod add;
pub mod block;
mod bucket;
mod order;
mod plan;
mod read;
mod roll_up;
mod seal;

pub use add::add;
pub use plan::{Query, Reading, begin};
pub use roll_up::{forget, roll_up};
pub use seal::{Due, due, seal};

use crate::base::Time;
use crate::base::clock::{DAY, HOUR};

/// Milliseconds that samples are kept whole.
pub const WHOLE: i64 = 3 * DAY;

/// What one report measured of a server, or the end of a bucket of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When it was measured; of a bucket, its last one.
    pub at: Time,
    /// Milliseconds; of a bucket, the mean of those that have one.
    pub ping_ms: Option<f64>,
    /// Bytes; of a bucket, the last.
    pub transfer_rx: u64,
    /// Bytes; of a bucket, the last.
    pub transfer_tx: u64,
}

/// A point of one server of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Which server, as an index into the answer's list.
    pub server: usize,
    /// What was measured.
    pub point: Point,
}

/// Hours since 1970.
fn hour_of(at: i64) -> i64 {
    at.div_euclid(HOUR)
}

/// Where the hour of a server is kept; server numbers are below 65536.
fn slot(hour: i64, server: i64) -> i64 {
    hour.saturating_mul(1 << 16).saturating_add(server)
}
