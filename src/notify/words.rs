//! The words of a mail: those that the program comes with, or those that an admin put in their place.

use super::{Template, render};
use crate::audit;
use crate::base::{Actor, Error, Language, Result, Time};
use crate::store::{Conn, Tx, params};

/// What a mail says, with variables in it.
#[derive(Clone, Debug)]
pub struct Words {
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML; `None`: made of the text.
    pub html: Option<String>,
    /// When an admin wrote them; `None`: the program comes with them.
    pub updated_at: Option<Time>,
}

impl Words {
    /// Those that the program comes with.
    pub fn built_in(template: Template, language: Language) -> Result<Self> {
        let (subject, text) = template.built_in(language)?;
        Ok(Self { subject: subject.to_owned(), text: text.to_owned(), html: None, updated_at: None })
    }
}

/// The words of a mail in a language.
pub fn of(conn: &Conn<'_>, template: Template, language: Language) -> Result<Words> {
    let written = conn.one(
        "select subject, text, html, updated_at from mail_templates where name = :name and language = :language",
        params! {":name": template.as_str(), ":language": language.as_str()},
        |row| {
            Ok(Words {
                subject: row.get("subject")?,
                text: row.get("text")?,
                html: row.get("html")?,
                updated_at: Some(Time(row.get("updated_at")?)),
            })
        },
    )?;
    written.map_or_else(|| Words::built_in(template, language), Ok)
}

/// Puts other words in the place of those that the program comes with. Words that cannot be filled are an error of their
/// field. Admins alone may.
pub fn save(tx: &Tx<'_>, actor: &Actor, template: Template, language: Language, words: &Words) -> Result<Words> {
    actor.must_be_admin()?;
    render(template, language, words, &template.sample(), "https://example.org")?;
    tx.execute(
        "insert into mail_templates (name, language, subject, text, html, updated_at)
         values (:name, :language, :subject, :text, :html, :now)
         on conflict (name, language) do update set subject = :subject, text = :text, html = :html, updated_at = :now",
        params! {":name": template.as_str(), ":language": language.as_str(), ":subject": words.subject,
        ":text": words.text, ":html": words.html, ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "mail_template_changed", &target(template, language))?;
    of(tx, template, language)
}

/// Goes back to the words that the program comes with. Admins alone may.
pub fn reset(tx: &Tx<'_>, actor: &Actor, template: Template, language: Language) -> Result<Words> {
    actor.must_be_admin()?;
    let gone = tx.execute(
        "delete from mail_templates where name = :name and language = :language",
        params! {":name": template.as_str(), ":language": language.as_str()},
    )?;
    if gone == 0 {
        return Err(Error::not_found());
    }
    audit::record(tx, actor, "mail_template_reset", &target(template, language))?;
    Words::built_in(template, language)
}

fn target(template: Template, language: Language) -> String {
    format!("{} {}", template.as_str(), language.as_str())
}
