//! What people type into a search field, as a query to a full-text index. Whatever it is, it is quoted: no input is a syntax
//! error.

/// Words of a query that count.
const WORDS: usize = 16;

/// The words of a query for the index: quoted ones together, the last one as the beginning of a word. `None` when there
/// is nothing to look for.
pub fn words(text: &str) -> Option<String> {
    let mut found = Vec::new();
    for (index, part) in text.split('"').enumerate() {
        let is_phrase = index % 2 == 1;
        let pieces: Vec<&str> = if is_phrase { vec![part] } else { part.split_whitespace().collect() };
        let pieces = pieces.into_iter().filter(|piece| piece.chars().any(char::is_alphanumeric));
        found.extend(pieces.map(|piece| (piece.replace('\0', " "), is_phrase)));
    }
    found.truncate(WORDS);
    let open_end = text.chars().next_back().is_some_and(char::is_alphanumeric);
    let last = found.len().checked_sub(1)?;
    let quoted = found.iter().enumerate().map(|(index, (piece, is_phrase))| {
        let begins = index == last && open_end && !is_phrase && piece.chars().count() > 1;
        format!("\"{piece}\"{}", if begins { "*" } else { "" })
    });
    Some(quoted.collect::<Vec<_>>().join(" AND "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_becomes_quoted_words() {
        let cases = [
            ("upload photo", Some("\"upload\" AND \"photo\"*")),
            ("upload ", Some("\"upload\"")),
            ("\"cannot upload\" x", Some("\"cannot upload\" AND \"x\"")),
            ("NEAR(a b) OR col:x*", Some("\"NEAR(a\" AND \"b)\" AND \"OR\" AND \"col:x*\"")),
            ("\" - ' % 🦀", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text).as_deref(), expected, "{text}");
        }
    }
}
