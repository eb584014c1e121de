//! Checking what callers send: every field that is wrong is told at once.

use super::{Error, Fields, Kind, Result};

/// Longest message body or description, in bytes.
pub const LONGEST_BODY: usize = 64 * 1024;

/// Collects what is wrong, so that a caller hears of all of it in one answer.
#[derive(Debug, Default)]
pub struct Check {
    fields: Fields,
    other: Option<Error>,
}

impl Check {
    /// Keeps the value, or notes what is wrong with it.
    pub fn take<T>(&mut self, checked: Result<T>) -> Option<T> {
        checked.map_err(|error| self.note(error)).ok()
    }

    /// Notes what is wrong.
    pub fn note(&mut self, error: Error) {
        if error.kind == Kind::Invalid && !error.fields.is_empty() {
            for (field, mut messages) in error.fields {
                self.fields.entry(field).or_default().append(&mut messages);
            }
        } else {
            self.other.get_or_insert(error);
        }
    }

    /// Passes a value on, and notes that its field is needed where it is missing and nothing was wrong with it.
    pub fn require<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.fields.contains_key(field) {
            return self.take(required(field, None));
        }
        value
    }

    /// Fails when something was wrong.
    pub fn done(&mut self) -> Result<()> {
        match (self.other.take(), self.fields.is_empty()) {
            (Some(error), _) => Err(error),
            (None, true) => Ok(()),
            (None, false) => Err(Error::invalid(std::mem::take(&mut self.fields))),
        }
    }

    /// Unwraps a value that [`Check::take`] gave; fails with everything noted so far when it is not there.
    pub fn need<T>(&mut self, value: Option<T>) -> Result<T> {
        self.done()?;
        value.ok_or_else(|| Error::internal("a value was neither taken nor wrong"))
    }
}

/// The field is needed; blank is missing.
pub fn required<T>(field: &'static str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::field(field, format!("The {} field is required.", field.replace('_', " "))))
}

/// One line of text: trimmed, no control characters, so many characters at most. Blank is missing.
pub fn line(field: &'static str, text: Option<&str>, longest: usize) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let name = field.replace('_', " ");
    if text.chars().count() > longest {
        return Err(Error::field(field, format!("The {name} field must have at most {longest} characters.")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::field(field, format!("The {name} field must be a single line without control characters.")));
    }
    Ok(Some(text.to_owned()))
}

/// [`line`] that must be there.
pub fn required_line(field: &'static str, text: Option<&str>, longest: usize) -> Result<String> {
    required(field, line(field, text, longest)?)
}

/// Text of many lines, at most [`LONGEST_BODY`]; kept as it was written. Blank is missing.
pub fn block(field: &'static str, text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    if text.len() > LONGEST_BODY {
        return Err(Error::field(field, format!("The {} field must have at most 64 KiB.", field.replace('_', " "))));
    }
    if text.chars().any(|c| c == '\0') {
        return Err(Error::field(
            field,
            format!("The {} field must not hold NUL characters.", field.replace('_', " ")),
        ));
    }
    Ok(Some(text.to_owned()))
}

/// [`block`] that must be there.
pub fn required_block(field: &'static str, text: Option<&str>) -> Result<String> {
    required(field, block(field, text)?)
}

/// `#rgb` or `#rrggbb`.
pub fn color(field: &'static str, text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = line(field, text, 32)? else { return Ok(None) };
    let digits = text.strip_prefix('#').unwrap_or_default();
    if matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(Some(text));
    }
    Err(Error::field(field, "It must be a colour such as #EF4444."))
}

/// Lower-case words joined by `-`: what is a letter or digit in any script stays.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match (c.is_alphanumeric(), slug.ends_with('-') || slug.is_empty()) {
            (true, _) => slug.push(c),
            (false, false) => slug.push('-'),
            (false, true) => {}
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The slug of a text that is not taken yet: `help`, `help-2`, `help-3`; the fallback's where nothing of the text is left.
pub fn free_slug(text: &str, fallback: &str, is_taken: impl Fn(&str) -> Result<bool>) -> Result<String> {
    let slug = Some(slug(text)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| fallback.to_owned());
    let mut free = slug.clone();
    let mut next = 2_u64;
    while is_taken(&free)? {
        free = format!("{slug}-{next}");
        next += 1;
    }
    Ok(free)
}

/// A JSON object of at most 64 KiB, as the text that is stored.
pub fn object(field: &'static str, value: &serde_json::Value) -> Result<String> {
    let text = value.to_string();
    if !value.is_object() {
        return Err(Error::field(field, format!("The {} field must be an object.", field.replace('_', " "))));
    }
    if text.len() > LONGEST_BODY {
        return Err(Error::field(field, format!("The {} field must have at most 64 KiB.", field.replace('_', " "))));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut check = Check::default();
        let name = check.take(required_line("name", Some(" "), 10));
        let color = check.take(color("color", Some("red")));
        assert!(name.is_none() && color.is_none());
        let error = check.done().unwrap_err();
        assert_eq!(error.fields.keys().map(AsRef::as_ref).collect::<Vec<&str>>(), ["color", "name"]);
        assert_eq!(error.fields["name"], ["The name field is required."]);
    }

    #[test]
    fn a_slug_is_lower_case_words_joined_by_hyphens() {
        for (text, expected) in
            [("Naija Homes!", "naija-homes"), ("  --A/B  c--", "a-b-c"), ("Über Café", "über-café"), ("!?", "")]
        {
            assert_eq!(slug(text), expected);
        }
    }

    #[test]
    fn a_slug_that_is_taken_gets_the_next_number() {
        let taken = ["help", "help-2", "thing"];
        let free = |text| free_slug(text, "thing", |slug| Ok(taken.contains(&slug))).unwrap();
        assert_eq!((free("Help!"), free("other"), free("!?")), ("help-3".into(), "other".into(), "thing-2".into()));
    }
}
