//! What a device is called.

use crate::base::{Error, Result};

/// 1 to 64 characters without control characters. It never reaches a configuration or a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerName(String);

impl PeerName {
    /// Trims and checks.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > 64 || text.chars().any(char::is_control) {
            return Err(Error::field(
                "name",
                "The name must have 1 to 64 characters, none of them control characters.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
