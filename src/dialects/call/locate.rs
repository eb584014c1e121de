//! Where in a text of JSON its reader gave up: the field that is to be mended.

/// Levels that are told apart; what may be sent at all is no deeper (the reader's own limit).
const DEEPEST: usize = 128;

enum Level<'t> {
    /// With the key that was read last, as it is written, between its quotes.
    Object(Option<&'t str>),
    Array(usize),
}

/// The path of the value that was read last before the error, `peers[3].rx`; none where that is the whole.
///
/// A reader that keeps the path all the way is a second copy of itself for each type that is sent.
pub fn locate(text: &str, error: &serde_json::Error) -> Option<String> {
    let before: usize = text.split_inclusive('\n').take(error.line().checked_sub(1)?).map(str::len).sum();
    let path: String = levels(text.get(..before + error.column())?).iter().map(segment).collect();
    let path = path.strip_prefix('.').unwrap_or(&path);
    (!path.is_empty()).then(|| path.to_owned())
}

/// The objects and arrays that are still open at the end of what was read.
fn levels(read: &str) -> Vec<Level<'_>> {
    let (mut levels, mut deeper) = (Vec::new(), 0_usize);
    let (mut rest, mut word) = (read, "");
    while let Some(at) = rest.find(['{', '[', '}', ']', ',', ':', '"']) {
        let token = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        if token == b'"' {
            (word, rest) = string(rest);
            continue;
        }
        let is_deepest = levels.len() == DEEPEST;
        match (token, levels.last_mut()) {
            (b'{' | b'[', _) if is_deepest => deeper += 1,
            (b'{', _) => levels.push(Level::Object(None)),
            (b'[', _) => levels.push(Level::Array(0)),
            (b'}' | b']', _) if deeper > 0 => deeper -= 1,
            (b'}' | b']', _) => drop(levels.pop()),
            _ if deeper > 0 => {}
            (b':', Some(Level::Object(key))) => *key = Some(word),
            (_, Some(Level::Object(key))) => *key = None,
            (_, Some(Level::Array(index))) => *index += 1,
            (_, None) => {}
        }
    }
    levels
}

/// A string up to its quote, and what is behind that.
fn string(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
}

fn segment(level: &Level<'_>) -> String {
    match level {
        Level::Object(None) => String::new(),
        Level::Object(Some(key)) => {
            let plain = serde_json::from_str::<String>(&format!("\"{key}\""));
            format!(".{}", plain.as_deref().unwrap_or(key))
        }
        Level::Array(index) => format!("[{index}]"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "it is only read")]
    struct Sent {
        number: Option<u8>,
        #[serde(default)]
        list: Vec<Sent>,
        texts: Option<BTreeMap<String, String>>,
        word: Option<Word>,
        pair: Option<(u8, bool)>,
        must: bool,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        One,
        Two,
    }

    fn any_key() -> impl Strategy<Value = String> {
        const KNOWN: [&str; 6] = ["number", "list", "texts", "word", "pair", "must"];
        prop_oneof![9 => prop::sample::select(&KNOWN[..]).prop_map(str::to_owned), 1 => "[a\\\\\"{,é]{1,3}"]
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..300_u16).prop_map(Value::from),
            prop::sample::select(&["one", "two", "", "]\\\"", "{\n"][..]).prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((any_key(), inner), 0..6)
                    .prop_map(|all| Value::from(serde_json::Map::from_iter(all))),
            ]
        })
    }

    /// One that keeps the path all the way.
    fn oracle(text: &str) -> Option<String> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let error = serde_path_to_error::deserialize::<_, Sent>(&mut deserializer).err()?;
        Some(error.path().to_string()).filter(|path| path != ".")
    }

    fn wrong_type(text: &str) -> Option<serde_json::Error> {
        serde_json::from_str::<Sent>(text).err().filter(serde_json::Error::is_data)
    }

    fn located(text: &str) -> Option<String> {
        locate(text, &wrong_type(text)?)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_048))]
        #[test]
        fn a_wrong_type_is_where_one_says_who_keeps_the_path_all_the_way(json in any_json(), is_pretty in any::<bool>()) {
            let text = if is_pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) }.unwrap();
            prop_assume!(wrong_type(&text).is_some());
            prop_assert_eq!(located(&text), oracle(&text), "{}", text);
        }
    }

    #[test]
    fn wrong_types_are_found_at_any_depth_and_behind_what_nobody_reads() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        for (text, path) in [
            (r#"{"must": 1}"#, Some("must")),
            (r#"{"must": true, "list": [{"must": true}, {"must": true, "number": "x"}]}"#, Some("list[1].number")),
            (r#"{"must": true, "texts": {"a\"b": []}}"#, Some(r#"texts.a"b"#)),
            (r#"{"must": true, "texts": {".a": []}}"#, Some("texts..a")),
            (r#"{"must": true, "list": {}}"#, Some("list")),
            ("{\"must\": true,\n \"pair\": [1]}", Some("pair")),
            (r#"{"must": true, "list": [{}]}"#, Some("list[0]")),
            ("{}", None),
            ("7", None),
        ] {
            assert_eq!(located(text).as_deref(), path, "{text}");
        }
        let behind = format!(r#"{{"other": {deep}, "must": "x"}}"#);
        assert_eq!(located(&behind).as_deref(), Some("must"));
    }
}
