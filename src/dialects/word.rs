//! Document 001's words, which both of its surfaces speak.

use crate::base::{Error, Priority, Result};
use crate::ticket::Status;

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
