//! The address of a person's picture. Nothing here ever fetches it.

use crate::base::{Error, Result, check};

/// Longest address, in characters.
const LONGEST: usize = 2_048;

/// Reads an address that a browser may load a picture from: http or https. Blank is none.
pub fn parse_avatar(text: Option<&str>) -> Result<Option<String>> {
    let Some(url) = check::line("avatarUrl", text, LONGEST)? else { return Ok(None) };
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !url.contains(|c: char| c.is_whitespace() || "\"'<>\\`".contains(c)) => {
            Ok(Some(url))
        }
        _ => Err(Error::field("avatarUrl", "It must be an address such as https://example.org/me.png.")),
    }
}
