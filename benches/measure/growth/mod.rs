//! Growth: what the same work costs as tickets, agents and clients become many.
//!
//! Every size has an instance of its own, on a copy of data that is kept, and all are asked in turns. `tickets` and `agents`
//! ask, `figures` is what comes of it, `show` makes tables and plots of that, and `largest` measures what matters where
//! there is most.

mod agents;
mod figures;
mod largest;
mod show;
mod tickets;

use std::time::Duration;

use super::footprint::SETTLED;
use crate::Bench;
use crate::report::Report;

pub fn measure(bench: &Bench, report: &mut Report) {
    let desk = tickets::measure(bench, report);
    largest::measure(bench, report, desk);
    agents::measure(bench, report);
}

/// How many ask at once.
fn clients(bench: &Bench) -> &'static [usize] {
    if bench.is_quick { &[1, 64] } else { &[1, 16, 64, 256] }
}

/// One part of a round: shorter than usual, as there are many.
fn time(bench: &Bench) -> Duration {
    bench.time() * 3 / 8
}
