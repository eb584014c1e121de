//! `/api/external/tickets/{ticketNumber}`: a ticket with its public conversation, and what its customer says in it.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::base::check::{required, required_block};
use crate::base::{Actor, Check, Error, Kind, Result, Time};
use crate::dialects::answer::{self, Answered};
use crate::dialects::attachments::FileView;
use crate::dialects::call::ByPair;
use crate::dialects::given::customer_email;
use crate::dialects::word::{PriorityWord, StatusWord, priority, status};
use crate::store::Tx;
use crate::ticket::{self, Status, Ticket};

#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
struct MessageView<'t> {
    id: i64,
    body: &'t str,
    from: &'t str,
    is_agent: bool,
    attachments: Vec<FileView<'t>>,
    created_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
struct Whole<'t> {
    ticket_number: &'t str,
    subject: &'t str,
    description: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    category: Option<&'t str>,
    assigned_to: Option<&'t str>,
    customer_name: Option<&'t str>,
    customer_email: Option<&'t str>,
    customer_phone: Option<&'t str>,
    customer_id: Option<&'t str>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<&'t RawValue>,
    messages: Vec<MessageView<'t>>,
    created_at: String,
    resolved_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OneTicket)]
struct One<'t> {
    ticket: Whole<'t>,
}

/// A ticket and its public conversation.
#[utoipa::path(get, path = "/api/external/tickets/{ticketNumber}", tag = "external",
    params(("ticketNumber" = String, Path, description = "PROJ-2026-00042")),
    responses((status = 200, body = One), (status = 403)))]
pub async fn show(Path(number): Path<String>, ByPair(call): ByPair) -> Answered {
    call.read(move |conn, actor| {
        let ticket = ticket::by_number(conn, actor, &number)?;
        let detail = ticket::detail(conn, actor, &ticket)?;
        let (first, rest): (Vec<_>, Vec<_>) =
            detail.messages.iter().partition(|message| message.kind == ticket::Kind::Description);
        let messages = rest.into_iter().map(|message| MessageView {
            id: message.id,
            body: &message.body,
            from: message.author.as_deref().unwrap_or_default(),
            is_agent: message.is_staff,
            attachments: message.attachments.iter().map(FileView::from).collect(),
            created_at: message.created_at.to_seconds(),
        });
        let metadata = ticket.metadata.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        let customer = &ticket.customer;
        answer::ok(&One {
            ticket: Whole {
                ticket_number: &ticket.number,
                subject: &ticket.subject,
                description: first.first().map_or("", |message| &message.body),
                status: status(ticket.status),
                priority: priority(ticket.priority),
                category: detail.category.as_ref().map(|category| category.name.as_str()),
                assigned_to: detail.assignee.as_ref().map(|assignee| assignee.name.as_str()),
                customer_name: customer.name.as_deref(),
                customer_email: customer.email.as_deref(),
                customer_phone: customer.phone.as_deref(),
                customer_id: customer.reference.as_deref(),
                metadata,
                messages: messages.collect(),
                created_at: ticket.created_at.to_seconds(),
                resolved_at: ticket.resolved_at.map(Time::to_seconds),
            },
        })
    })
    .await
}

/// The project's ticket with this number, once the caller has named its customer. Addresses compare without the case of
/// ASCII letters and nothing else, so that none that merely looks alike passes.
fn of_customer(tx: &Tx<'_>, actor: &Actor, number: &str, given: Option<&str>) -> Result<Ticket> {
    let ticket = ticket::by_number(tx, actor, number)?;
    let given = required("customer_email", customer_email(given)?)?;
    match &ticket.customer.email {
        Some(email) if email.eq_ignore_ascii_case(&given) => Ok(ticket),
        _ => Err(Error::new(Kind::Forbidden, "The customer_email is not that of this ticket's customer.")),
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewReply)]
struct Text {
    /// At most 64 KiB.
    #[schema(value_type = String)]
    body: Option<String>,
    /// Must be that of the ticket.
    #[schema(value_type = String)]
    customer_email: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AddedReply)]
struct Replied<'t> {
    message_id: i64,
    ticket: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
}

/// Add the customer's reply.
///
/// It reopens a ticket that waits for the customer or is resolved; one that is closed is a conflict.
#[utoipa::path(post, path = "/api/external/tickets/{ticketNumber}/reply", tag = "external",
    params(("ticketNumber" = String, Path)),
    request_body = Text, responses((status = 201, body = Replied),
        (status = 403, description = "The address is not that of the ticket's customer."),
        (status = 409, description = "The ticket is closed.")))]
pub async fn reply(Path(number): Path<String>, ByPair(call): ByPair) -> Answered {
    call.write(move |tx, actor, body| {
        ticket::by_number(tx, actor, &number)?;
        let given = body.read::<Text>()?;
        let mut check = Check::default();
        let text = check.take(required_block("body", given.body.as_deref()));
        let ticket = check.take(of_customer(tx, actor, &number, given.customer_email.as_deref()));
        let (text, ticket) = (check.need(text)?, check.need(ticket)?);
        let (ticket, message_id) = ticket::reply(tx, actor, &ticket, &text)?;
        answer::created(&Replied { message_id, ticket: &ticket.number, status: status(ticket.status) })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
struct Closing {
    /// Must be that of the ticket.
    #[schema(value_type = String)]
    customer_email: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ClosedTicket)]
struct Closed<'t> {
    message: &'static str,
    ticket: &'t str,
}

/// Close a ticket for its customer; closing a closed one changes nothing.
#[utoipa::path(post, path = "/api/external/tickets/{ticketNumber}/close", tag = "external",
    params(("ticketNumber" = String, Path)),
    request_body = Closing, responses((status = 200, body = Closed),
        (status = 403, description = "The address is not that of the ticket's customer.")))]
pub async fn close(Path(number): Path<String>, ByPair(call): ByPair) -> Answered {
    call.write(move |tx, actor, body| {
        ticket::by_number(tx, actor, &number)?;
        let given = body.read::<Closing>()?;
        let ticket = of_customer(tx, actor, &number, given.customer_email.as_deref())?;
        let ticket = ticket::set_status(tx, actor, &ticket, Status::Closed)?;
        answer::ok(&Closed { message: "Ticket closed", ticket: &ticket.number })
    })
    .await
}
