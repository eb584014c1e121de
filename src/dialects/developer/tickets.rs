//! `/v1/tickets` for programs: filing tickets, reading them, changing them.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::id;
use super::sent::{NewTicketBody, Said, Sent, not_staff};
use crate::base::{Actor, Check, Error, Priority, Result, Scope};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{Body, ByProgram};
use crate::dialects::description::words::words;
use crate::dialects::given::{self, number};
use crate::store::{Conn, Tx};
use crate::ticket::{self, Change, Customer, Filter, NewTicket, Source, Status, Ticket};

words! {
    /// Where a ticket stands.
    StatusWord = Status::ALL.map(Status::as_str);
    /// How much a ticket presses.
    PriorityWord = Priority::ALL.map(Priority::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
struct View {
    /// `TICK-12345`
    id: String,
    title: String,
    description: String,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    /// A slug.
    category: Option<String>,
    tags: Vec<String>,
    customer_email: Option<String>,
    /// As it was given: a date, or a time.
    due_date: Option<String>,
    environment: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
    /// The address of a staff member.
    assigned_to: Option<String>,
    created_at: String,
    updated_at: String,
}

impl View {
    fn of(conn: &Conn<'_>, ticket: Ticket) -> Result<Self> {
        let brief = ticket::brief(conn, &ticket)?;
        Ok(Self {
            id: id::ticket(ticket.id),
            title: ticket.subject,
            description: brief.description,
            status: ticket.status.as_str(),
            priority: ticket.priority.as_str(),
            category: brief.category,
            tags: brief.tags,
            customer_email: ticket.customer.email,
            due_date: ticket.due.map(|due| due.to_string()),
            environment: ticket.environment,
            metadata: ticket.metadata.map(RawValue::from_string).transpose().map_err(Error::internal)?,
            assigned_to: brief.assignee,
            created_at: ticket.created_at.to_milliseconds(),
            updated_at: ticket.updated_at.to_milliseconds(),
        })
    }
}

/// The ticket with this id, as far as the program's person sees it.
pub fn find(conn: &Conn<'_>, actor: &Actor, text: &str) -> Result<Ticket> {
    ticket::find_live(conn, actor, id::ticket_number(text)?)
}

#[derive(Serialize, ToSchema)]
#[schema(as = Tickets)]
struct List {
    tickets: Vec<View>,
    /// For the part that follows; null at the end.
    next_cursor: Option<String>,
}

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// 100 by default.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `next_cursor` of the part before.
    #[param(value_type = Option<i64>, minimum = 1)]
    cursor: Option<String>,
}

/// The tickets that the program's person sees, newest first.
#[utoipa::path(get, path = "/v1/tickets", tag = "developer", security(("scope" = ["tickets:read"])), params(Asked),
    responses((status = 200, body = List), (status = 429)))]
pub async fn list(RawQuery(query): RawQuery, ByProgram(call): ByProgram) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let mut check = Check::default();
        let asked = given::query::<Asked>(query.as_deref())?;
        let limit = check.take(number("limit", asked.limit.as_deref(), 1..=1000)).flatten().unwrap_or(100);
        let before = check.take(number("cursor", asked.cursor.as_deref(), 1..=i64::MAX)).flatten();
        check.done()?;
        let mut tickets = ticket::tickets(conn, actor, &Filter { before, ..Filter::default() }, limit + 1)?;
        let shown = usize::try_from(limit).unwrap_or_default();
        let goes_on = tickets.len() > shown;
        tickets.truncate(shown);
        let next_cursor = tickets.last().filter(|_| goes_on).map(|ticket| ticket.id.to_string());
        let tickets = tickets.into_iter().map(|ticket| View::of(conn, ticket)).collect::<Result<Vec<_>>>()?;
        let link = next_cursor.as_ref().map(|next| format!("</v1/tickets?limit={limit}&cursor={next}>; rel=\"next\""));
        let answer = answer::ok(&List { tickets, next_cursor })?;
        Ok(match link {
            Some(link) => answer.with_link(link),
            None => answer,
        })
    };
    call.hourly().needing(Scope::TicketsRead).read(read).await
}

/// One ticket.
#[utoipa::path(get, path = "/v1/tickets/{ticket}", tag = "developer", security(("scope" = ["tickets:read"])),
    params(("ticket" = String, Path)), responses((status = 200, body = View), (status = 429)))]
pub async fn show(Path(ticket): Path<String>, ByProgram(call): ByProgram) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let ticket = find(conn, actor, &ticket)?;
        answer::ok(&View::of(conn, ticket)?)
    };
    call.hourly().needing(Scope::TicketsRead).read(read).await
}

/// File a ticket, in the key's project or else in the instance's default one.
///
/// Without `customer_email` it belongs to whoever made the key.
#[utoipa::path(post, path = "/v1/tickets", tag = "developer", security(("scope" = ["tickets:write"])), request_body = NewTicketBody,
    responses((status = 201, body = View), (status = 429)))]
pub async fn create(ByProgram(call): ByProgram) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        let sent = body.read::<Sent>()?;
        let mut check = Check::default();
        let Said { mut change, customer } = sent.parse(tx, actor, &mut check);
        let title = check.require("title", change.subject.take());
        let description = check.require("description", change.description.take());
        let (title, description) = (check.need(title)?, check.need(description)?);
        let new = NewTicket {
            priority: change.priority.unwrap_or(Priority::Medium),
            category: change.category.flatten(),
            tags: change.tags.unwrap_or_default(),
            customer: Customer { email: customer.flatten(), ..Customer::default() },
            due: change.due.flatten(),
            environment: change.environment.flatten(),
            metadata: change.metadata.flatten(),
            ..NewTicket::new(title, description, Source::Api)
        };
        let ticket = ticket::open(tx, actor, &new).map_err(|error| error.called(&[("project_id", "project")]))?;
        answer::created(&View::of(tx, ticket)?)
    };
    call.hourly().needing(Scope::TicketsWrite).write(write).await
}

fn apply(tx: &Tx<'_>, actor: &Actor, id: &str, body: &Body) -> Result<Answer> {
    let ticket = find(tx, actor, id)?;
    let mut check = Check::default();
    let Said { change, customer } = body.read::<Sent>()?.parse(tx, actor, &mut check);
    check.done()?;
    let ticket = match (actor.is_staff(), change.status) {
        (true, _) => {
            let ticket = match customer {
                Some(email) => ticket::hand(tx, actor, &ticket, email.as_deref())?,
                None => ticket,
            };
            let worded = |error: Error| if error.fields.contains_key("user_id") { not_staff() } else { error };
            ticket::change(tx, actor, &ticket, &change).map_err(worded)?
        }
        // An application that acts for a customer does what they may: close and reopen.
        (false, Some(status)) if is_status_alone(&change) => ticket::set_status(tx, actor, &ticket, status)?,
        (false, _) => return Err(Error::forbidden()),
    };
    answer::ok(&View::of(tx, ticket)?)
}

fn is_status_alone(change: &Change) -> bool {
    change.subject.is_none()
        && change.description.is_none()
        && change.category.is_none()
        && change.priority.is_none()
        && change.tags.is_none()
        && change.assignee.is_none()
        && change.due.is_none()
        && change.environment.is_none()
        && change.metadata.is_none()
}

/// Change a ticket: what is left out stays.
#[utoipa::path(put, path = "/v1/tickets/{ticket}", tag = "developer", security(("scope" = ["tickets:write"])),
    params(("ticket" = String, Path)), request_body = Sent,
    responses((status = 200, body = View), (status = 429)))]
pub async fn replace(Path(ticket): Path<String>, ByProgram(call): ByProgram) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| apply(tx, actor, &ticket, body);
    call.hourly().needing(Scope::TicketsWrite).write(write).await
}

/// Change a ticket; the same as `PUT`.
#[utoipa::path(patch, path = "/v1/tickets/{ticket}", tag = "developer", security(("scope" = ["tickets:write"])),
    params(("ticket" = String, Path)), request_body = Sent,
    responses((status = 200, body = View), (status = 429)))]
pub async fn change(Path(ticket): Path<String>, ByProgram(call): ByProgram) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| apply(tx, actor, &ticket, body);
    call.hourly().needing(Scope::TicketsWrite).write(write).await
}
