//! What can stop the agent.

use std::fmt;
use std::path::{Path, PathBuf};

/// A reason to stop or to try again, for a person to read.
#[derive(Debug)]
pub enum AgentError {
    /// Another agent holds the state directory.
    Held(PathBuf),
    /// A file of the state directory cannot be used.
    File(PathBuf, String),
    /// Something is missing or wrong on the command line.
    Usage(String),
    /// The control plane said no, and will again.
    Refused(String),
    /// The control plane does not take this report, and never will.
    Unfit(String),
    /// The control plane could not be reached, or asked to come back; seconds, where it said.
    Unreachable(String, Option<u64>),
    /// The token is not (or no longer) good.
    TokenDead,
    /// WireGuard could not be driven.
    Device(String),
}

impl AgentError {
    pub(super) fn file(path: &Path, error: impl fmt::Display) -> Self {
        Self::File(path.to_owned(), error.to_string())
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(path) => write!(f, "another agent holds {}: stop it first", path.display()),
            Self::File(path, what) => write!(f, "{} cannot be used: {what}", path.display()),
            Self::Usage(what) | Self::Refused(what) | Self::Unfit(what) | Self::Device(what) => f.write_str(what),
            Self::Unreachable(what, _) => write!(f, "the control plane cannot be reached: {what}"),
            Self::TokenDead => f.write_str(
                "the control plane does not know this agent's token any more: every tunnel stays up; enrol again with a new token",
            ),
        }
    }
}

impl std::error::Error for AgentError {}
