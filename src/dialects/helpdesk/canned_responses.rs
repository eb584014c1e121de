//! `/api/canned-responses`: texts that staff answer with. Those of a key are shared.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page;
use crate::base::{Actor, Capability, Check, Result, Scope, check};
use crate::catalog::canned_response::{
    self, CannedResponse, Change, LONGEST_SHORTCUT, LONGEST_TITLE, NewCannedResponse,
};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByProgram, ByUser};
use crate::dialects::description::words::needing;
use crate::dialects::given::{self, given};
use crate::store::{Conn, Tx};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CannedResponse)]
struct View {
    id: String,
    title: String,
    content: String,
    shortcut: Option<String>,
    is_shared: bool,
}

impl From<CannedResponse> for View {
    fn from(response: CannedResponse) -> Self {
        let CannedResponse { uuid, title, body, shortcut, is_shared, .. } = response;
        Self { id: uuid, title, content: body, shortcut, is_shared }
    }
}

/// The shared canned responses, oldest first.
#[utoipa::path(get, path = "/api/canned-responses", tag = "helpdesk",
    security(("program" = ["settings:read"]), ("program" = ["tickets:read"])), params(page::Asked),
    responses((status = 200, body = Vec<View>)))]
pub async fn list(RawQuery(query): RawQuery, ByProgram(call): ByProgram) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::CannedResponses)?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let found = canned_response::list_after(conn, actor, page.after, page.reach())?;
        page.answer(found, "/api/canned-responses", query.as_deref(), |response| response.id, View::from)
    };
    call.needing(Scope::SettingsRead).or_needing(Scope::TicketsRead).read(read).await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CannedResponseChange)]
struct Asked {
    title: Option<String>,
    content: Option<String>,
    #[serde(default, deserialize_with = "given")]
    shortcut: Option<Option<String>>,
    /// Only when changing, and a person's to say.
    is_shared: Option<bool>,
}

needing!(
    /// A canned response that is to be made.
    NewCannedResponseBody = Asked,
    "title",
    "content"
);

impl Asked {
    fn into_new(self) -> Result<NewCannedResponse> {
        let mut check = Check::default();
        let title = check.take(check::required_line("title", self.title.as_deref(), LONGEST_TITLE));
        let body = check.take(check::required_block("content", self.content.as_deref()));
        let shortcut = self.shortcut.flatten();
        let shortcut = check.take(check::line("shortcut", shortcut.as_deref(), LONGEST_SHORTCUT));
        Ok(NewCannedResponse {
            title: check.need(title)?,
            body: check.need(body)?,
            shortcut: check.need(shortcut)?,
            project: None,
            is_shared: true,
        })
    }

    /// `isShared` is a person's to say: what a key may touch is shared and stays so.
    fn into_change(self, actor: &Actor) -> Result<Change> {
        let mut check = Check::default();
        let title = |text: String| check::required_line("title", Some(&text), LONGEST_TITLE);
        let content = |text: String| check::required_block("content", Some(&text));
        let shortcut = |text: Option<String>| check::line("shortcut", text.as_deref(), LONGEST_SHORTCUT);
        let change = Change {
            title: self.title.and_then(|text| check.take(title(text))),
            body: self.content.and_then(|text| check.take(content(text))),
            shortcut: self.shortcut.map(|text| check.take(shortcut(text)).flatten()),
            project: None,
            is_shared: self.is_shared.filter(|_| actor.grant.is_none()),
        };
        check.done()?;
        Ok(change)
    }
}

/// Make a canned response, which is shared: for the key's project where it has one, else for every project.
#[utoipa::path(post, path = "/api/canned-responses", tag = "helpdesk", security(("program" = ["settings:write"])),
    request_body = NewCannedResponseBody, responses((status = 201, body = View)))]
pub async fn create(ByProgram(call): ByProgram) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::CannedResponses)?;
        let response = canned_response::create(tx, actor, &body.read::<Asked>()?.into_new()?)?;
        answer::created(&View::from(response))
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Change a canned response; what is left out stays, null clears.
#[utoipa::path(patch, path = "/api/canned-responses/{id}", tag = "helpdesk", security(("scope" = ["settings:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Asked, responses((status = 200, body = View)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::CannedResponses)?;
        let response = canned_response::by_uuid(tx, actor, &given::uuid(&id)?)?;
        let change = body.read::<Asked>()?.into_change(actor)?;
        answer::ok(&View::from(canned_response::change(tx, actor, &response, &change)?))
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Delete a canned response.
#[utoipa::path(delete, path = "/api/canned-responses/{id}", tag = "helpdesk", security(("program" = ["settings:write"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByProgram(call): ByProgram) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::CannedResponses)?;
        let response = canned_response::by_uuid(tx, actor, &given::uuid(&id)?)?;
        canned_response::delete(tx, actor, &response)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::SettingsWrite).write(write).await
}
