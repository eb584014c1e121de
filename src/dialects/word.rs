//! Document 001's words, which both of its surfaces speak.

use std::collections::BTreeSet;

use super::description::words::words;
use crate::base::{Error, Priority, Result};
use crate::ticket::Status;

words! {
    /// Where a ticket stands.
    pub StatusWord = Status::ALL.map(status);
    /// Where a ticket stands; the word of the other surfaces is taken too.
    pub AnyStatus = Status::ALL.into_iter().flat_map(|one| [status(one), one.as_str()]).collect::<BTreeSet<_>>();
    /// How much a ticket matters.
    pub PriorityWord = Priority::ALL.map(priority);
    /// How much a ticket matters; the word of the other surfaces is taken too.
    pub AnyPriority = Priority::ALL.into_iter().flat_map(|one| [priority(one), one.as_str()]).collect::<BTreeSet<_>>();
}

/// The word for a status.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::InProgress => "in_progress",
        Status::Pending => "pending_customer",
        Status::Resolved => "resolved",
        Status::Closed => "closed",
    }
}

/// The word for a priority.
pub fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Medium => "medium",
        Priority::High => "high",
        Priority::Urgent => "critical",
    }
}

/// Reads a status in either spelling.
pub fn parse_status(text: &str) -> Result<Status> {
    let wrong = "The status must be open, in_progress, pending_customer, resolved or closed.";
    Status::parse(text).ok_or_else(|| Error::field("status", wrong))
}

/// Reads a priority in either spelling.
pub fn parse_priority(text: &str) -> Result<Priority> {
    let wrong = "The priority must be low, medium, high or critical.";
    Priority::parse(text).ok_or_else(|| Error::field("priority", wrong))
}
