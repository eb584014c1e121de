//! What the server says to people in the web app is said in German, too: the catalogue of the app and the source agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;
use proc_macro2::TokenTree::{self, Group, Ident, Literal, Punct};
use syn::Lit;

use crate::tidy;

/// Where nothing is said that the web app shows: programs, other surfaces, descriptions, what stands in logs.
const ELSEWHERE: [&str; 27] = [
    "agent/",
    "backup/",
    "cli/",
    "doctor/",
    "inbound/",
    "seed/",
    "access/oauth/authorize.rs",
    "access/oauth/code.rs",
    "access/oauth/refusal.rs",
    "access/oauth/token.rs",
    "dialects/customer/",
    "dialects/description/",
    "dialects/developer/",
    "dialects/external/",
    "dialects/fleet/agent.rs",
    "dialects/fleet/desired.rs",
    "dialects/mod.rs",
    "dialects/oauth/",
    "http/docs/",
    "http/first_run.rs",
    "http/metrics.rs",
    "store/directory.rs",
    "store/migrate.rs",
    "store/open.rs",
    "vpn/desired.rs",
    "vpn/enrollment/",
    "vpn/report/",
];

/// Texts without a full stop.
const SHORT: [&str; 2] = ["Account is inactive", "Invalid credentials"];

/// The functions of `base::check` that put the name of a field into what they say.
const NAMED: [&str; 8] = ["required", "line", "required_line", "block", "required_block", "object", "require", "color"];

/// What a source file says, without its attributes and tests.
#[derive(Default)]
struct Source {
    literals: Vec<String>,
    /// The fields whose names functions of [`NAMED`] say.
    fields: Vec<String>,
}

impl Source {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        while let [first, after @ ..] = rest {
            rest = match (first, after) {
                (Punct(p), [Group(_), next @ ..] | [Punct(_), Group(_), next @ ..]) if p.as_char() == '#' => next,
                (Ident(word), [Ident(name), Group(_), next @ ..]) if word == "mod" && name == "tests" => next,
                _ => after,
            };
            match first {
                Literal(literal) => self.literals.extend(text(literal)),
                Group(group) => self.read(group.stream()),
                Ident(name) => self.fields.extend(after.first().and_then(|token| named(name, token))),
                Punct(_) => {}
            }
        }
    }
}

/// The field that a call names first, where it is one of a function of [`NAMED`].
fn named(function: &proc_macro2::Ident, arguments: &TokenTree) -> Option<String> {
    let Group(arguments) = arguments else { return None };
    let Some(Literal(first)) = arguments.stream().into_iter().next() else { return None };
    let is_field = |text: &String| text.starts_with(|c: char| c.is_ascii_lowercase());
    text(&first).filter(|text| NAMED.iter().any(|named| function == named) && is_field(text))
}

fn text(literal: &proc_macro2::Literal) -> Option<String> {
    match Lit::new(literal.clone()) {
        Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

/// The source that the web app hears of.
fn heard() -> impl Iterator<Item = (String, Source)> {
    let sources = tidy::all().into_iter();
    let heard = sources.filter(|(name, _)| !ELSEWHERE.iter().any(|other| name.starts_with(other)));
    heard.filter(|(name, _)| !name.ends_with("tests.rs")).map(|(name, text)| {
        let mut source = Source::default();
        source.read(text.parse().unwrap());
        (name, source)
    })
}

/// Whether a literal is something that people read: a sentence, whole.
fn is_said(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_uppercase() || c == '{' || c == '"');
    let ends = text.ends_with('.') || text.rsplit_once(": ").is_some_and(|(_, last)| holes(last) == [last]);
    let plain = holes(text).iter().fold(text.to_owned(), |text, hole| text.replace(hole, ""));
    SHORT.contains(&text) || begins && ends && plain.contains(char::is_lowercase)
}

/// The placeholders, in their order: in braces a name or nothing, and how to write it; other braces are written out.
fn holes(text: &str) -> Vec<&str> {
    let opened = text.match_indices('{').filter_map(|(at, _)| Some(&text[at..=at + text[at..].find('}')?]));
    opened.filter(|hole| name(hole).chars().all(|c| c.is_alphanumeric() || c == '_')).collect()
}

/// What a hole is called.
fn name(hole: &str) -> &str {
    hole[1..hole.len() - 1].split(':').next().unwrap()
}

/// The German of one kind: whole texts, or words that texts are filled with.
fn german(kind: &str) -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/src/locales/said.de.json");
    let mut all: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    serde_json::from_value(all[kind].take()).unwrap()
}

#[test]
fn everything_that_the_server_says_has_its_german_and_the_german_nothing_else() {
    let said: BTreeMap<String, String> = heard()
        .flat_map(|(name, source)| source.literals.into_iter().map(move |text| (text, name.clone())))
        .filter(|(text, _)| is_said(text))
        .collect();
    assert!(said.len() > 300, "only {} texts were found", said.len());
    let german = german("texts");
    let missing: Vec<_> = said.iter().filter(|(text, _)| !german.contains_key(*text)).collect();
    assert!(missing.is_empty(), "these are missing in assets/src/locales/said.de.json: {missing:#?}");
    let unsaid: Vec<_> = german.keys().filter(|text| !said.contains_key(*text)).collect();
    assert!(unsaid.is_empty(), "nothing says these any more: {unsaid:#?}");
}

#[test]
fn the_german_is_filled_with_what_the_english_is_filled_with() {
    let sorted = |text: &str| {
        let mut names: Vec<String> = holes(text).into_iter().map(|hole| name(hole).to_owned()).collect();
        names.sort();
        names
    };
    for (english, german) in german("texts").into_iter().chain(german("words")) {
        assert_eq!(sorted(&english), sorted(&german), "{english}");
        assert!(!german.is_empty(), "{english}");
    }
}

#[test]
fn each_field_whose_name_is_said_has_a_german_name_and_every_word_is_still_used() {
    let words = german("words");
    let mut used = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for (_, source) in heard() {
        missing.extend(
            source.fields.iter().map(|field| field.replace('_', " ")).filter(|field| !words.contains_key(field)),
        );
        used.extend(source.literals.iter().map(|text| text.replace('_', " ")));
        used.extend(source.literals);
    }
    assert!(missing.is_empty(), "these are missing in assets/src/locales/said.de.json: {missing:#?}");
    let unused: Vec<_> = words.keys().filter(|word| !used.contains(*word)).collect();
    assert!(unused.is_empty(), "nothing says these any more: {unused:#?}");
}
