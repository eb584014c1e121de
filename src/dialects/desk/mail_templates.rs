//! `/api/mail-templates`: the words of mails.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::outbox::MailName;
use crate::base::{Check, Error, Language, Result, Time, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::description::words::words;
use crate::dialects::given::{self, given};
use crate::notify::{self, Rendered, Template, Words};
use crate::store::Conn;

words! {
    /// A language that people are written to in.
    pub LanguageWord = Language::ALL.map(Language::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = MailTemplate)]
struct View {
    #[schema(value_type = MailName)]
    name: &'static str,
    #[schema(value_type = LanguageWord)]
    language: &'static str,
    /// One line, with variables in double braces (Jinja).
    subject: String,
    text: String,
    /// Null: made of the text.
    html: Option<String>,
    /// What can be filled in.
    variables: Vec<String>,
    /// Whether an admin wrote these words.
    is_custom: bool,
    updated_at: Option<String>,
}

impl View {
    fn new(template: Template, language: Language, words: Words) -> Self {
        let sample = template.sample();
        let names = sample.as_object().into_iter().flat_map(|all| all.keys().cloned());
        Self {
            name: template.as_str(),
            language: language.as_str(),
            subject: words.subject,
            text: words.text,
            html: words.html,
            variables: names.chain(["origin".to_owned()]).collect(),
            is_custom: words.updated_at.is_some(),
            updated_at: words.updated_at.map(Time::to_seconds),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = MailTemplates)]
struct All {
    mail_templates: Vec<View>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OneMailTemplate)]
struct One {
    mail_template: View,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MailPreview)]
struct Preview {
    subject: String,
    text: String,
    /// A whole page.
    html: String,
}

#[derive(Default, Deserialize)]
struct Asked {
    language: Option<String>,
}

fn template(name: &str) -> Result<Template> {
    Template::parse(name).ok_or_else(Error::not_found)
}

fn language(query: Option<&str>) -> Result<Language> {
    let asked: Asked = given::query(query)?;
    let Some(text) = asked.language.filter(|text| !text.is_empty()) else { return Ok(Language::default()) };
    Language::parse(&text).ok_or_else(|| Error::field("language", "The language must be en or de."))
}

fn shown(conn: &Conn<'_>, template: Template, language: Language) -> Result<View> {
    Ok(View::new(template, language, notify::words(conn, template, language)?))
}

/// Every mail's words, in both languages.
#[utoipa::path(get, path = "/api/mail-templates", tag = "desk", responses((status = 200, body = All), (status = 403)))]
pub async fn list(ByPerson(call): ByPerson) -> Answered {
    call.read(|conn, actor| {
        actor.must_be_admin()?;
        let pairs = Template::ALL.iter().flat_map(|template| Language::ALL.map(|language| (*template, language)));
        let all: Result<Vec<View>> = pairs.map(|(template, language)| shown(conn, template, language)).collect();
        answer::ok(&All { mail_templates: all? })
    })
    .await
}

/// The words of a mail.
#[utoipa::path(get, path = "/api/mail-templates/{name}", tag = "desk",
    params(("name" = MailName, Path), ("language" = Option<LanguageWord>, Query, description = "`en` by default")),
    responses((status = 200, body = One), (status = 403)))]
pub async fn show(Path(name): Path<String>, RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must_be_admin()?;
        let template = template(&name)?;
        answer::ok(&One { mail_template: shown(conn, template, language(query.as_deref())?)? })
    })
    .await
}

#[derive(Default, Deserialize, ToSchema)]
#[schema(as = MailTemplateChange)]
struct Body {
    /// One line.
    #[schema(max_length = 255)]
    subject: Option<String>,
    text: Option<String>,
    /// Null, or left out with a text: made of the text. Variables in it are escaped.
    #[serde(default, deserialize_with = "given")]
    html: Option<Option<String>>,
}

impl Body {
    /// The words with what is given in their place.
    fn over(self, words: Words) -> Result<Words> {
        let mut check = Check::default();
        let subject = check.take(check::line("subject", self.subject.as_deref(), 255)).flatten();
        let text = check.take(check::block("text", self.text.as_deref())).flatten();
        let html = self.html.map(|html| check.take(check::block("html", html.as_deref())).flatten());
        check.done()?;
        let kept = words.html.filter(|_| text.is_none());
        Ok(Words {
            subject: subject.unwrap_or(words.subject),
            text: text.unwrap_or(words.text),
            html: html.unwrap_or(kept),
            updated_at: words.updated_at,
        })
    }
}

/// Put other words in the place of those that the program comes with; what is left out stays.
///
/// Words that cannot be filled are 422. Should filling fail all the same when a mail is written, it is sent in the words that
/// the program comes with.
#[utoipa::path(put, path = "/api/mail-templates/{name}", tag = "desk", request_body = Body,
    params(("name" = MailName, Path), ("language" = Option<LanguageWord>, Query, description = "`en` by default")),
    responses((status = 200, body = One), (status = 403)))]
pub async fn change(Path(name): Path<String>, RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        actor.must_be_admin()?;
        let (template, language) = (template(&name)?, language(query.as_deref())?);
        let words = body.read::<Body>()?.over(notify::words(tx, template, language)?)?;
        let words = notify::save(tx, actor, template, language, &words)?;
        answer::ok(&One { mail_template: View::new(template, language, words) })
    })
    .await
}

/// Go back to the words that the program comes with; 404 where nobody changed them.
#[utoipa::path(delete, path = "/api/mail-templates/{name}", tag = "desk",
    params(("name" = MailName, Path), ("language" = Option<LanguageWord>, Query, description = "`en` by default")),
    responses((status = 200, body = One), (status = 403)))]
pub async fn reset(Path(name): Path<String>, RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must_be_admin()?;
        let (template, language) = (template(&name)?, language(query.as_deref())?);
        let words = notify::reset(tx, actor, template, language)?;
        answer::ok(&One { mail_template: View::new(template, language, words) })
    })
    .await
}

/// What a mail would look like, with made-up content. Words that are left out are those that it has.
#[utoipa::path(post, path = "/api/mail-templates/{name}/preview", tag = "desk", request_body = Body,
    params(("name" = MailName, Path), ("language" = Option<LanguageWord>, Query, description = "`en` by default")),
    responses((status = 200, body = Preview), (status = 403)))]
pub async fn preview(Path(name): Path<String>, RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    let (origin, body) = (call.app().origin(), call.body.clone());
    call.read(move |conn, actor| {
        actor.must_be_admin()?;
        let (template, language) = (template(&name)?, language(query.as_deref())?);
        let words = body.read::<Body>()?.over(notify::words(conn, template, language)?)?;
        let Rendered { subject, text, html } = notify::render(template, language, &words, &template.sample(), &origin)?;
        answer::ok(&Preview { subject, text, html })
    })
    .await
}
