//! Reports: what tickets add up to, by the day on which they were filed.
//!
//! Every figure comes from `ticket_days`, which `ticket` keeps in the transaction of each change, so a report reads no
//! ticket. Deleted tickets are in none. Averages are of elapsed time, not of business hours.
//!
//! | file | what |
//! |---|---|
//! | `days` | the range of a report, and the periods that it is cut into |
//! | `cell` | reading what is kept, as far as the actor may see it |
//! | `figure` | rates and averages, to one decimal |
//! | `dashboard` `priorities` `projects` `agents` `volume` `promises` `categories` | one report each |

mod agents;
mod categories;
mod cell;
mod dashboard;
mod days;
mod figure;
mod priorities;
mod projects;
mod promises;
mod volume;

pub use agents::{AgentRow, agents};
pub use categories::{CategoryRow, categories};
pub use dashboard::{Dashboard, dashboard};
pub use days::{Days, Grouping};
pub use figure::{Minutes, Percent};
pub use priorities::priorities;
pub use projects::{ProjectRow, projects};
pub use promises::{Promised, Promises, promises};
pub use volume::{MOST_PERIODS, VolumeRow, volume};

/// What every report is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The days on which its tickets were filed.
    pub days: Days,
    /// This project alone. One that does not exist and one that the actor may not see give the same: nothing.
    pub project: Option<i64>,
}
