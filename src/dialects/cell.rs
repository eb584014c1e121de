//! Cells of spreadsheets, as CSV (RFC 4180) carries them.
//!
//! A spreadsheet runs a cell that begins like a formula; a quote in front makes it text. What begins with such quotes already
//! gets one more, so that [`plain`] gives back exactly what [`defused`] was given.

/// Text that no spreadsheet runs.
pub fn defused(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text of a cell, with the quote taken off that [`defused`] put on.
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

fn is_formula(text: &str) -> bool {
    // The last four are the full-width forms, which some spreadsheets take for the same.
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_like_a_formula_becomes_text() {
        for text in ["=1+1", "+49 30", "-1", "@sum", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "'=1", "''-1"]
        {
            assert_eq!(defused(text), format!("'{text}"));
        }
        for text in ["", "x=1", "'", "'x", " =1", "O'Brien"] {
            assert_eq!(defused(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "['=+@＝\\-\t\r\nab,;\" ]{0,8}|\\PC{0,8}") {
            prop_assert!(!is_formula(&defused(&text)) || defused(&text).starts_with('\''));
            let cell = defused(&text);
            prop_assert_eq!(plain(&cell), text);
        }
    }
}
