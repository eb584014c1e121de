//! `/v1/tickets` for programs: filing tickets, reading them, changing them.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::id;
use crate::base::check::{block, line, required_block, required_line};
use crate::base::{Actor, Check, Error, Priority, Result, Role, Scope, check};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{Body, ByProgram};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::{self, given, number};
use crate::person::{self, Email};
use crate::store::{Conn, Tx};
use crate::ticket::{self, Change, Customer, Due, Filter, NewTicket, Source, Status, Ticket};

words! {
    /// Where a ticket stands.
    StatusWord = Status::ALL.map(Status::as_str);
    /// How much a ticket presses.
    PriorityWord = Priority::ALL.map(Priority::as_str);
    /// The status, in any surface's spelling.
    AnyStatus = ["open", "in_progress", "pending", "pending_customer", "resolved", "closed"];
    /// The priority, in any surface's spelling.
    AnyPriority = ["low", "medium", "high", "urgent", "critical"];
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

/// What is said of a ticket. What is left out stays as it is; null clears.
#[derive(Deserialize, ToSchema)]
#[schema(as = TicketChange)]
struct Sent {
    #[schema(max_length = 255)]
    title: Option<String>,
    /// At most 64 KiB.
    description: Option<String>,
    /// Of a ticket that is there; a new one is open.
    #[schema(value_type = Option<AnyStatus>)]
    status: Option<String>,
    /// Of a ticket that is there: the address of a staff member who can see it; null gives it back.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    assigned_to: Option<Option<String>>,
    /// Medium by default.
    #[schema(value_type = Option<AnyPriority>)]
    priority: Option<String>,
    /// One that does not exist yet is made; read back as a slug.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    category: Option<Option<String>>,
    /// Those that do not exist yet are made.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    tags: Option<Option<Vec<String>>>,
    /// Whom it is for; without one, whoever made the key. Never a staff member.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    customer_email: Option<Option<String>>,
    /// A date or a time, past ones too.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "date or date-time")]
    due_date: Option<Option<String>>,
    /// `production`
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    environment: Option<Option<String>>,
    /// At most 64 KiB.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Option<Value>>,
}

needing! {
    /// What a ticket is filed with.
    NewTicketBody = Sent, "title", "description"
}

fn is_word(text: &str) -> bool {
    !text.trim().is_empty()
}

fn priority(text: &str) -> Result<Priority> {
    let wrong = || Error::field("priority", "The priority must be low, medium, high or urgent.");
    Priority::parse(text).ok_or_else(wrong)
}

fn status(text: &str) -> Result<Status> {
    let wrong = || Error::field("status", "The status must be open, in_progress, pending, resolved or closed.");
    Status::parse(text).ok_or_else(wrong)
}

/// A customer's address. Who may sign in as staff is never made a customer by their address alone.
fn customer(conn: &Conn<'_>, text: &str) -> Result<String> {
    let email = Email::parse(text).map_err(|error| error.called(&[("email", "customer_email")]))?;
    let is_staff = person::by_email(conn, email.as_str())?.is_some_and(|person| person.role >= Role::Agent);
    if is_staff {
        return Err(Error::field("customer_email", "This address belongs to a staff member, not to a customer."));
    }
    Ok(email.as_str().to_owned())
}

/// The number of the staff member with this address; whether they can have the ticket, the ticket's own verb says.
fn staff(conn: &Conn<'_>, email: &str) -> Result<i64> {
    let found = person::by_email(conn, email)?.filter(|person| person.role >= Role::Agent);
    found.map(|person| person.id).ok_or_else(not_staff)
}

fn not_staff() -> Error {
    Error::field("assigned_to", "There is no staff member with this address who can see the ticket.")
}

/// A field that may be left out, cleared or set: what is set is parsed, and blank clears.
fn each<T>(
    check: &mut Check,
    field: Option<Option<String>>,
    parse: impl FnOnce(&str) -> Result<T>,
) -> Option<Option<T>> {
    match field?.filter(|text| is_word(text)) {
        Some(text) => check.take(parse(text.trim())).map(Some),
        None => Some(None),
    }
}

/// [`Sent`], checked: every field as it will be written, and whom the ticket is for.
struct Said {
    change: Change,
    customer: Option<Option<String>>,
}

impl Sent {
    /// Reads every field; all that is wrong is told at once. Categories and tags that do not exist yet are made.
    fn parse(self, tx: &Tx<'_>, actor: &Actor, check: &mut Check) -> Said {
        let word = |text: Option<String>| text.filter(|text| is_word(text));
        let mut change = Change {
            subject: check.take(line("title", self.title.as_deref(), 255)).flatten(),
            description: check.take(block("description", self.description.as_deref())).flatten(),
            status: word(self.status).and_then(|text| check.take(status(&text))),
            priority: word(self.priority).and_then(|text| check.take(priority(&text))),
            assignee: each(check, self.assigned_to, |email| staff(tx, email)),
            due: each(check, self.due_date, |text| Due::parse("due_date", text)),
            environment: self.environment.and_then(|text| check.take(line("environment", text.as_deref(), 64))),
            ..Change::default()
        };
        // Customers file for themselves.
        let named = self.customer_email.filter(|_| actor.is_staff());
        let customer = each(check, named, |email| customer(tx, email));
        change.metadata = self.metadata.and_then(|metadata| match metadata.filter(|value| !value.is_null()) {
            Some(value) => check.take(check::object("metadata", &value)).map(Some),
            None => Some(None),
        });
        if let Some(tags) = self.tags {
            change.tags = check.take(ticket::tags_by_name(tx, "tags", &tags.unwrap_or_default()));
        }
        if let Some(category) = self.category {
            let made = ticket::category_by_slug(tx, "category", category.as_deref().unwrap_or_default());
            change.category = check.take(made);
        }
        Said { change, customer }
    }
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
        check.take(required_line("title", sent.title.as_deref(), 255));
        check.take(required_block("description", sent.description.as_deref()));
        let Said { change, customer } = sent.parse(tx, actor, &mut check);
        check.done()?;
        let (title, description) = (change.subject.unwrap_or_default(), change.description.unwrap_or_default());
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
