//! `/api/tickets`: listing, reading, opening, changing, deleting.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::done::Done;
use super::page::{self, Paginated};
use super::view::{AnyPriority, AnyStatus, FieldView, Row, Whole, parse_priority, parse_status};
use crate::base::check::{line, required_block, required_line};
use crate::base::clock::{DAY, MINUTE};
use crate::base::{Actor, Capability, Check, Error, Priority, Result, Time};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::form::Shape;
use crate::dialects::given::{self, customer_email, metadata, number, yes};
use crate::dialects::upload::BySender;
use crate::field::{self, By, Entity, Values};
use crate::store::Conn;
use crate::ticket::{self, Customer, Filter, NewTicket, Source, Ticket};

/// How far ahead deadlines are looked for at most, in minutes.
const FARTHEST: i64 = 30 * DAY / MINUTE;

/// A ticket, in its wrapper.
#[derive(Serialize, ToSchema)]
#[schema(as = OneTicket)]
pub struct One<'t> {
    ticket: Whole<'t>,
}

/// The whole ticket as the actor sees it: what every change answers.
pub fn shown(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Vec<u8>> {
    let detail = ticket::detail(conn, actor, ticket)?;
    let (values, defined) = (Values::parse(&ticket.custom_fields)?, field::defined(conn, Entity::Ticket)?);
    let fields = FieldView::all(&values, &defined, By::of(actor));
    let one = One { ticket: Whole::of(ticket, &detail, fields, actor.is_staff())? };
    serde_json::to_vec(&one).map_err(Error::internal)
}

/// 200 and the whole ticket.
pub fn show_it(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Answer> {
    Ok(answer::of_type("application/json", shown(conn, actor, ticket)?))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(flatten)]
    page: page::Asked,
    status: Option<String>,
    priority: Option<String>,
    project_id: Option<String>,
    category_id: Option<String>,
    assigned_to: Option<String>,
    unassigned: Option<String>,
    overdue: Option<String>,
    unfinished: Option<String>,
    due_within: Option<String>,
    deleted: Option<String>,
    search: Option<String>,
}

impl Asked {
    fn parse(&self, now: Time) -> Result<(Filter, page::Page)> {
        let mut check = Check::default();
        let page = self.page.parse(&mut check);
        let word = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let id = |check: &mut Check, field, text: &Option<String>| {
            check.take(number(field, text.as_deref(), 1..=i64::MAX)).flatten()
        };
        let flag = |check: &mut Check, field, text: &Option<String>| {
            check.take(yes(field, text.as_deref())).flatten().unwrap_or_default()
        };
        let due_within = check.take(number("due_within", self.due_within.as_deref(), 1..=FARTHEST)).flatten();
        let filter = Filter {
            status: word(&self.status).and_then(|text| check.take(parse_status(&text))),
            priority: word(&self.priority).and_then(|text| check.take(parse_priority(&text))),
            project: id(&mut check, "project_id", &self.project_id),
            category: id(&mut check, "category_id", &self.category_id),
            assignee: id(&mut check, "assigned_to", &self.assigned_to),
            unassigned: flag(&mut check, "unassigned", &self.unassigned),
            overdue: flag(&mut check, "overdue", &self.overdue),
            unfinished: flag(&mut check, "unfinished", &self.unfinished),
            due: due_within.map(|minutes| now..=now.plus(minutes * MINUTE)),
            deleted: flag(&mut check, "deleted", &self.deleted),
            search: self.search.clone().filter(|text| !text.trim().is_empty()),
            ..Filter::default()
        };
        check.done()?;
        Ok((filter, page))
    }
}

/// The tickets that the caller may see, newest first. A total beyond 1,000 filtered rows (200 found by words) is a lower
/// bound.
#[utoipa::path(get, path = "/api/tickets", tag = "desk", params(
    page::Asked, ("status" = inline(Option<AnyStatus>), Query), ("priority" = inline(Option<AnyPriority>), Query), ("project_id" = Option<i64>, Query),
    ("category_id" = Option<i64>, Query), ("assigned_to" = Option<i64>, Query), ("unassigned" = Option<bool>, Query),
    ("overdue" = Option<bool>, Query, description = "with either SLA breach"),
    ("unfinished" = Option<bool>, Query, description = "neither resolved nor closed"),
    ("due_within" = Option<i64>, Query, minimum = 1, maximum = 43200,
        description = "with a clock that runs out within so many minutes; what is due first comes first"),
    ("deleted" = Option<bool>, Query, description = "deleted ones instead, for admins"),
    ("search" = Option<String>, Query, description = "words of subject, number, messages, customer; the last one may be unfinished")),
    responses((status = 200, body = Paginated<Row>)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let (filter, page) = given::query::<Asked>(query.as_deref())?.parse(conn.now())?;
        let found = ticket::list(conn, actor, &filter, page.offset(), page.size)?;
        let rows = found.tickets.iter().map(Row::from).collect();
        Paginated::new(rows, page, found.total).answer("/api/tickets", query.as_deref())
    };
    call.again(call.search(read)).await
}

/// The whole ticket: messages, trail, deadlines. Notes are there for staff alone.
#[utoipa::path(get, path = "/api/tickets/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = One)))]
pub async fn show(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let ticket = ticket::find(conn, actor, given::id(&id)?)?;
        show_it(conn, actor, &ticket)
    };
    call.again(call.read(read)).await
}

/// What opens a ticket.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewTicket)]
pub struct Body {
    #[schema(value_type = i64)]
    project_id: Option<i64>,
    #[schema(value_type = String, max_length = 255)]
    subject: Option<String>,
    /// At most 64 KiB.
    #[schema(value_type = String)]
    description: Option<String>,
    /// Medium by default.
    #[schema(value_type = Option<AnyPriority>)]
    priority: Option<String>,
    category_id: Option<i64>,
    tags: Option<Vec<i64>>,
    customer_name: Option<String>,
    customer_email: Option<String>,
    customer_phone: Option<String>,
    /// At most 64 KiB.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
}

impl Body {
    /// Checks every field.
    pub fn into_new(self) -> Result<NewTicket> {
        let mut check = Check::default();
        let required = || Error::field("project_id", "The project id field is required.");
        let project = check.take(self.project_id.ok_or_else(required));
        let subject = check.take(required_line("subject", self.subject.as_deref(), 255));
        let description = check.take(required_block("description", self.description.as_deref()));
        let priority = self.priority.filter(|text| !text.trim().is_empty());
        let priority = priority.map_or(Some(Priority::Medium), |text| check.take(parse_priority(&text)));
        let email = check.take(customer_email(self.customer_email.as_deref())).flatten();
        let customer = Customer {
            name: check.take(line("customer_name", self.customer_name.as_deref(), 255)).flatten(),
            email,
            phone: check.take(line("customer_phone", self.customer_phone.as_deref(), 64)).flatten(),
            reference: None,
        };
        let metadata = check.take(metadata(self.metadata.as_deref())).flatten();
        Ok(NewTicket {
            project,
            priority: check.need(priority)?,
            category: self.category_id,
            tags: self.tags.unwrap_or_default(),
            customer,
            metadata,
            ..NewTicket::new(check.need(subject)?, check.need(description)?, Source::Portal)
        })
    }
}

/// The same as a form, with up to ten files of up to 10 MiB. Lists are `tags[]`; metadata is JSON, or `metadata[key]`.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewTicketForm)]
#[allow(dead_code, reason = "a form is read as if it were JSON: this describes it")]
struct TicketForm {
    #[serde(flatten)]
    fields: Body,
    #[serde(rename = "attachments[]")]
    #[schema(value_type = Option<Vec<String>>, format = Binary, max_items = 10)]
    attachments: Option<Vec<String>>,
}

/// How the fields of a form are read.
const FORM: Shape = Shape { numbers: &["project_id", "category_id"], lists: &["tags"], objects: &["metadata"] };

/// Open a ticket, with JSON or a form with files. Customers file for themselves: their own name and address stand on it.
#[utoipa::path(post, path = "/api/tickets", tag = "desk",
    request_body(content((Body = "application/json"), (TicketForm = "multipart/form-data"))),
    responses((status = 201, body = One), (status = 429)))]
pub async fn create(BySender(upload): BySender) -> Answered {
    let call = upload.receive(&FORM, |_, actor| actor.must(Capability::CreateTickets)).await?;
    let quota = call.app().settings.attachment_quota();
    call.write(move |tx, actor, body| {
        let ticket = ticket::open(tx, actor, &body.read::<Body>()?.into_new()?)?;
        ticket::attach(tx, actor, &ticket, ticket::description(tx, &ticket)?, body.files(), quota)?;
        Ok(Answer { status: axum::http::StatusCode::CREATED, ..show_it(tx, actor, &ticket)? })
    })
    .await
}

/// Delete a ticket so that it can be restored within 30 days.
#[utoipa::path(delete, path = "/api/tickets/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = Done), (status = 403)))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        let ticket = ticket::itself_live(tx, actor, given::id(&id)?)?;
        ticket::delete(tx, actor, &ticket)?;
        Done::answer("Ticket deleted")
    })
    .await
}

/// Bring a deleted ticket back.
#[utoipa::path(post, path = "/api/tickets/{id}/restore", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = One), (status = 403)))]
pub async fn restore(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        let ticket = ticket::find(tx, actor, given::id(&id)?)?;
        let ticket = ticket::restore(tx, actor, &ticket)?;
        show_it(tx, actor, &ticket)
    })
    .await
}
