//! `/api/me/notifications`: what one is mailed about, and in which language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::mail_templates::LanguageWord;
use crate::base::{Actor, Check, Error, Language, Result};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given::given;
use crate::notify::{self, Template, Wanted};
use crate::store::Conn;

#[derive(Serialize, ToSchema)]
#[schema(as = MailChoices)]
struct View {
    /// Null: the instance's own.
    #[schema(value_type = Option<LanguageWord>)]
    language: Option<&'static str>,
    /// Whether one gets each of the mails that one may turn off.
    #[schema(value_type = BTreeMap<String, bool>)]
    mails: BTreeMap<&'static str, bool>,
}

fn optional(actor: &Actor) -> Result<&'static [Template]> {
    Ok(Template::optional(actor.role().ok_or_else(Error::unauthenticated)?))
}

fn shown(conn: &Conn<'_>, actor: &Actor) -> Result<Answer> {
    let wanted = notify::wanted(conn, actor)?;
    let mail = |template: &Template| (template.as_str(), !wanted.muted.contains(template));
    let mails = optional(actor)?.iter().map(mail).collect();
    answer::ok(&View { language: wanted.language.map(Language::as_str), mails })
}

/// What one is mailed about.
#[utoipa::path(get, path = "/api/me/notifications", tag = "desk", responses((status = 200, body = View)))]
pub async fn show(ByPerson(call): ByPerson) -> Answered {
    call.read(shown).await
}

#[derive(Default, Deserialize, ToSchema)]
#[schema(as = MailChoicesChange)]
struct Body {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<LanguageWord>)]
    language: Option<Option<String>>,
    mails: Option<BTreeMap<String, bool>>,
}

impl Body {
    fn over(self, mut wanted: Wanted, optional: &[Template]) -> Result<Wanted> {
        let mut check = Check::default();
        if let Some(language) = self.language {
            let text = language.filter(|text| !text.trim().is_empty());
            let parse = |text: String| {
                Language::parse(&text).ok_or_else(|| Error::field("language", "The language must be en or de."))
            };
            wanted.language = check.take(text.map(parse).transpose()).flatten();
        }
        for (name, on) in self.mails.unwrap_or_default() {
            match Template::parse(&name).filter(|template| optional.contains(template)) {
                Some(template) => {
                    wanted.muted.retain(|muted| *muted != template);
                    wanted.muted.extend((!on).then_some(template));
                }
                None => check.note(Error::field(
                    "mails",
                    format!("There is no mail {} that you can turn off.", name.escape_debug()),
                )),
            }
        }
        check.done()?;
        Ok(wanted)
    }
}

/// Choose what one is mailed about; what is left out stays.
///
/// Links for passwords and addresses cannot be turned off: only oneself, or an admin, asks for them.
#[utoipa::path(put, path = "/api/me/notifications", tag = "desk", request_body = Body,
    responses((status = 200, body = View)))]
pub async fn change(ByPerson(call): ByPerson) -> Answered {
    call.write(|tx, actor, body| {
        let wanted = body.read::<Body>()?.over(notify::wanted(tx, actor)?, optional(actor)?)?;
        notify::choose(tx, actor, &wanted)?;
        shown(tx, actor)
    })
    .await
}
