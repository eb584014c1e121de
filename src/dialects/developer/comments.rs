//! `/v1/tickets/{ticket}/comments`: the conversation.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::id;
use super::tickets::find;
use crate::base::check::{block, required_block};
use crate::base::{Actor, Error, Result, Scope};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{Body, ByProgram};
use crate::store::{Conn, Tx};
use crate::ticket::{self, Kind, Message, Ticket};

#[derive(Serialize, ToSchema)]
#[schema(as = Comment)]
struct View {
    /// `COMM-12345`
    id: String,
    ticket_id: String,
    /// Null where nobody known wrote it.
    author_name: Option<String>,
    content: String,
    /// Whether staff alone read it.
    is_internal: bool,
    created_at: String,
}

impl View {
    fn of(ticket: &Ticket, message: Message) -> Self {
        Self {
            id: id::comment(message.id),
            ticket_id: id::ticket(ticket.id),
            author_name: message.author,
            content: message.body,
            is_internal: message.kind == Kind::Note,
            created_at: message.created_at.to_milliseconds(),
        }
    }
}

/// What was said after the description, as far as the actor may read it.
fn comments(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Vec<Message>> {
    let messages = ticket::messages(conn, actor, ticket)?;
    Ok(messages.into_iter().filter(|message| message.kind != Kind::Description).collect())
}

fn comment(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket, number: i64) -> Result<Message> {
    let found = comments(conn, actor, ticket)?.into_iter().find(|message| message.id == number);
    found.ok_or_else(Error::not_found)
}

#[derive(Serialize, ToSchema)]
#[schema(as = Comments)]
struct List {
    comments: Vec<View>,
}

/// All comments of a ticket, oldest first; internal ones for staff alone.
#[utoipa::path(get, path = "/v1/tickets/{ticket}/comments", tag = "developer", security(("scope" = ["tickets:read"])),
    params(("ticket" = String, Path)), responses((status = 200, body = List), (status = 429)))]
pub async fn list(Path(ticket): Path<String>, ByProgram(call): ByProgram) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let ticket = find(conn, actor, &ticket)?;
        let comments = comments(conn, actor, &ticket)?;
        answer::ok(&List { comments: comments.into_iter().map(|message| View::of(&ticket, message)).collect() })
    };
    call.hourly().needing(Scope::TicketsRead).read(read).await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewComment)]
struct New {
    /// At most 64 KiB.
    #[schema(value_type = String)]
    content: Option<String>,
    /// For staff alone to read; false by default.
    is_internal: Option<bool>,
}

/// Add a comment, in the name of the program's person; a public one of staff counts as their answer.
#[utoipa::path(post, path = "/v1/tickets/{ticket}/comments", tag = "developer", security(("scope" = ["tickets:write"])),
    params(("ticket" = String, Path)), request_body = New,
    responses((status = 201, body = View), (status = 409, description = "The ticket is closed, or an Idempotency-Key is in use."),
        (status = 429)))]
pub async fn create(Path(ticket): Path<String>, ByProgram(call): ByProgram) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        let ticket = find(tx, actor, &ticket)?;
        let new = body.read::<New>()?;
        let is_internal = new.is_internal.unwrap_or_default();
        if is_internal {
            actor.must_be_staff()?;
        }
        let content = required_block("content", new.content.as_deref())?;
        let (ticket, added) = if is_internal {
            ticket::note(tx, actor, &ticket, &content)?
        } else {
            ticket::reply(tx, actor, &ticket, &content)?
        };
        answer::created(&View::of(&ticket, comment(tx, actor, &ticket, added)?))
    };
    call.hourly().needing(Scope::TicketsWrite).write(write).await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = CommentChange)]
struct Changed {
    /// At most 64 KiB; what is left out stays.
    content: Option<String>,
    /// A public comment may become internal, by staff; an internal one never public.
    is_internal: Option<bool>,
}

fn edit(tx: &Tx<'_>, actor: &Actor, ticket: &str, number: &str, body: &Body) -> Result<Answer> {
    let ticket = find(tx, actor, ticket)?;
    let message = comment(tx, actor, &ticket, id::comment_number(number)?)?;
    let sent = body.read::<Changed>()?;
    let content = block("content", sent.content.as_deref())?.unwrap_or_else(|| message.body.clone());
    let is_internal = sent.is_internal.unwrap_or(message.kind == Kind::Note);
    let ticket = ticket::edit(tx, actor, &ticket, &message, &content, is_internal)?;
    answer::ok(&View::of(&ticket, comment(tx, actor, &ticket, message.id)?))
}

/// Edit a comment; its author alone may.
#[utoipa::path(put, path = "/v1/tickets/{ticket}/comments/{comment}", tag = "developer",
    security(("scope" = ["tickets:write"])), params(("ticket" = String, Path), ("comment" = String, Path)),
    request_body = Changed, responses((status = 200, body = View), (status = 429)))]
pub async fn replace(Path((ticket, number)): Path<(String, String)>, ByProgram(call): ByProgram) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| edit(tx, actor, &ticket, &number, body);
    call.hourly().needing(Scope::TicketsWrite).write(write).await
}

/// Edit a comment; the same as `PUT`.
#[utoipa::path(patch, path = "/v1/tickets/{ticket}/comments/{comment}", tag = "developer",
    security(("scope" = ["tickets:write"])), params(("ticket" = String, Path), ("comment" = String, Path)),
    request_body = Changed, responses((status = 200, body = View), (status = 429)))]
pub async fn change(Path((ticket, number)): Path<(String, String)>, ByProgram(call): ByProgram) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| edit(tx, actor, &ticket, &number, body);
    call.hourly().needing(Scope::TicketsWrite).write(write).await
}
