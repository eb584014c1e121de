//! What a file may be called, and what it may claim to be: data that is shown, never a place or an instruction.

/// Longest name, in bytes.
const LONGEST: usize = 255;

/// The name of a file as it is shown: one path segment without control characters, 1 to 255 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

/// What turns text around or takes no room, so that a name reads as what it is not. Joiners stay: scripts need them.
fn deceives(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}'
        | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl FileName {
    /// Makes a name of whatever was sent; `file` where nothing is left of it.
    pub fn of(text: &str) -> Self {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let clean: String = last.chars().filter(|c| !c.is_control() && !deceives(*c)).collect();
        let cut = clean.trim_start();
        let cut = &cut[..cut.floor_char_boundary(LONGEST)];
        // Windows drops these at the end of a name, and what the name then says is something else.
        let cut = cut.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
        Self(if cut.is_empty() { "file".to_owned() } else { cut.to_owned() })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a file is taken to be, `image/png`: shown to people, and no promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType(String);

/// What says nothing.
const BYTES: &str = "application/octet-stream";

/// Types that can be told by how a file begins.
const MAGIC: [(&str, &[u8]); 6] = [
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF8"),
    ("application/pdf", b"%PDF-"),
    ("application/zip", b"PK\x03\x04"),
    ("application/gzip", b"\x1f\x8b"),
];

impl MediaType {
    /// Bytes at the beginning of a file that tell all that can be told.
    pub const HEAD: usize = 16;

    /// What begins in this way and was sent as that. A claim that the bytes contradict is not believed.
    pub fn of(head: &[u8], claimed: Option<&str>) -> Self {
        let is_webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
        let told = MAGIC.iter().find(|(_, magic)| head.starts_with(magic)).map(|(name, _)| *name);
        let told = told.or(is_webp.then_some("image/webp"));
        let claimed = claimed.map(str::to_ascii_lowercase).filter(|text| is_type(text));
        let could_be_told = |text: &String| text == "image/webp" || MAGIC.iter().any(|(name, _)| name == text);
        let name = match (told, claimed) {
            // Documents of office programs are such archives.
            (Some("application/zip"), Some(claimed)) if !could_be_told(&claimed) => claimed,
            (Some(told), _) => told.to_owned(),
            (None, Some(claimed)) if !could_be_told(&claimed) => claimed,
            (None, _) => BYTES.to_owned(),
        };
        Self(name)
    }

    /// `image/png`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type under which a stored file may be sent: pictures that hold no script, and bytes for all else.
    pub fn to_send(stored: &str) -> &'static str {
        let harmless = ["image/png", "image/jpeg", "image/webp"];
        harmless.into_iter().find(|name| *name == stored).unwrap_or(BYTES)
    }
}

/// Two tokens (RFC 9110, 5.6.2) with a slash between, 127 characters in all at most.
fn is_type(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    text.len() <= 127 && text.split_once('/').is_some_and(|(kind, name)| token(kind) && token(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_its_last_segment_without_what_deceives() {
        for (sent, shown) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("/etc/shadow", "shadow"),
            ("C:\\Users\\a.txt", "a.txt"),
            ("a\0b\r\nc\".txt", "abc\".txt"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("\u{200b}.htaccess", ".htaccess"),
            ("CON", "CON"),
            ("x.exe. . ", "x.exe"),
            ("..", "file"),
            ("", "file"),
            ("a/", "file"),
            ("نامه\u{200c}ها.txt", "نامه\u{200c}ها.txt"),
        ] {
            assert_eq!(FileName::of(sent).as_str(), shown, "{sent:?}");
        }
    }

    #[test]
    fn a_claim_that_the_bytes_contradict_is_not_believed() {
        let png = b"\x89PNG\r\n\x1a\n........";
        for (head, claimed, taken) in [
            (&png[..], Some("text/html"), "image/png"),
            (b"<html>", Some("image/png"), BYTES),
            (b"<html>", Some("text/html"), "text/html"),
            (b"GIF89a=1;", Some("text/javascript"), "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", None, "image/webp"),
            (b"PK\x03\x04", Some("application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
            (b"PK\x03\x04", Some("image/png"), "application/zip"),
            (b"hello", Some("text/plain\r\nX: y"), BYTES),
            (b"", None, BYTES),
        ] {
            assert_eq!(MediaType::of(head, claimed).as_str(), taken, "{claimed:?}");
        }
        for (stored, sent) in [("image/png", "image/png"), ("image/gif", BYTES), ("image/svg+xml", BYTES)] {
            assert_eq!(MediaType::to_send(stored), sent);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_the_name_fits_a_header_and_a_column(text in "\\PC{0,400}|[\\x00-\\x20./\\\\é\u{202e}]{0,400}") {
            let name = FileName::of(&text);
            let name = name.as_str();
            prop_assert!((1..=255).contains(&name.len()) && name != "." && name != "..");
            prop_assert!(!name.chars().any(|c| c.is_control() || deceives(c) || matches!(c, '/' | '\\')));
            let again = FileName::of(name);
            prop_assert_eq!(again.as_str(), name);
        }
    }
}
