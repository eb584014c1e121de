//! A list in one text, as it stands in a cell of a table.

/// A list as one text, `vip, eu`. What could be mistaken stands in double quotes, where two are one.
pub fn joined<'t>(list: impl IntoIterator<Item = &'t str>, between: &str) -> String {
    let quoted = |text: &str| {
        let is_plain = !text.is_empty() && text.trim() == text && !text.contains([',', ';', '"']);
        if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
    };
    list.into_iter().map(quoted).collect::<Vec<_>>().join(between)
}

/// The reverse of [`joined`]; what is blank falls out.
pub fn split(text: &str, separators: &[char]) -> Vec<String> {
    let mut rest = text.chars().peekable();
    let (mut list, mut text, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut end = |text: &mut String, is_quoted: &mut bool| {
        let item = if *is_quoted { std::mem::take(text) } else { std::mem::take(text).trim().to_owned() };
        if *is_quoted || !item.is_empty() {
            list.push(item);
        }
        *is_quoted = false;
    };
    while let Some(c) = rest.next() {
        match c {
            c if separators.contains(&c) => end(&mut text, &mut is_quoted),
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

    const EITHER: [char; 2] = [',', ';'];

    #[test]
    fn a_list_is_read_as_people_write_it() {
        let written = "vip; eu ,, \"a, \"\"b\"\"\" ; it's \"so\"";
        assert_eq!(split(written, &EITHER), ["vip", "eu", "a, \"b\"", "it's \"so\""]);
        assert_eq!(split("Europe, west; Asia", &[';']), ["Europe, west", "Asia"]);
        assert!(split(" , ", &EITHER).is_empty());
    }

    proptest! {
        #[test]
        fn every_list_comes_back(list in proptest::collection::vec("[ab,;\" =']{0,6}|\\PC{0,6}", 0..5)) {
            let texts = || list.iter().map(String::as_str);
            prop_assert_eq!(split(&joined(texts(), ", "), &EITHER), list.clone());
            prop_assert_eq!(split(&joined(texts(), "; "), &[';']), list.clone());
        }
    }
}
