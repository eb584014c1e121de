//! What people type into a search field, as a query to a full-text index. Whatever it is, it is quoted: no input is a syntax
//! error.

/// Words of a query that count.
const WORDS: usize = 16;

/// What somebody looks for: words that must all be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Whole words and phrases, quoted.
    whole: Vec<String>,
    /// How the last word begins, while it is being typed.
    pub beginning: Option<String>,
}

impl Words {
    /// The query for an index, which finds by itself what begins as the last word does.
    pub fn query(&self) -> String {
        self.with(self.beginning.as_ref().map(|beginning| format!("\"{beginning}\"*")))
    }

    /// The query with any of these in place of a beginning: words as the index has them, one at least.
    pub fn spelled_out(&self, words: &[String]) -> String {
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        self.with(Some(format!("({})", quoted.join(" OR "))))
    }

    fn with(&self, last: Option<String>) -> String {
        let all: Vec<&str> = self.whole.iter().chain(&last).map(String::as_str).collect();
        all.join(" AND ")
    }
}

/// The words of what was typed: quoted ones together, the last one as the beginning of a word. `None` when there is nothing to
/// look for.
pub fn words(text: &str) -> Option<Words> {
    let mut found = Vec::new();
    for (index, part) in text.split('"').enumerate() {
        let is_phrase = index % 2 == 1;
        let pieces: Vec<&str> = if is_phrase { vec![part] } else { part.split_whitespace().collect() };
        let pieces = pieces.into_iter().filter(|piece| piece.chars().any(char::is_alphanumeric));
        found.extend(pieces.map(|piece| (piece.replace('\0', " "), is_phrase)));
    }
    found.truncate(WORDS);
    let open_end = text.chars().next_back().is_some_and(char::is_alphanumeric);
    let (last, is_phrase) = found.last()?;
    let begins = open_end && !is_phrase && last.chars().count() > 1;
    let beginning = if begins { found.pop().map(|(piece, _)| piece) } else { None };
    Some(Words { whole: found.iter().map(|(piece, _)| format!("\"{piece}\"")).collect(), beginning })
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
            assert_eq!(words(text).map(|words| words.query()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_beginning_is_spelled_out_beside_what_else_must_be_there() {
        let ends = ["photo", "photos"].map(str::to_owned);
        assert_eq!(words("upload pho").unwrap().spelled_out(&ends), "\"upload\" AND (\"photo\" OR \"photos\")");
        assert_eq!(words("pho").unwrap().spelled_out(&ends), "(\"photo\" OR \"photos\")");
    }
}
