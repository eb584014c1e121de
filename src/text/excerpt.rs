//! The place in a text that holds what somebody looked for.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::escape;

/// Characters before the first word that was found, at most.
const BEFORE: usize = 60;
/// Characters of an excerpt, at most.
const LENGTH: usize = 220;

/// What somebody looks for: words without case and diacritics, as the full-text index compares them.
#[derive(Clone, Debug)]
pub struct Sought {
    words: Vec<String>,
    /// The last one is the beginning of a word.
    is_open: bool,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// How many of the words it is about stand anywhere in the text.
    pub found: usize,
    /// The text around the first of them as HTML that is text and `<mark>` only.
    pub html: String,
}

impl Sought {
    /// Reads what was typed into a search field.
    pub fn parse(typed: &str) -> Self {
        let is_open = typed.chars().next_back().is_some_and(char::is_alphanumeric);
        Self { words: words(typed).map(|word| bare(&typed[word])).collect(), is_open }
    }

    /// Which of the words this one is.
    fn which(&self, word: &str) -> Option<usize> {
        // Most words are plain letters, and most texts hold a hundred for each that is sought.
        let word = if word.is_ascii() { Cow::Borrowed(word) } else { Cow::Owned(bare(word)) };
        let begins = |known: &str| word.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
        let (last, known) = self.words.iter().enumerate().next_back()?;
        let whole = self.words.iter().position(|known| known.len() == word.len() && begins(known));
        whole.or_else(|| (self.is_open && begins(known)).then_some(last))
    }
}

/// The place in the text where the words stand first; none when it holds none of them.
pub fn excerpt(text: &str, sought: &Sought) -> Option<Excerpt> {
    let hits: Vec<(Range<usize>, usize)> =
        words(text).filter_map(|word| Some((word.clone(), sought.which(&text[word])?))).collect();
    let first = hits.first()?.0.start;
    let mut distinct: Vec<usize> = hits.iter().map(|(_, which)| *which).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let begin = text[..first].char_indices().rev().take(BEFORE).last().map_or(first, |(at, _)| at);
    let begin = if begin == 0 { 0 } else { words(&text[begin..first]).nth(1).map_or(first, |word| begin + word.start) };
    let end = text[begin..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| begin + at);
    let end =
        if end == text.len() { end } else { words(&text[begin..end]).last().map_or(end, |word| begin + word.start) };

    let mut html = String::from(if begin > 0 { "…" } else { "" });
    let mut at = begin;
    for (word, _) in hits.iter().filter(|(word, _)| word.end <= end) {
        html.push_str(&escape(&text[at..word.start]));
        html.extend(["<mark>", &escape(&text[word.clone()]), "</mark>"]);
        at = word.end;
    }
    html.push_str(&escape(text.get(at..end).unwrap_or_default()));
    let mut html = html.split_whitespace().collect::<Vec<_>>().join(" ");
    if end < text.len() {
        html.push('…');
    }
    Some(Excerpt { found: distinct.len(), html })
}

/// Where the words of a text are: runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (begin, _) = rest.find(|(_, c)| c.is_alphanumeric())?;
        while rest.next_if(|(_, c)| c.is_alphanumeric() || (!c.is_ascii() && is_combining_mark(*c))).is_some() {}
        Some(begin..rest.peek().map_or(text.len(), |(at, _)| *at))
    })
}

fn bare(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn html(text: &str, typed: &str) -> String {
        excerpt(text, &Sought::parse(typed)).unwrap().html
    }

    #[test]
    fn words_are_marked_in_any_case_and_with_any_accent_and_the_last_may_be_a_beginning() {
        assert_eq!(html("The Zürich hotel", "zurich HOT"), "The <mark>Zürich</mark> <mark>hotel</mark>");
        assert_eq!(html("Der Weg nach Zurich", "Zürich "), "Der Weg nach <mark>Zurich</mark>");
        assert_eq!(excerpt("hotels", &Sought::parse("hotel ")), None, "a word that is ended is no beginning");
        assert_eq!(excerpt("The hotel", &Sought::parse(" - ")), None);
    }

    #[test]
    fn what_lies_far_from_the_first_word_is_left_out_and_what_looks_like_html_is_text() {
        let text = format!("{}<b>needle</b> {}", "before ".repeat(50), "behind ".repeat(50));
        let html = html(&text, "needle ");
        assert!(html.starts_with("…before ") && html.ends_with('…'), "{html}");
        assert!(html.contains("&lt;b&gt;<mark>needle</mark>&lt;/b&gt; behind"), "{html}");
        assert!(html.chars().count() < 2 * LENGTH);
    }

    #[test]
    fn a_text_with_more_of_the_words_counts_more() {
        let sought = Sought::parse("one two ");
        let found = |text| excerpt(text, &sought).map(|excerpt| excerpt.found);
        assert_eq!((found("one one"), found("two and one"), found("three")), (Some(1), Some(2), None));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_nothing_but_marks_is_html(text in "\\PC{0,400}", typed in "\\PC{0,20}") {
            if let Some(found) = excerpt(&text, &Sought::parse(&typed)) {
                let plain = found.html.replace("<mark>", "").replace("</mark>", "");
                prop_assert!(!plain.contains(['<', '>']), "{}", plain);
                prop_assert!(found.html.contains("<mark>"));
            }
        }
    }
}
