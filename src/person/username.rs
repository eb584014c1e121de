//! Usernames: short names that nobody else has, in whatever case.

use super::Email;
use crate::base::{Error, Result, check};
use crate::store::{Conn, params};

/// Longest username, in characters.
const LONGEST: usize = 64;
/// What is taken of an address, so that a number still fits behind it.
const TAKEN: usize = 48;

/// Reads a username as somebody chose it: 1 to 64 characters, no blanks, no control characters.
pub fn parse_username(text: Option<&str>) -> Result<String> {
    let name = check::required_line("username", text, LONGEST)?;
    if name.chars().any(char::is_whitespace) {
        return Err(Error::field("username", "The username must not hold blanks."));
    }
    Ok(name)
}

/// A username for an address that nobody has yet: what stands before the `@`, with a number behind it where that is taken.
///
/// The number is the next one while there are few; beyond that only free, so that a thousand addresses that begin alike
/// don't ask a million times.
pub(super) fn derive(conn: &Conn<'_>, email: &Email) -> Result<String> {
    let local = email.as_str().split('@').next().unwrap_or_default();
    let wish: String = local.chars().take(TAKEN).collect();
    if !is_taken(conn, &wish)? {
        return Ok(wish);
    }
    let numbered = |number: u64| format!("{wish}{number}");
    let (mut low, mut high) = (1, 2);
    while is_taken(conn, &numbered(high))? {
        (low, high) = (high, if high < 8 { high + 1 } else { high.saturating_mul(2) });
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_taken(conn, &numbered(middle))? { low = middle } else { high = middle }
    }
    Ok(numbered(high))
}

fn is_taken(conn: &Conn<'_>, username: &str) -> Result<bool> {
    let found = conn.one(
        "select 1 from users
         where lower(username) = lower(:username) and username is not null and deleted_at is null",
        params! {":username": username},
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}
