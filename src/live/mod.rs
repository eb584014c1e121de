//! Telling who follows along what happened, as far as each may see it.
//!
//! One task reads what is new in the feed, once for everybody, and decides in memory who is told what: from the rights that
//! everybody had in that very read. `told` is what goes out, `eye` who sees it, `seats` who listens, `hub` the task, `catch_up`
//! what somebody missed, `presence` who is at which ticket, `measures` that servers have reported.

mod catch_up;
mod eye;
mod hub;
mod measures;
mod presence;
mod seats;
mod told;

pub use catch_up::{CaughtUp, catch_up};
pub use eye::Eye;
pub use hub::follow;
pub use presence::{Doing, Present};
pub use seats::{Live, Seat};
pub use told::{Told, What};
