//! What a part of a form says it is: `form-data; name="attachments[]"; filename="a.txt"` (RFC 7578, 4.2).

/// The name of a part, and of the file where it is one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Disposition {
    /// Of the field.
    pub name: Option<String>,
    /// As it was sent: data, never a place.
    pub filename: Option<String>,
}

impl Disposition {
    /// Reads a header of any bytes. `filename*` (RFC 8187), which some clients send for names beyond ASCII, comes before
    /// `filename`.
    pub fn parse(header: &[u8]) -> Self {
        let text = String::from_utf8_lossy(header);
        let (mut found, mut extended) = (Self::default(), None);
        let mut rest = text.split_once(';').map_or("", |(_, rest)| rest);
        while let Some((name, after)) = rest.split_once('=') {
            let (value, next) = value(after.trim_start());
            match name.trim().to_ascii_lowercase().as_str() {
                "name" => found.name = found.name.or(Some(value)),
                "filename" => found.filename = found.filename.or(Some(value)),
                "filename*" => extended = extended.or_else(|| decode(&value)),
                _ => {}
            }
            rest = next.split_once(';').map_or("", |(_, rest)| rest);
        }
        Self { filename: extended.or(found.filename), ..found }
    }
}

/// A value, quoted or not, and what stands behind it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let (mut value, mut characters) = (String::new(), quoted.char_indices());
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            // Only a quote is escaped that way: old browsers send the whole path of a file, with backslashes.
            '\\' if quoted[at + 1..].starts_with('"') => {
                characters.next();
                value.push('"');
            }
            c => value.push(c),
        }
    }
    (value, "")
}

/// `UTF-8''na%C3%AFve.txt`.
fn decode(text: &str) -> Option<String> {
    let (charset, rest) = text.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let (mut bytes, mut left) = (Vec::new(), encoded.as_bytes());
    while let Some((first, rest)) = left.split_first() {
        left = rest;
        match (first, rest) {
            (b'%', [high, low, rest @ ..]) => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
                left = rest;
            }
            (byte, _) => bytes.push(*byte),
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    charset.eq_ignore_ascii_case("utf-8").then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_read_as_clients_write_them() {
        for (header, name, filename) in [
            ("form-data; name=\"subject\"", Some("subject"), None),
            ("form-data; name=subject ; x=y", Some("subject"), None),
            ("form-data; name=\"a\"; filename=\"b;c=.txt\"", Some("a"), Some("b;c=.txt")),
            ("form-data; filename=\"b.txt\"; name=\"a\"", Some("a"), Some("b.txt")),
            ("form-data; name=\"a\"; filename=\"q\\\"q.txt\"", Some("a"), Some("q\"q.txt")),
            ("form-data; name=\"a\"; filename=\"C:\\dir\\b.txt\"", Some("a"), Some("C:\\dir\\b.txt")),
            ("form-data; name=\"a\"; filename=\"\"", Some("a"), Some("")),
            ("form-data; name=\"a\"; filename*=utf-8''%E2%82%AC.txt", Some("a"), Some("€.txt")),
            ("form-data; name=\"a\"; filename=\"_.txt\"; filename*=UTF-8''%e2%82%ac.txt", Some("a"), Some("€.txt")),
            ("form-data; name=\"a\"; filename=\"b\"; filename*=latin1''%E2", Some("a"), Some("b")),
            ("form-data; name=\"a\"; filename=\"b\"; filename*=UTF-8''%zz", Some("a"), Some("b")),
            ("form-data; NAME=\"a\"; FileName=\"b\"", Some("a"), Some("b")),
            ("form-data; name=\"a", Some("a"), None),
            ("form-data", None, None),
            ("", None, None),
        ] {
            let read = Disposition::parse(header.as_bytes());
            assert_eq!((read.name.as_deref(), read.filename.as_deref()), (name, filename), "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(header in proptest::collection::vec(any::<u8>(), 0..200)) {
            Disposition::parse(&header);
        }

        #[test]
        fn what_is_quoted_comes_back(name in "[^\"\\\\\\p{Cc}]{0,40}", filename in "[^\"\\\\\\p{Cc}]{0,40}") {
            let header = format!("form-data; name=\"{name}\"; filename=\"{filename}\"");
            let read = Disposition { name: Some(name), filename: Some(filename) };
            prop_assert_eq!(Disposition::parse(header.as_bytes()), read);
        }
    }
}
