//! What is measured, a file or folder per group. A new group is a file here and a line in each of the two lists.

mod agent;
mod beside;
mod commits;
mod events;
mod footprint;
mod growth;
mod history;
mod imports;
mod mail;
mod peers;
mod reports;
mod rules;
mod statuses;
mod tickets;
mod told;
mod tunnel;

use clap::ValueEnum;

use super::Bench;
use super::report::Report;

/// A group of measurements, by the name that `cargo bench -- NAME` takes.
#[derive(Clone, Copy, ValueEnum)]
pub enum Group {
    /// Durable reports of 100 devices each.
    Reports,
    /// How 1,000 servers are.
    Statuses,
    /// 72 hours of one server and of 1,000.
    History,
    /// Durable writes of many clients against one.
    Commits,
    /// Time to the first answer, memory, size.
    Footprint,
    /// A million tickets: lists, search, reports.
    Tickets,
    /// Reads beside a storm of logins and beside the worst searches.
    Beside,
    /// The same work by other programs.
    Peers,
    /// Ten thousand tickets to a million, 10 agents to 10,000, 1 client to 256; with plots.
    Growth,
    /// New tickets under a hundred rules, dry runs over a million tickets.
    Rules,
    /// Tables of contacts and tickets, and their memory.
    Imports,
    /// One change, told to a thousand who follow along.
    Events,
    /// Mails out and in.
    Mail,
    /// What it costs to tell webhooks and watchers.
    Told,
    /// From disabling a device to its last packet.
    Tunnel,
    /// Processor time of an agent with 10,000 devices.
    Agent,
}

impl Group {
    /// Measures and reports.
    pub fn measure(self, bench: &Bench, report: &mut Report) {
        match self {
            Self::Reports => reports::measure(bench, report),
            Self::Statuses => statuses::measure(bench, report),
            Self::History => history::measure(bench, report),
            Self::Commits => commits::measure(bench, report),
            Self::Footprint => footprint::measure(bench, report),
            Self::Tickets => tickets::measure(bench, report),
            Self::Beside => beside::measure(bench, report),
            Self::Peers => peers::measure(bench, report),
            Self::Growth => growth::measure(bench, report),
            Self::Rules => rules::measure(bench, report),
            Self::Imports => imports::measure(bench, report),
            Self::Events => events::measure(bench, report),
            Self::Mail => mail::measure(bench, report),
            Self::Told => told::measure(bench, report),
            Self::Tunnel => tunnel::measure(bench, report),
            Self::Agent => agent::measure(bench, report),
        }
    }
}
