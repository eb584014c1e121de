//! `POST /api/tickets`, `PATCH /api/tickets/{id}`: what a ticket may be made of, and become.

use axum::extract::Path;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::tickets::{filled, live, must_be_let_in, show_it};
use super::view::{AnyTicketPriority, AnyTicketStatus, NAMES, TicketSource, TicketView, priority, status};
use crate::base::check::{block, line, required, required_block, required_line};
use crate::base::{Actor, Check, Error, Priority, Result, Scope};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given::given;
use crate::field::{self, By, Entity, Values};
use crate::store::{Conn, Tx};
use crate::ticket::{self, Change, Due, NewTicket, Source, Status, Ticket};

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewTicket)]
struct New {
    #[schema(value_type = String, max_length = 255)]
    subject: Option<String>,
    /// At most 64 KiB.
    #[schema(value_type = String)]
    description: Option<String>,
    #[schema(value_type = String)]
    customer_id: Option<String>,
    /// The key's project by default, else the instance's.
    project_id: Option<String>,
    /// Open by default.
    #[schema(value_type = Option<AnyTicketStatus>)]
    status: Option<String>,
    /// Medium by default.
    #[schema(value_type = Option<AnyTicketPriority>)]
    priority: Option<String>,
    /// Made where it does not exist.
    category: Option<String>,
    /// Active staff who can see the ticket.
    assignee_id: Option<String>,
    group_id: Option<String>,
    parent_ticket_id: Option<String>,
    linked_ticket_ids: Option<Vec<String>>,
    /// Made where they do not exist.
    tags: Option<Vec<String>>,
    /// By the name of the field.
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<Map<String, Value>>,
    /// `api` by default.
    #[schema(value_type = Option<TicketSource>)]
    source: Option<String>,
    /// A date, or a time.
    #[schema(format = "date or date-time")]
    due_date: Option<String>,
}

fn source(text: &str) -> Result<Source> {
    Source::parse(text).ok_or_else(|| Error::field("source", "The source must be portal, email or api."))
}

fn due(text: Option<&str>) -> Result<Option<Due>> {
    line("dueDate", text, 64)?.map(|text| Due::parse("dueDate", &text)).transpose()
}

/// The numbers of tickets.
fn tickets(conn: &Conn<'_>, uuids: &[String]) -> Result<Vec<i64>> {
    uuids.iter().map(|uuid| ticket::ticket_number(conn, uuid)).collect()
}

impl New {
    /// Whether it says what is for staff to say.
    fn is_for_staff(&self) -> bool {
        let ids = [&self.assignee_id, &self.group_id, &self.parent_ticket_id, &self.status, &self.source];
        ids.into_iter().any(Option::is_some) || self.linked_ticket_ids.is_some()
    }

    fn into_new(self, tx: &Tx<'_>, actor: &Actor) -> Result<NewTicket> {
        let mut check = Check::default();
        let subject = check.take(required_line("subject", self.subject.as_deref(), 255));
        let description = check.take(required_block("description", self.description.as_deref()));
        if actor.is_staff() {
            check.take(required("customerId", filled(self.customer_id.clone())));
        }
        let of =
            |text: Option<String>, find: &dyn Fn(&str) -> Result<i64>| filled(text).map(|id| find(&id)).transpose();
        let priority = filled(self.priority).map_or(Some(Priority::Medium), |text| check.take(priority(&text)));
        let status = filled(self.status).map_or(Some(Status::Open), |text| check.take(status(&text)));
        let source = filled(self.source).map_or(Some(Source::Api), |text| check.take(source(&text)));
        let due = check.take(due(self.due_date.as_deref())).flatten();
        let category = self.category.unwrap_or_default();
        let category = check.take(ticket::category_by_slug(tx, actor, "category", &category)).flatten();
        let tags = check.take(ticket::tags_by_name(tx, actor, "tags", &self.tags.unwrap_or_default()));
        let defined = field::defined(tx, Entity::Ticket)?;
        let fields = Values::begin(&self.custom_fields.unwrap_or_default(), &defined, By::of(actor));
        let fields = check.take(fields);
        let (subject, description) = (check.need(subject)?, check.need(description)?);
        Ok(NewTicket {
            project: of(self.project_id, &|id| ticket::project_number(tx, id))?,
            owner: of(self.customer_id, &|id| ticket::user_number(tx, id))?,
            assignee: of(self.assignee_id, &|id| ticket::user_number(tx, id))?,
            group: of(self.group_id, &|id| ticket::group_number(tx, id))?,
            parent: of(self.parent_ticket_id, &|id| ticket::ticket_number(tx, id))?,
            linked: tickets(tx, &self.linked_ticket_ids.unwrap_or_default())?,
            priority: check.need(priority)?,
            status: check.need(status)?,
            category,
            tags: check.need(tags)?,
            due,
            custom_fields: Some(check.need(fields)?.to_text()),
            ..NewTicket::new(subject, description, check.need(source)?)
        })
    }
}

/// Open a ticket. A category or tag that does not exist yet is made.
#[utoipa::path(post, path = "/api/tickets", tag = "helpdesk",
    security(("program" = ["tickets:write"])),
    request_body = New,
    responses((status = 201, body = TicketView)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        must_be_let_in(actor)?;
        let new = body.read::<New>()?;
        if new.is_for_staff() {
            actor.must_be_staff()?;
        }
        let new = new.into_new(tx, actor)?;
        let ticket = ticket::open(tx, actor, &new).map_err(|error| error.called(NAMES))?;
        answer::created(&TicketView::of(tx, actor, ticket)?)
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TicketChange)]
struct Changes {
    #[schema(max_length = 255)]
    subject: Option<String>,
    /// At most 64 KiB.
    description: Option<String>,
    #[schema(value_type = Option<AnyTicketStatus>)]
    status: Option<String>,
    #[schema(value_type = Option<AnyTicketPriority>)]
    priority: Option<String>,
    #[serde(default, deserialize_with = "given")]
    category: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    assignee_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    group_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    parent_ticket_id: Option<Option<String>>,
    linked_ticket_ids: Option<Vec<String>>,
    tags: Option<Vec<String>>,
    /// By the name of the field; null clears one, what is left out stays.
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<Map<String, Value>>,
    /// A date, or a time.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "date or date-time")]
    due_date: Option<Option<String>>,
}

/// What a field that may be cleared refers to.
fn cleared(given: Option<Option<String>>, find: impl Fn(&str) -> Result<i64>) -> Result<Option<Option<i64>>> {
    given.map(|text| filled(text).map(|id| find(&id)).transpose()).transpose()
}

impl Changes {
    /// The status and the custom fields, where nothing else is to change.
    fn alone(&self) -> (Option<&str>, Option<&Map<String, Value>>) {
        match self {
            Self {
                status,
                custom_fields,
                subject: None,
                description: None,
                priority: None,
                category: None,
                assignee_id: None,
                group_id: None,
                parent_ticket_id: None,
                linked_ticket_ids: None,
                tags: None,
                due_date: None,
            } => (status.as_deref(), custom_fields.as_ref()),
            _ => (None, None),
        }
    }

    fn into_change(self, tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<Change> {
        let mut check = Check::default();
        let category = self.category.map(|text| {
            check.take(ticket::category_by_slug(tx, actor, "category", &text.unwrap_or_default())).flatten()
        });
        let tags = self.tags.map(|tags| check.take(ticket::tags_by_name(tx, actor, "tags", &tags)).unwrap_or_default());
        let due = self.due_date.map(|text| check.take(due(text.as_deref())).flatten());
        let fields = match &self.custom_fields {
            None => None,
            Some(given) => check.take(ticket::filled(tx, actor, ticket, given)),
        };
        let change = Change {
            subject: check.take(line("subject", self.subject.as_deref(), 255)).flatten(),
            description: check.take(block("description", self.description.as_deref())).flatten(),
            status: filled(self.status).and_then(|text| check.take(status(&text))),
            priority: filled(self.priority).and_then(|text| check.take(priority(&text))),
            category,
            tags,
            due,
            custom_fields: fields,
            assignee: cleared(self.assignee_id, |id| ticket::user_number(tx, id))?,
            group: cleared(self.group_id, |id| ticket::group_number(tx, id))?,
            parent: cleared(self.parent_ticket_id, |id| ticket::ticket_number(tx, id))?,
            linked: self.linked_ticket_ids.map(|uuids| tickets(tx, &uuids)).transpose()?,
            ..Change::default()
        };
        check.done()?;
        Ok(change)
    }
}

/// Change a ticket; what is left out stays, null clears what may be empty. `customFields` are merged, `tags` and
/// `linkedTicketIds` replaced. Giving it to somebody moves an open one to in progress, unless `status` is sent too.
#[utoipa::path(patch, path = "/api/tickets/{id}", tag = "helpdesk",
    security(("scope" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    request_body = Changes,
    responses((status = 200, body = TicketView), (status = 409)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        must_be_let_in(actor)?;
        let ticket = live(tx, actor, &id)?;
        let changes = body.read::<Changes>()?;
        let ticket = match changes.alone() {
            // An application that acts for a customer does what they may: close, reopen, fill in what is theirs.
            (Some(text), None) if !actor.is_staff() => ticket::set_status(tx, actor, &ticket, status(text)?)?,
            (None, Some(given)) if !actor.is_staff() => ticket::fill(tx, actor, &ticket, given)?,
            _ => {
                actor.must_be_staff()?;
                let change = changes.into_change(tx, actor, &ticket)?;
                ticket::change(tx, actor, &ticket, &change).map_err(|error| error.called(NAMES))?
            }
        };
        show_it(tx, actor, ticket)
    };
    call.needing(Scope::TicketsWrite).write(write).await
}
