//! This surface's ids: a word that tells what it is, and the number.

use crate::base::{Error, Result};

/// `TICK-12345`.
pub fn ticket(id: i64) -> String {
    format!("TICK-{id}")
}

/// `COMM-12345`.
pub fn comment(id: i64) -> String {
    format!("COMM-{id}")
}

/// `CRED-12`.
pub fn credential(id: i64) -> String {
    format!("CRED-{id}")
}

/// The number of a ticket's id; what is malformed is not there.
pub fn ticket_number(text: &str) -> Result<i64> {
    number(text, "TICK-")
}

/// The number of a comment's id; what is malformed is not there.
pub fn comment_number(text: &str) -> Result<i64> {
    number(text, "COMM-")
}

/// The number of a credential's id; what is malformed is not there.
pub fn credential_number(text: &str) -> Result<i64> {
    number(text, "CRED-")
}

fn number(text: &str, prefix: &str) -> Result<i64> {
    let digits = text.strip_prefix(prefix).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    // One spelling for each: no leading zeros.
    let number = digits.filter(|digits| !digits.starts_with('0')).and_then(|digits| digits.parse().ok());
    number.ok_or_else(Error::not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        assert_eq!(ticket_number("TICK-42").unwrap(), 42);
        assert_eq!(ticket(42), "TICK-42");
        for wrong in
            ["", "42", "TICK-", "TICK-0", "TICK-042", "TICK-+42", "TICK--1", "tick-42", "TICK-9223372036854775808"]
        {
            assert!(ticket_number(wrong).is_err(), "{wrong}");
        }
    }
}
