//! E-mail addresses.

use crate::base::{Error, Result};

/// An e-mail address that could receive mail: one `@`, something on both sides, no blanks or control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Trims and checks; keeps the spelling. Addresses compare without case.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let wrong = || Error::field("email", "The email must be a valid email address, such as you@example.org.");
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
        let fits = text.len() <= 254 && local.len() <= 64;
        if !fits || !plain(local) || !plain(domain) || local.contains('@') || domain.starts_with('.') {
            return Err(wrong());
        }
        Ok(Self(text.to_owned()))
    }

    /// As the user spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
