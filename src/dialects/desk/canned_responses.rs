//! `/api/canned-responses`: texts that staff answer with, their own and shared ones.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};

use super::page::Asked;
use crate::base::{Capability, Check, Result, check};
use crate::catalog::canned_response::{
    self, CannedResponse, Change, Filter, LONGEST_SHORTCUT, LONGEST_TITLE, NewCannedResponse,
};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given::{self, given};
use crate::ticket;

#[derive(Serialize)]
struct Owner {
    id: i64,
    name: String,
}

#[derive(Serialize)]
struct View {
    id: i64,
    title: String,
    body: String,
    shortcut: Option<String>,
    is_shared: bool,
    project_id: Option<i64>,
    user: Owner,
    created_at: String,
}

impl From<CannedResponse> for View {
    fn from(response: CannedResponse) -> Self {
        let (id, name) = response.user;
        Self {
            id: response.id,
            title: response.title,
            body: response.body,
            shortcut: response.shortcut,
            is_shared: response.is_shared,
            project_id: response.project,
            user: Owner { id, name },
            created_at: response.created_at.to_seconds(),
        }
    }
}

#[derive(Serialize)]
struct One {
    canned_response: View,
}

impl From<CannedResponse> for One {
    fn from(response: CannedResponse) -> Self {
        Self { canned_response: response.into() }
    }
}

#[derive(Serialize)]
struct All {
    canned_responses: Vec<View>,
}

#[derive(Deserialize)]
struct Query {
    project_id: Option<String>,
    search: Option<String>,
    #[serde(flatten)]
    page: Asked,
}

/// The caller's own canned responses and the shared ones, by title: up to 1,000 at once, and a link to what follows.
#[utoipa::path(get, path = "/api/canned-responses", tag = "desk", params(
    ("project_id" = Option<i64>, Query, description = "those for this project, and those for every project"),
    ("search" = Option<String>, Query, description = "part of the title, the shortcut or the text"),
    ("page" = Option<i64>, Query, description = "from 1"),
    ("per_page" = Option<i64>, Query, description = "1 to 100, by default 1,000")),
    responses((status = 200), (status = 403), (status = 422)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must(Capability::CannedResponses)?;
        let asked: Query = given::query(query.as_deref())?;
        let mut check = Check::default();
        let page = asked.page.parse_whole(&mut check);
        let project = given::number("project_id", asked.project_id.as_deref(), 1..=i64::MAX);
        let filter = Filter {
            project: check.take(project).flatten(),
            search: check.take(check::line("search", asked.search.as_deref(), 255)).flatten(),
        };
        check.done()?;
        let found = canned_response::list(conn, actor, &filter, page.offset(), page.reach())?;
        let wrap = |canned_responses| All { canned_responses };
        page.wrapped(found, "/api/canned-responses", query.as_deref(), wrap)
    })
    .await
}

#[derive(Deserialize)]
struct Body {
    title: Option<String>,
    body: Option<String>,
    #[serde(default, deserialize_with = "given")]
    shortcut: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    project_id: Option<Option<i64>>,
    is_shared: Option<bool>,
}

impl Body {
    fn into_new(self) -> Result<NewCannedResponse> {
        let mut check = Check::default();
        let title = check.take(check::required_line("title", self.title.as_deref(), LONGEST_TITLE));
        let body = check.take(check::required_block("body", self.body.as_deref()));
        let shortcut = self.shortcut.flatten();
        let shortcut = check.take(check::line("shortcut", shortcut.as_deref(), LONGEST_SHORTCUT));
        Ok(NewCannedResponse {
            title: check.need(title)?,
            body: check.need(body)?,
            shortcut: check.need(shortcut)?,
            project: self.project_id.flatten(),
            is_shared: self.is_shared.unwrap_or_default(),
        })
    }

    fn into_change(self) -> Result<Change> {
        let mut check = Check::default();
        let shortcut = |text: Option<String>| check::line("shortcut", text.as_deref(), LONGEST_SHORTCUT);
        let title = |text: String| check::required_line("title", Some(&text), LONGEST_TITLE);
        let body = |text: String| check::required_block("body", Some(&text));
        let change = Change {
            title: self.title.and_then(|text| check.take(title(text))),
            body: self.body.and_then(|text| check.take(body(text))),
            shortcut: self.shortcut.map(|text| check.take(shortcut(text)).flatten()),
            project: self.project_id,
            is_shared: self.is_shared,
        };
        check.done()?;
        Ok(change)
    }
}

/// Make a canned response of one's own. The text may hold `{{customer.name}}`, `{{ticket.number}}`, `{{ticket.subject}}`,
/// `{{agent.name}}` and `{{project.name}}`.
#[utoipa::path(post, path = "/api/canned-responses", tag = "desk",
    responses((status = 201), (status = 403), (status = 422)))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    call.write(|tx, actor, body| {
        actor.must(Capability::CannedResponses)?;
        let new = body.read::<Body>()?.into_new()?;
        answer::created(&One::from(canned_response::create(tx, actor, &new)?))
    })
    .await
}

/// Change a canned response of one's own, or as an admin any; what is left out stays, null clears.
#[utoipa::path(put, path = "/api/canned-responses/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404), (status = 422)))]
pub async fn change(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        actor.must(Capability::CannedResponses)?;
        let response = canned_response::find(tx, actor, given::id(&id)?)?;
        let change = body.read::<Body>()?.into_change()?;
        answer::ok(&One::from(canned_response::change(tx, actor, &response, &change)?))
    })
    .await
}

#[derive(Serialize)]
struct Done {
    message: &'static str,
}

/// Delete a canned response of one's own, or as an admin any.
#[utoipa::path(delete, path = "/api/canned-responses/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404)))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must(Capability::CannedResponses)?;
        let response = canned_response::find(tx, actor, given::id(&id)?)?;
        canned_response::delete(tx, actor, &response)?;
        answer::ok(&Done { message: "Canned response deleted" })
    })
    .await
}

#[derive(Deserialize)]
struct For {
    ticket: Option<String>,
}

/// A canned response as an answer to a ticket: its placeholders replaced, what is no placeholder as it is written. Plain
/// text.
#[utoipa::path(get, path = "/api/canned-responses/{id}/rendered", tag = "desk",
    params(("id" = i64, Path), ("ticket" = i64, Query, description = "a ticket that the caller sees")),
    responses((status = 200), (status = 403), (status = 404), (status = 422)))]
pub async fn rendered(Path(id): Path<String>, RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must(Capability::CannedResponses)?;
        let response = canned_response::find(conn, actor, given::id(&id)?)?;
        let asked: For = given::query(query.as_deref())?;
        let number = given::number("ticket", asked.ticket.as_deref(), 1..=i64::MAX)?;
        let ticket = ticket::find(conn, actor, check::required("ticket", number)?)?;
        let words = ticket::words(conn, actor, &ticket)?;
        let fill = |text: &str| canned_response::fill(text, &words);
        let (title, body) = (fill(&response.title), fill(&response.body));
        answer::ok(&One::from(CannedResponse { title, body, ..response }))
    })
    .await
}
