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

/// A list in one cell: `vip, eu`. What could be mistaken stands in double quotes, where two are one.
pub fn joined<'t>(list: impl IntoIterator<Item = &'t str>) -> String {
    let quoted = |text: &str| {
        let is_plain = !text.is_empty() && text.trim() == text && !text.contains([',', ';', '"']);
        if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
    };
    list.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// The reverse of [`joined`]; `;` separates too, and what is blank falls out.
pub fn split(cell: &str) -> Vec<String> {
    let (mut list, mut text, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut rest = cell.chars().peekable();
    let mut end = |text: &mut String, is_quoted: &mut bool| {
        let item = if *is_quoted { std::mem::take(text) } else { std::mem::take(text).trim().to_owned() };
        if *is_quoted || !item.is_empty() {
            list.push(item);
        }
        *is_quoted = false;
    };
    while let Some(c) = rest.next() {
        match c {
            ',' | ';' => end(&mut text, &mut is_quoted),
            '"' if !is_quoted && text.trim().is_empty() => {
                (is_quoted, text) = (true, String::new());
                while let Some(c) = rest.next() {
                    match c {
                        '"' if rest.next_if_eq(&'"').is_some() => text.push('"'),
                        '"' => break,
                        c => text.push(c),
                    }
                }
            }
            // Blanks after what stood in quotes.
            c if is_quoted && c.is_whitespace() => {}
            c => text.push(c),
        }
    }
    end(&mut text, &mut is_quoted);
    list
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

    #[test]
    fn a_list_is_read_as_people_write_it() {
        assert_eq!(split("vip; eu ,, \"a, \"\"b\"\"\" ; it's \"so\""), ["vip", "eu", "a, \"b\"", "it's \"so\""]);
        assert!(split(" , ").is_empty());
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "['=+@＝\\-\t\r\nab,;\" ]{0,8}|\\PC{0,8}") {
            prop_assert!(!is_formula(&defused(&text)) || defused(&text).starts_with('\''));
            let cell = defused(&text);
            prop_assert_eq!(plain(&cell), text);
        }

        #[test]
        fn every_list_comes_back(list in proptest::collection::vec("[ab,;\" =']{0,6}|\\PC{0,6}", 0..5)) {
            prop_assert_eq!(split(&joined(list.iter().map(String::as_str))), list);
        }
    }
}
