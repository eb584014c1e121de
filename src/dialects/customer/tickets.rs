//! `/v1/tickets`: the caller's own tickets.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Good, good};
use crate::base::check::{required_block, required_line};
use crate::base::{Actor, Check, Error, Result, Time};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{ByPerson, Call};
use crate::dialects::description::words::words;
use crate::dialects::given::{self, number};
use crate::store::Conn;
use crate::ticket::{self, Filter, Message, NewTicket, Source, Status, Ticket};

/// Rows of a page.
const PAGE: i64 = 100;

words! {
    /// Where a ticket stands.
    StatusWord = Status::ALL.map(Status::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketRow)]
struct Row<'t> {
    id: i64,
    subject: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    created_at: String,
    /// The last public message after the first; null before there is one.
    last_reply_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OpenedTicket)]
struct Opened<'t> {
    id: i64,
    subject: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    created_at: String,
}

#[derive(Serialize, ToSchema)]
struct Reply<'m> {
    id: i64,
    message: &'m str,
    /// Whether staff wrote it, other than the ticket's creator.
    is_admin: bool,
    created_at: String,
}

impl<'m> From<&'m Message> for Reply<'m> {
    fn from(message: &'m Message) -> Self {
        Self {
            id: message.id,
            message: &message.body,
            is_admin: message.is_staff,
            created_at: message.created_at.to_seconds(),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
struct Thread<'t> {
    id: i64,
    subject: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    replies: Vec<Reply<'t>>,
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
}

/// The caller's tickets, newest first, 100 at a time.
#[utoipa::path(get, path = "/v1/tickets", tag = "customer", params(
    ("cursor" = Option<i64>, Query, minimum = 1, description = "from the Link header of the page before")),
    responses((status = 200, body = Good<Vec<Row>>)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let asked = given::query::<Asked>(query.as_deref())?;
        let before = number("cursor", asked.cursor.as_deref(), 1..=i64::MAX)?;
        let filter = Filter { before, ..Filter::default() };
        let tickets = ticket::list(conn, &actor.as_customer(), &filter, 0, PAGE + 1)?.tickets;
        let page = tickets.iter().take(PAGE.unsigned_abs() as usize);
        let rows: Vec<Row<'_>> = page
            .map(|ticket| Row {
                id: ticket.id,
                subject: &ticket.subject,
                status: ticket.status.as_str(),
                created_at: ticket.created_at.to_seconds(),
                last_reply_at: ticket.last_reply_at.map(Time::to_seconds),
            })
            .collect();
        let last = rows.last().map(|row| row.id).filter(|_| tickets.len() > rows.len());
        let answer = good(StatusCode::OK, rows)?;
        Ok(match last {
            Some(last) => answer.with_link(format!("</v1/tickets?cursor={last}>; rel=\"next\"")),
            None => answer,
        })
    };
    call.again(call.read(read)).await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewTicket)]
struct New {
    #[schema(value_type = String, max_length = 255)]
    subject: Option<String>,
    /// At most 64 KiB.
    #[schema(value_type = String)]
    message: Option<String>,
}

impl New {
    fn into_new(self) -> Result<NewTicket> {
        let mut check = Check::default();
        let subject = check.take(required_line("subject", self.subject.as_deref(), 255));
        let message = check.take(required_block("message", self.message.as_deref()));
        Ok(NewTicket::new(check.need(subject)?, check.need(message)?, Source::Portal))
    }
}

/// Who calls, as a name for a limit.
async fn caller(call: &Call) -> std::result::Result<String, answer::Failure> {
    call.read(|_, actor| Ok(format!("user {}", actor.user().unwrap_or_default()))).await
}

/// Open a ticket. At most 10 a minute.
#[utoipa::path(post, path = "/v1/tickets", tag = "customer", request_body = New,
    responses((status = 201, body = Good<Opened>), (status = 429)))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    let caller = caller(&call).await?;
    call.spent.take(&call.app().customer_tickets, &caller)?;
    call.write(move |tx, actor, body| {
        let ticket = ticket::open(tx, &actor.as_customer(), &body.read::<New>()?.into_new()?)?;
        let opened = Opened {
            id: ticket.id,
            subject: &ticket.subject,
            status: ticket.status.as_str(),
            created_at: ticket.created_at.to_seconds(),
        };
        good(StatusCode::CREATED, opened)
    })
    .await
}

/// The caller's ticket, unless it is deleted.
fn own(conn: &Conn<'_>, actor: &Actor, id: &str) -> Result<Ticket> {
    ticket::find_live(conn, actor, given::id(id)?)
}

/// A ticket and its whole thread; the first reply is what it was opened with.
#[utoipa::path(get, path = "/v1/tickets/{ticket}", tag = "customer", params(("ticket" = i64, Path)),
    responses((status = 200, body = Good<Thread>)))]
pub async fn show(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let actor = actor.as_customer();
        let ticket = own(conn, &actor, &id)?;
        let messages = ticket::messages(conn, &actor, &ticket)?;
        let thread = Thread {
            id: ticket.id,
            subject: &ticket.subject,
            status: ticket.status.as_str(),
            replies: messages.iter().map(Reply::from).collect(),
        };
        good(StatusCode::OK, thread)
    };
    call.again(call.read(read)).await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewReply)]
struct Text {
    /// At most 64 KiB.
    #[schema(value_type = String)]
    message: Option<String>,
}

/// Reply to an own ticket. At most 10 a minute; a closed one is a conflict.
#[utoipa::path(post, path = "/v1/tickets/{ticket}/reply", tag = "customer", params(("ticket" = i64, Path)),
    request_body = Text, responses((status = 201, body = Good<Reply>), (status = 409, description = "The ticket is closed."),
        (status = 429)))]
pub async fn reply(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let caller = caller(&call).await?;
    call.spent.take(&call.app().customer_replies, &caller)?;
    call.write(move |tx, actor, body| {
        let actor = actor.as_customer();
        let ticket = own(tx, &actor, &id)?;
        let text = required_block("message", body.read::<Text>()?.message.as_deref())?;
        let (ticket, added) = ticket::reply(tx, &actor, &ticket, &text)?;
        let messages = ticket::messages(tx, &actor, &ticket)?;
        let message = messages.iter().find(|message| message.id == added).ok_or_else(Error::not_found)?;
        good(StatusCode::CREATED, Reply::from(message))
    })
    .await
}

#[derive(Serialize, ToSchema)]
struct Done {
    success: bool,
    message: &'static str,
}

/// Close an own ticket; closing a closed one changes nothing.
#[utoipa::path(put, path = "/v1/tickets/{ticket}/close", tag = "customer", params(("ticket" = i64, Path)),
    responses((status = 200, body = Done)))]
pub async fn close(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        let actor = actor.as_customer();
        let ticket = own(tx, &actor, &id)?;
        ticket::set_status(tx, &actor, &ticket, Status::Closed)?;
        answer::ok(&Done { success: true, message: "Ticket closed." })
    })
    .await
}
