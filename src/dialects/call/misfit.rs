//! What a value of the wrong type is told: in words of JSON, never in those of the program that reads it.

/// Whole numbers by the names that the reader has for them, with what they hold.
const NUMBERS: [(&str, i128, i128); 10] = [
    ("i8", i8::MIN as i128, i8::MAX as i128),
    ("i16", i16::MIN as i128, i16::MAX as i128),
    ("i32", i32::MIN as i128, i32::MAX as i128),
    ("i64", i64::MIN as i128, i64::MAX as i128),
    ("isize", isize::MIN as i128, isize::MAX as i128),
    ("u8", 0, u8::MAX as i128),
    ("u16", 0, u16::MAX as i128),
    ("u32", 0, u32::MAX as i128),
    ("u64", 0, u64::MAX as i128),
    ("usize", 0, usize::MAX as i128),
];

/// A sentence from what serde's error says (`serde::de::Error`), without its place in the text.
pub fn misfit(said: &str) -> String {
    if let Some(name) = between_ticks(said, "missing field ") {
        return format!("{name} is missing.");
    }
    if let Some(name) = between_ticks(said, "duplicate field ") {
        return format!("{name} is given twice.");
    }
    let (found, expected) = said.rsplit_once(", expected ").unwrap_or_default();
    if found.starts_with("unknown variant ") {
        return format!("It must be {}.", expected.replace('`', ""));
    }
    let wanted = wanted(expected);
    match found.split_once(": ") {
        Some(("invalid type", found)) => format!("It must be {wanted}, not {}.", kind(found)),
        Some(("invalid value", _)) => format!("It must be {wanted}."),
        _ => format!("This is not what the field takes: {said}."),
    }
}

fn between_ticks<'t>(said: &'t str, before: &str) -> Option<&'t str> {
    said.strip_prefix(before)?.strip_prefix('`')?.strip_suffix('`')
}

fn wanted(expected: &str) -> String {
    if let Some((_, low, high)) = NUMBERS.iter().find(|(name, ..)| *name == expected) {
        return format!("a whole number from {low} to {high}");
    }
    let word = match expected {
        "f32" | "f64" => "a number",
        "a borrowed string" | "a character" => "a string",
        "a sequence" => "an array",
        "a map" => "an object",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    };
    word.to_owned()
}

/// The kind of value that was found, without the value: that may be long.
fn kind(found: &str) -> &str {
    match found.split(' ').next().unwrap_or_default() {
        "boolean" => "a boolean",
        "integer" => "a number",
        "floating" => "a fraction",
        "string" => "a string",
        "sequence" => "an array",
        "map" => "an object",
        _ => found,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::misfit;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "it is only read")]
    struct Sent {
        #[serde(default)]
        port: u16,
        #[serde(default)]
        share: f64,
        name: String,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        limits: BTreeMap<String, u8>,
        #[serde(default)]
        is_on: bool,
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        One,
        Two,
        Three,
    }

    #[test]
    fn a_value_that_does_not_fit_is_told_so_in_words_of_json() {
        for (sent, told) in [
            (r#"{"port": "80"}"#, "It must be a whole number from 0 to 65535, not a string."),
            (r#"{"port": 1.5}"#, "It must be a whole number from 0 to 65535, not a fraction."),
            (r#"{"port": 70000}"#, "It must be a whole number from 0 to 65535."),
            (r#"{"share": null}"#, "It must be a number, not null."),
            (r#"{"name": {"expected": 1}}"#, "It must be a string, not an object."),
            (r#"{"tags": "a, expected b"}"#, "It must be an array, not a string."),
            (r#"{"limits": [1]}"#, "It must be an object, not an array."),
            (r#"{"is_on": 1}"#, "It must be a boolean, not a number."),
            (r#"{"word": "`four`"}"#, "It must be one of one, two, three."),
            (r#"{"port": 1}"#, "name is missing."),
            (r#"{"port": 1, "port": 2}"#, "port is given twice."),
        ] {
            let said = serde_json::from_str::<Sent>(sent).unwrap_err().to_string();
            assert_eq!(misfit(said.split(" at line ").next().unwrap()), told, "{sent}: {said}");
        }
    }
}
