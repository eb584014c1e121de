//! Who is meant by `@ada` in what staff write.

use std::collections::BTreeSet;

use crate::base::Result;
use crate::store::{Conn, params};

/// Names looked up in one message.
const MOST: usize = 20;

/// The active staff who are mentioned in a text, by username or address behind an `@`.
pub(super) fn mentioned(conn: &Conn<'_>, text: &str) -> Result<BTreeSet<i64>> {
    let mut found = BTreeSet::new();
    for name in names(text) {
        let user = conn.one(
            "select id from users where lower(username) = :name and username is not null and deleted_at is null
               and role <> 'customer' and is_active
             union
             select id from users where lower(email) = :name and deleted_at is null and role <> 'customer' and is_active
             limit 1",
            params! {":name": name},
            |row| row.get::<i64>("id"),
        )?;
        found.extend(user);
    }
    Ok(found)
}

/// What stands behind an `@` that begins a word, each once.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace() || "()[]{}<>,;\"'*`".contains(c));
    let named = words.filter_map(|word| word.strip_prefix('@'));
    let bare = named.map(|name| name.trim_end_matches(['.', ':', '!', '?']));
    bare.filter(|name| !name.is_empty()).map(str::to_lowercase).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_begins_a_word_and_ends_before_punctuation() {
        let of = |text| names(text).into_iter().collect::<Vec<_>>();
        assert_eq!(of("@Ada: ask (@bob.l), or @carl@example.org."), ["ada", "bob.l", "carl@example.org"]);
        assert!(of("mail me@example.org, @ or @.").is_empty());
    }

    #[test]
    fn only_so_many_are_looked_up() {
        let many: String = (0..100).map(|n| format!("@u{n} ")).collect();
        assert_eq!(names(&many).len(), MOST);
    }
}
