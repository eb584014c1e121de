//! What a project is called where people don't choose: its slug, and the prefix of its ticket numbers.

use crate::base::{Error, Kind, Result, check};
use crate::store::{Conn, params};

/// A slug that no project has, made of the name.
pub fn slug(conn: &Conn<'_>, name: &str) -> Result<String> {
    check::free_slug(name, "project", |slug| {
        let taken = conn.one("select 1 as one from projects where slug = :slug", params! {":slug": slug}, |_| Ok(()));
        Ok(taken?.is_some())
    })
}

/// A prefix that no project has, made of the slug.
pub fn prefix(conn: &Conn<'_>, slug: &str) -> Result<String> {
    for prefix in prefixes(slug) {
        let taken =
            conn.one("select 1 as one from projects where prefix = :prefix", params! {":prefix": prefix}, |_| Ok(()));
        if taken?.is_none() {
            return Ok(prefix);
        }
    }
    Err(Error::new(
        Kind::Conflict,
        "Every prefix of ticket numbers that this name could have is taken. Try another name.",
    ))
}

/// `PROJ`, `PRO2`, … `PR10`, … `9999`: the first four letters or digits of the slug, then numbers in place of its end.
fn prefixes(slug: &str) -> impl Iterator<Item = String> {
    let plain = slug.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
    let first: String = plain.chain(std::iter::repeat('X')).take(4).collect();
    let base = first.clone();
    let numbered = (2..=9999).map(move |number: u32| {
        let number = number.to_string();
        base.chars().take(4 - number.len()).chain(number.chars()).collect()
    });
    std::iter::once(first).chain(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_prefix_is_the_start_of_the_slug_and_then_a_number_at_its_end() {
        let at = |slug, n| prefixes(slug).nth(n).unwrap();
        assert_eq!((at("project-x", 0), at("project-x", 1)), ("PROJ".into(), "PRO2".into()));
        assert_eq!((at("project-x", 9), at("project-x", 99)), ("PR10".into(), "P100".into()));
        assert_eq!((at("a-b", 0), at("über-café", 0), at("日本", 0)), ("ABXX".into(), "BERC".into(), "XXXX".into()));
        assert_eq!(prefixes("a").last().unwrap(), "9999");
    }

    proptest! {
        // Of a slug with digits one may come twice (`0110`), which costs another look and nothing else.
        #[test]
        fn a_prefix_has_four_plain_characters_and_never_comes_twice(slug in "[^\\p{C}0-9]{0,8}") {
            let all: Vec<String> = prefixes(&slug).take(300).collect();
            for prefix in &all {
                prop_assert_eq!(prefix.len(), 4);
                prop_assert!(prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
            }
            let numbered: std::collections::HashSet<&String> = all[1..].iter().collect();
            prop_assert_eq!(numbered.len(), all.len() - 1);
        }
    }
}
