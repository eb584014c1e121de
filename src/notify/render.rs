//! Filling the words of a mail: nothing that fills them can become markup or another header.

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};

use super::{Template, Words, html};
use crate::base::{Error, Language, Result};
use crate::text::{Form, escape, to_html, to_plain};

/// Steps that a template may take: a loop that does not end is an error.
const FUEL: u64 = 50_000;
/// Longest subject, in characters.
const LONGEST_SUBJECT: usize = 200;
/// Longest text or HTML, in bytes: a message and what stands around it, escaped.
const LONGEST: usize = 1 << 20;

/// A mail as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// A whole page.
    pub html: String,
}

/// Fills words. A `link` is within the site whose address is given, `message` Markdown unless `is_plain` says otherwise, `files` a list
/// of names and sizes, everything else plain text.
/// What cannot be filled is an error of `subject`, `text` or `html`.
pub fn render(
    template: Template,
    language: Language,
    words: &Words,
    content: &serde_json::Value,
    origin: &str,
) -> Result<Rendered> {
    let environment = environment();
    let fill = |field: &'static str, source: &str, is_html: bool| {
        let variables = variables(template, language, content, origin, is_html);
        let name = if is_html { "mail.html" } else { "mail.txt" };
        let filled = environment.render_named_str(name, source, variables).map_err(|error| explain(field, &error))?;
        if filled.len() > LONGEST {
            return Err(Error::field(field, "It becomes longer than 1 MiB."));
        }
        Ok(filled)
    };
    let derived;
    let source = match &words.html {
        Some(source) => source,
        None => {
            derived = html::of_text(&words.text);
            &derived
        }
    };
    Ok(Rendered {
        subject: one_line(&fill("subject", &words.subject, false)?),
        text: without_gaps(&fill("text", &words.text, false)?),
        html: html::page(language.as_str(), &fill("html", source, true)?),
    })
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_auto_escape_callback(|name| match name {
        "mail.html" => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    // 2026-12-31T12:00:00Z as people write it.
    environment.add_filter("time", |text: String| match text.get(..16) {
        Some(minute) => format!("{} UTC", minute.replace('T', " ")),
        None => text,
    });
    environment
}

/// Every variable of the template: those that the content does not have are blank.
fn variables(
    template: Template,
    language: Language,
    content: &serde_json::Value,
    origin: &str,
    is_html: bool,
) -> Value {
    let is_plain = content.get("is_plain").and_then(serde_json::Value::as_bool) == Some(true);
    let form = if is_plain { Form::Plain } else { Form::Message };
    let sample = template.sample();
    let names = sample.as_object().into_iter().flat_map(|all| all.keys());
    let mut all: BTreeMap<String, Value> = BTreeMap::from([("origin".to_owned(), Value::from(origin))]);
    for name in names {
        let given = content.get(name);
        let text = given.and_then(serde_json::Value::as_str);
        let value = match (name.as_str(), text) {
            ("link", Some(link)) if !link.starts_with("http") => Value::from(format!("{origin}/{link}")),
            ("message", Some(message)) if is_html => Value::from_safe_string(to_html(message, form)),
            ("message", Some(message)) => Value::from(to_plain(message, form)),
            ("files", _) if is_html => Value::from_safe_string(listed(given, language, is_html)),
            ("files", _) => Value::from(listed(given, language, is_html)),
            _ => given.map_or_else(|| Value::from(""), Value::from_serialize),
        };
        all.insert(name.clone(), value);
    }
    all.into_iter().collect()
}

/// Files, each with its size, as a list; blank where there are none.
fn listed(files: Option<&serde_json::Value>, language: Language, is_html: bool) -> String {
    let files = files.and_then(serde_json::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let lines = files.iter().filter_map(|file| {
        let (name, bytes) = (file.get("name")?.as_str()?, file.get("size")?.as_u64()?);
        Some(format!("{} ({})", one_line(name), size(bytes, language)))
    });
    if is_html {
        let entries: String = lines.map(|line| format!("<li>{}</li>", escape(&line))).collect();
        return if entries.is_empty() { entries } else { format!("<ul>{entries}</ul>") };
    }
    lines.map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

/// Bytes as people read them: `640 B`, `1.5 MiB`.
fn size(bytes: u64, language: Language) -> String {
    let scaled = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    let text = match bytes {
        0..1_024 => return format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", scaled(1 << 10)),
        _ => format!("{} MiB", scaled(1 << 20)),
    };
    match language {
        Language::En => text,
        Language::De => text.replacen('.', ",", 1),
    }
}

/// What is wrong with a template, for whoever wrote it.
fn explain(field: &'static str, error: &minijinja::Error) -> Error {
    let what = match error.kind() {
        ErrorKind::UndefinedError => "There is no such variable".to_owned(),
        ErrorKind::OutOfFuel => "It takes too many steps".to_owned(),
        _ => error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    };
    let wrong = match error.line() {
        Some(line) => format!("This cannot be filled in line {line}: {what}."),
        None => format!("This cannot be filled: {what}."),
    };
    Error::field(field, wrong)
}

/// Text that a header can hold: one line without control characters.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(LONGEST_SUBJECT).collect()
}

/// Statements that said nothing leave empty lines behind: one between paragraphs is enough.
fn without_gaps(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0_usize;
    for line in text.trim().lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_mail_that_the_program_comes_with_can_be_filled_in_both_languages() {
        for template in Template::ALL {
            for language in Language::ALL {
                let words = Words::built_in(template, language).unwrap();
                let mail = render(template, language, &words, &template.sample(), "https://example.org").unwrap();
                let empty = render(template, language, &words, &json!({"metric": "", "priority": "low"}), "o").unwrap();
                assert!(!mail.subject.is_empty() && !empty.subject.is_empty(), "{template:?} {language:?}");
                assert!(mail.text.len() > 20 && mail.html.contains("<p>"), "{template:?}: {mail:?}");
                assert!(!mail.text.contains("\n\n\n") && !mail.text.contains('{'), "{}", mail.text);
            }
        }
    }

    #[test]
    fn what_fills_a_mail_is_never_markup_and_never_another_header() {
        let evil = "x\r\nBcc: all@example.org\u{2028}<script>alert(1)</script>{{ 7 * 7 }}";
        let content = json!({"number": evil, "subject": evil, "author": evil, "message": evil, "link": "tickets/1"});
        let words = Words::built_in(Template::ReplyToCustomer, Language::En).unwrap();
        let mail = render(Template::ReplyToCustomer, Language::En, &words, &content, "https://example.org").unwrap();
        assert!(!mail.subject.contains(['\r', '\n', '\u{2028}']), "{}", mail.subject);
        assert!(!mail.html.contains("<script"), "{}", mail.html);
        assert!(mail.subject.contains("{{ 7 * 7 }}") && !mail.html.contains("49"));
    }

    #[test]
    fn words_that_cannot_be_filled_name_their_field_and_line() {
        let words = |subject: &str, text: &str, html: Option<&str>| Words {
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: html.map(str::to_owned),
            updated_at: None,
        };
        let wrong = |words: &Words| {
            let template = Template::Assigned;
            let error = render(template, Language::En, words, &template.sample(), "o").unwrap_err();
            error.fields.into_iter().map(|(field, texts)| format!("{field}: {}", texts.join(" "))).collect::<String>()
        };
        let missing = wrong(&words("s", "a\n{{ nothing }}", None));
        assert!(missing.starts_with("text: ") && missing.contains("in line 2"), "{missing}");
        assert!(wrong(&words("{% if %}", "t", None)).starts_with("subject: "));
        assert!(wrong(&words("s", "t", Some("{{ link"))).starts_with("html: "));
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        assert!(wrong(&words("s", endless, None)).contains("too many steps"));
    }
}
