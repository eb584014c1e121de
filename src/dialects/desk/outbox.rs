//! `/api/outbox`: the mails that left, wait, or were given up.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::{Check, DeliveryState as State, Error, Result, Time};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::description::words::words;
use crate::dialects::given;
use crate::notify::{self, Filter, Seen, Template};

words! {
    /// How a mail stands: `waiting` for its turn, `delivered` to the mail server, or `failed`, which is given up.
    MailState = State::ALL.map(State::as_str);
    /// Which mail.
    pub MailName = Template::ALL.map(Template::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = QueuedMail)]
struct View {
    uuid: String,
    #[schema(value_type = MailName)]
    template: String,
    address: String,
    ticket_id: Option<i64>,
    #[schema(value_type = MailState)]
    state: &'static str,
    /// How often delivery was tried.
    attempts: i64,
    /// What went wrong the last time, for people.
    error: Option<String>,
    created_at: String,
    /// When delivery is tried next.
    next_attempt_at: Option<String>,
    delivered_at: Option<String>,
}

impl From<Seen> for View {
    fn from(mail: Seen) -> Self {
        Self {
            uuid: mail.uuid,
            template: mail.template,
            address: mail.address,
            ticket_id: mail.ticket,
            state: mail.state.as_str(),
            attempts: mail.attempts,
            error: mail.error,
            created_at: mail.created_at.to_seconds(),
            next_attempt_at: mail.next_attempt_at.map(Time::to_seconds),
            delivered_at: mail.delivered_at.map(Time::to_seconds),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Outbox)]
struct All {
    mails: Vec<View>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OneQueuedMail)]
struct One {
    mail: View,
}

#[derive(Default, Deserialize)]
struct Asked {
    state: Option<String>,
    per_page: Option<String>,
    cursor: Option<String>,
}

impl Asked {
    fn parse(&self) -> Result<Filter> {
        let mut check = Check::default();
        let size = check.take(given::number("per_page", self.per_page.as_deref(), 1..=100)).flatten();
        let after = check.take(given::number("cursor", self.cursor.as_deref(), 1..=i64::MAX)).flatten();
        let text = self.state.as_deref().filter(|text| !text.is_empty());
        let state = text.map(|text| {
            let wrong = || Error::field("state", "The state must be waiting, delivered or failed.");
            check.take(State::parse(text).ok_or_else(wrong))
        });
        check.done()?;
        Ok(Filter { state: state.flatten(), after, limit: size.unwrap_or(20) })
    }
}

/// The mails of the outbox, newest first, without what they say.
///
/// Delivered ones are kept for a week, those that were given up for thirty days. The `Link` header leads to what follows.
#[utoipa::path(get, path = "/api/outbox", tag = "desk", params(
    ("state" = Option<MailState>, Query),
    ("per_page" = Option<i64>, Query, minimum = 1, maximum = 100, description = "20 by default"),
    ("cursor" = Option<i64>, Query, minimum = 1, description = "from the `Link` header of the page before")),
    responses((status = 200, body = All), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must_be_admin()?;
        let filter = given::query::<Asked>(query.as_deref())?.parse()?;
        let mut mails = notify::list(conn, actor, &Filter { limit: filter.limit + 1, ..filter })?;
        let size = usize::try_from(filter.limit).unwrap_or_default();
        let has_more = mails.len() > size;
        mails.truncate(size);
        let last = mails.last().map(|mail| mail.number).filter(|_| has_more);
        let answer = answer::ok(&All { mails: mails.into_iter().map(View::from).collect() })?;
        let Some(last) = last else { return Ok(answer) };
        let rest = query.unwrap_or_default();
        let rest = rest.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
        let pairs: Vec<String> = rest.map(str::to_owned).chain([format!("cursor={last}")]).collect();
        Ok(answer.with_link(format!("</api/outbox?{}>; rel=\"next\"", pairs.join("&"))))
    })
    .await
}

/// Send a mail again, at once and as if it were new.
///
/// 409 where what it said is not kept any more: links are forgotten once they are delivered.
#[utoipa::path(post, path = "/api/outbox/{uuid}/replay", tag = "desk",
    params(("uuid" = String, Path, format = "uuid")),
    responses((status = 200, body = One), (status = 403), (status = 409)))]
pub async fn replay(Path(uuid): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must_be_admin()?;
        let mail = notify::find(tx, actor, &given::uuid(&uuid)?)?;
        answer::ok(&One { mail: notify::replay(tx, actor, &mail)?.into() })
    })
    .await
}
