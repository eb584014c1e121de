//! `/api/tickets/{id}/replies`, `…/notes`, `…/activities`: what is said about a ticket, and what happens to it.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page;
use super::tickets::{live, must_be_let_in, named};
use super::view::{ActivityView, NoteView, ReplyView};
use crate::base::check::required_block;
use crate::base::{Actor, Check, Error, Result, Scope};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given;
use crate::store::{Conn, Tx};
use crate::ticket::{self, Kind, Message, Ticket};

/// Part of a list that is in memory, and the way to the rest.
fn part<R, V: Serialize>(
    rows: Vec<R>,
    path: &str,
    query: Option<&str>,
    key: impl Fn(&R) -> i64,
    view: impl Fn(R) -> V,
) -> Result<Answer> {
    let mut check = Check::default();
    let page = given::query::<page::Asked>(query)?.parse(&mut check);
    check.done()?;
    let after = page.after.unwrap_or_default();
    let reach = usize::try_from(page.reach()).unwrap_or_default();
    let rows = rows.into_iter().filter(|row| key(row) > after).take(reach).collect();
    page.answer(rows, path, query, key, view)
}

/// The replies of a ticket, oldest first, internal ones too; its description is not among them.
#[utoipa::path(get, path = "/api/tickets/{id}/replies", tag = "helpdesk",
    security(("scope" = ["tickets:read"])),
    params(("id" = String, Path, format = "uuid"), page::Asked),
    responses((status = 200, body = Vec<ReplyView>)))]
pub async fn replies(Path(id): Path<String>, RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        must_be_let_in(actor)?;
        let ticket = live(conn, actor, &id)?;
        let mut messages = ticket::messages(conn, actor, &ticket)?;
        messages.retain(|message| message.kind != Kind::Description);
        let path = format!("/api/tickets/{}/replies", ticket.uuid);
        part(messages, &path, query.as_deref(), |message| message.id, |message| ReplyView::of(&ticket, message))
    };
    call.needing(Scope::TicketsRead).read(read).await
}

/// The internal notes of a ticket, oldest first.
#[utoipa::path(get, path = "/api/tickets/{id}/notes", tag = "helpdesk",
    security(("scope" = ["tickets:read"])),
    params(("id" = String, Path, format = "uuid"), page::Asked),
    responses((status = 200, body = Vec<NoteView>)))]
pub async fn notes(Path(id): Path<String>, RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_staff()?;
        let ticket = live(conn, actor, &id)?;
        let mut messages = ticket::messages(conn, actor, &ticket)?;
        messages.retain(|message| message.kind == Kind::Note);
        let path = format!("/api/tickets/{}/notes", ticket.uuid);
        part(messages, &path, query.as_deref(), |message| message.id, |message| NoteView::of(&ticket, message))
    };
    call.needing(Scope::TicketsRead).read(read).await
}

/// What happened to a ticket, oldest first. What a key did carries its id and name.
#[utoipa::path(get, path = "/api/tickets/{id}/activities", tag = "helpdesk",
    security(("scope" = ["tickets:read"])),
    params(("id" = String, Path, format = "uuid"), page::Asked),
    responses((status = 200, body = Vec<ActivityView>)))]
pub async fn activities(Path(id): Path<String>, RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        must_be_let_in(actor)?;
        let ticket = live(conn, actor, &id)?;
        let trail = ticket::activities(conn, actor, &ticket)?;
        let path = format!("/api/tickets/{}/activities", ticket.uuid);
        part(trail, &path, query.as_deref(), |activity| activity.id, |activity| ActivityView::of(&ticket, activity))
    };
    call.needing(Scope::TicketsRead).read(read).await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewReply)]
struct Said {
    /// Active staff, or the ticket's own customer.
    user_id: Option<String>,
    /// At most 64 KiB.
    #[schema(value_type = String)]
    content: Option<String>,
    /// A note then, which customers never see.
    is_internal: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewNote)]
struct Noted {
    /// Active staff.
    user_id: Option<String>,
    /// At most 64 KiB.
    #[schema(value_type = String)]
    content: Option<String>,
    /// True by default; customers see no note, whatever this says.
    is_private: Option<bool>,
}

/// What was said, and by whom.
fn said(
    conn: &Conn<'_>,
    actor: &Actor,
    ticket: &Ticket,
    user: Option<String>,
    content: Option<&str>,
) -> Result<(String, Actor)> {
    let mut check = Check::default();
    let content = check.take(required_block("content", content));
    let author = named(actor, "userId", user);
    let author = author.and_then(|uuid| ticket::author(conn, actor, ticket, "userId", uuid.as_deref()));
    let author = check.take(author);
    Ok((check.need(content)?, check.need(author)?))
}

fn must_be_staff(author: &Actor) -> Result<()> {
    let refused = || Error::field("userId", "A customer cannot write notes. Name active staff.");
    author.must_be_staff().map_err(|_| refused())
}

fn added(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket, id: i64) -> Result<Message> {
    let messages = ticket::messages(conn, actor, ticket)?;
    messages.into_iter().find(|message| message.id == id).ok_or_else(Error::not_found)
}

/// Reply, or with `isInternal` add a note. `userId` is active staff or the ticket's own customer: a key has to name
/// somebody, a session is the caller's.
#[utoipa::path(post, path = "/api/tickets/{id}/replies", tag = "helpdesk",
    security(("scope" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    request_body = Said,
    responses((status = 201, body = ReplyView), (status = 409, description = "The ticket is closed.")))]
pub async fn reply(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        must_be_let_in(actor)?;
        let ticket = live(tx, actor, &id)?;
        let sent = body.read::<Said>()?;
        let is_internal = sent.is_internal.unwrap_or_default();
        if is_internal {
            actor.must_be_staff()?;
        }
        let (content, author) = said(tx, actor, &ticket, sent.user_id, sent.content.as_deref())?;
        let (ticket, message) = if is_internal {
            must_be_staff(&author)?;
            ticket::note(tx, &author, &ticket, &content)?
        } else {
            ticket::reply(tx, &author, &ticket, &content)?
        };
        answer::created(&ReplyView::of(&ticket, added(tx, actor, &ticket, message)?))
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

/// Add an internal note. `userId` is active staff: a key has to name somebody, a session is the caller's. No customer sees
/// a note, whatever `isPrivate` says.
#[utoipa::path(post, path = "/api/tickets/{id}/notes", tag = "helpdesk",
    security(("scope" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    request_body = Noted,
    responses((status = 201, body = NoteView)))]
pub async fn note(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must_be_staff()?;
        let ticket = live(tx, actor, &id)?;
        let sent = body.read::<Noted>()?;
        let (content, author) = said(tx, actor, &ticket, sent.user_id, sent.content.as_deref())?;
        must_be_staff(&author)?;
        let is_private = sent.is_private.unwrap_or(true);
        let (ticket, message) = ticket::note_said(tx, &author, &ticket, &content, is_private)?;
        answer::created(&NoteView::of(&ticket, added(tx, actor, &ticket, message)?))
    };
    call.needing(Scope::TicketsWrite).write(write).await
}
