//! `/api/tickets`: listing, reading, opening, changing, deleting.

use axum::extract::{Path, RawQuery};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::page;
use super::view::{AnyTicketPriority, AnyTicketStatus, NAMES, TicketSource, TicketView, priority, status};
use crate::base::check::{block, line, required, required_block, required_line};
use crate::base::{Actor, Check, Error, Priority, Result, Scope};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given::{self, given, yes};
use crate::field::{self, By, Entity, Values};
use crate::store::{Conn, Tx};
use crate::ticket::{self, Change, Due, Filter, NewTicket, Source, Status, Ticket};

/// Forbidden to customers' sessions, for which there are other surfaces. A program that acts for a customer comes in, and
/// sees what that customer sees.
pub fn must_be_let_in(actor: &Actor) -> Result<()> {
    if actor.grant.is_some() { Ok(()) } else { actor.must_be_staff() }
}

/// The ticket with this id in the path, unless it is deleted.
pub fn live(conn: &Conn<'_>, actor: &Actor, id: &str) -> Result<Ticket> {
    let ticket = ticket::by_uuid(conn, actor, &given::uuid(id)?)?;
    if ticket.deleted_at.is_some() { Err(Error::not_found()) } else { Ok(ticket) }
}

/// 200 and the ticket.
pub fn show_it(conn: &Conn<'_>, actor: &Actor, ticket: Ticket) -> Result<Answer> {
    answer::ok(&TicketView::of(conn, actor, ticket)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(flatten)]
    page: page::Asked,
    status: Option<String>,
    priority: Option<String>,
    assignee_id: Option<String>,
    group_id: Option<String>,
    customer_id: Option<String>,
    project_id: Option<String>,
    unassigned: Option<String>,
    overdue: Option<String>,
    archived: Option<String>,
    search: Option<String>,
}

/// The number behind an id in a query: that of nothing where there is no such thing.
fn number(
    check: &mut Check,
    field: &'static str,
    text: Option<&String>,
    find: impl Fn(&str) -> Result<i64>,
) -> Option<i64> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    let wrong = |_| Error::field(field, format!("The {field} must be an id such as a list answers."));
    check.take(given::uuid(text).map_err(wrong).and_then(|uuid| find(&uuid)))
}

impl Asked {
    fn parse(&self, conn: &Conn<'_>) -> Result<(Filter, page::Page)> {
        let mut check = Check::default();
        let page = self.page.parse(&mut check);
        let word = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let user = |uuid: &str| ticket::user_number(conn, uuid);
        let filter = Filter {
            status: word(&self.status).and_then(|text| check.take(status(&text))),
            priority: word(&self.priority).and_then(|text| check.take(priority(&text))),
            assignee: number(&mut check, "assigneeId", self.assignee_id.as_ref(), user),
            creator: number(&mut check, "customerId", self.customer_id.as_ref(), user),
            group: number(&mut check, "groupId", self.group_id.as_ref(), |uuid| ticket::group_number(conn, uuid)),
            project: number(&mut check, "projectId", self.project_id.as_ref(), |id| ticket::project_number(conn, id)),
            unassigned: check.take(yes("unassigned", self.unassigned.as_deref())).flatten().unwrap_or_default(),
            overdue: check.take(yes("overdue", self.overdue.as_deref())).flatten().unwrap_or_default(),
            deleted: check.take(yes("archived", self.archived.as_deref())).flatten().unwrap_or_default(),
            search: self.search.clone().filter(|text| !text.trim().is_empty()),
            before: page.after,
            ..Filter::default()
        };
        check.done()?;
        Ok((filter, page))
    }
}

/// The tickets that the caller may see, newest first.
#[utoipa::path(get, path = "/api/tickets", tag = "helpdesk",
    security(("key" = ["tickets:read"])),
    params(page::Asked, ("status" = inline(Option<AnyTicketStatus>), Query), ("priority" = inline(Option<AnyTicketPriority>), Query), ("assigneeId" = Option<String>, Query, format = "uuid"), ("groupId" = Option<String>, Query, format = "uuid"), ("customerId" = Option<String>, Query, format = "uuid"), ("projectId" = Option<String>, Query, format = "uuid"), ("unassigned" = Option<bool>, Query), ("overdue" = Option<bool>, Query, description = "with either SLA breach"), ("archived" = Option<bool>, Query, description = "archived ones instead, for admins"), ("search" = Option<String>, Query, description = "words of subject, number, messages, customer")),
    responses((status = 200, body = Vec<TicketView>)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        must_be_let_in(actor)?;
        let (filter, page) = given::query::<Asked>(query.as_deref())?.parse(conn)?;
        let found = ticket::tickets(conn, actor, &filter, page.reach())?;
        let views = found.into_iter().map(|ticket| Ok((ticket.id, TicketView::of(conn, actor, ticket)?)));
        let views = views.collect::<Result<Vec<_>>>()?;
        page.answer(views, "/api/tickets", query.as_deref(), |(id, _)| *id, |(_, view)| view)
    };
    call.needing(Scope::TicketsRead).read(read).await
}

/// A ticket.
#[utoipa::path(get, path = "/api/tickets/{id}", tag = "helpdesk",
    security(("key" = ["tickets:read"])),
    params(("id" = String, Path, format = "uuid")),
    responses((status = 200, body = TicketView)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        must_be_let_in(actor)?;
        show_it(conn, actor, ticket::by_uuid(conn, actor, &given::uuid(&id)?)?)
    };
    call.needing(Scope::TicketsRead).read(read).await
}

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

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
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
        let category = check.take(ticket::category_by_slug(tx, "category", &category)).flatten();
        let tags = check.take(ticket::tags_by_name(tx, "tags", &self.tags.unwrap_or_default()));
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
    security(("key" = ["tickets:write"])),
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
    fn into_change(self, tx: &Tx<'_>, actor: &Actor, ticket: &Ticket) -> Result<Change> {
        let mut check = Check::default();
        let category = self
            .category
            .map(|text| check.take(ticket::category_by_slug(tx, "category", &text.unwrap_or_default())).flatten());
        let tags = self.tags.map(|tags| check.take(ticket::tags_by_name(tx, "tags", &tags)).unwrap_or_default());
        let due = self.due_date.map(|text| check.take(due(text.as_deref())).flatten());
        let fields = match &self.custom_fields {
            None => None,
            Some(given) => {
                let defined = field::defined(tx, Entity::Ticket)?;
                let merged = Values::parse(&ticket.custom_fields)?.merge(given, &defined, By::of(actor));
                check.take(merged).map(|values| values.to_text())
            }
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
    responses((status = 200, body = TicketView)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        must_be_let_in(actor)?;
        let ticket = live(tx, actor, &id)?;
        actor.must_be_staff()?;
        let change = body.read::<Changes>()?.into_change(tx, actor, &ticket)?;
        let ticket = ticket::change(tx, actor, &ticket, &change).map_err(|error| error.called(NAMES))?;
        show_it(tx, actor, ticket)
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

/// Delete a ticket for good, archived or not: its conversation, its files, what was searched. Its number is never used
/// again.
#[utoipa::path(delete, path = "/api/tickets/{id}", tag = "helpdesk",
    security(("key" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        must_be_let_in(actor)?;
        let ticket = ticket::itself(tx, actor, ticket::ticket_number(tx, &given::uuid(&id)?)?)?;
        ticket::erase(tx, actor, &ticket)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

/// Bring an archived ticket back, and open it again if it is resolved or closed. A ticket that is neither stays as it is.
#[utoipa::path(post, path = "/api/tickets/{id}/restore", tag = "helpdesk",
    security(("key" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    responses((status = 200, body = TicketView)))]
pub async fn restore(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        must_be_let_in(actor)?;
        let mut ticket = ticket::by_uuid(tx, actor, &given::uuid(&id)?)?;
        if ticket.deleted_at.is_some() {
            ticket = ticket::restore(tx, actor, &ticket)?;
        }
        if ticket.status.is_finished() {
            ticket = ticket::set_status(tx, actor, &ticket, Status::Open)?;
        }
        show_it(tx, actor, ticket)
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Assignment)]
struct Assigned {
    /// Null for nobody.
    #[serde(default, deserialize_with = "given")]
    assignee_id: Option<Option<String>>,
}

/// Assign a ticket to somebody who can see it, or with null to nobody.
#[utoipa::path(post, path = "/api/tickets/{id}/assign", tag = "helpdesk",
    security(("key" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    request_body = Assigned,
    responses((status = 200, body = TicketView)))]
pub async fn assign(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        must_be_let_in(actor)?;
        let ticket = live(tx, actor, &id)?;
        actor.must_be_staff()?;
        let to = required("assigneeId", body.read::<Assigned>()?.assignee_id)?;
        let to = to.map(|uuid| ticket::user_number(tx, &uuid)).transpose()?;
        let ticket = ticket::assign(tx, actor, &ticket, to).map_err(|error| error.called(NAMES))?;
        show_it(tx, actor, ticket)
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Picking)]
struct Picked {
    /// A key has to name somebody; a session is the caller's.
    agent_id: Option<String>,
}

/// Take a ticket that nobody has; 409 when somebody has it. A key says for whom, a session is the caller's.
#[utoipa::path(post, path = "/api/tickets/{id}/pick", tag = "helpdesk",
    security(("scope" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    request_body = Picked,
    responses((status = 200, body = TicketView), (status = 409, description = "Somebody has it.")))]
pub async fn pick(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must_be_staff()?;
        let ticket = live(tx, actor, &id)?;
        let agent = named(actor, "agentId", body.read_if_any::<Picked>()?.agent_id)?;
        let agent = ticket::author(tx, actor, &ticket, "agentId", agent.as_deref())?;
        if !agent.is_staff() {
            return Err(Error::field("agentId", "A customer cannot pick tickets. Name active staff."));
        }
        let picked = ticket::pick(tx, &agent, &ticket).map_err(|error| error.called(&[("user_id", "agentId")]))?;
        show_it(tx, actor, picked)
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = Merging)]
struct Merged {
    /// A ticket's id.
    #[schema(value_type = String)]
    into: Option<String>,
}

/// Merge a ticket into another of its project: it closes, and its id and number lead there from now on; the other shows
/// its messages. Answers the other. A merge can be undone.
#[utoipa::path(
    post,
    path = "/api/tickets/{id}/merge",
    tag = "helpdesk",
    security(("scope" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    request_body = Merged,
    responses((status = 200, body = TicketView))
)]
pub async fn merge(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must_be_staff()?;
        let ticket = live(tx, actor, &id)?;
        let into = required("into", filled(body.read::<Merged>()?.into))?;
        let target = ticket::merge(tx, actor, &ticket, ticket::ticket_number(tx, &into)?)?;
        show_it(tx, actor, target)
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

/// Undo the merge of a ticket: it stands again where it stood before. Answers it; 409 when it was not merged.
#[utoipa::path(
    post,
    path = "/api/tickets/{id}/unmerge",
    tag = "helpdesk",
    security(("scope" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    responses((status = 200, body = TicketView), (status = 409, description = "It was not merged."))
)]
pub async fn unmerge(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must_be_staff()?;
        let ticket = ticket::unmerge(tx, actor, &given::uuid(&id)?)?;
        show_it(tx, actor, ticket)
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

/// Whoever a caller names: an API key has to, everybody else speaks for themselves.
pub fn named(actor: &Actor, field: &'static str, uuid: Option<String>) -> Result<Option<String>> {
    let uuid = filled(uuid);
    match &actor.grant {
        Some(grant) if grant.key.is_some() => required(field, uuid).map(Some),
        _ => Ok(uuid),
    }
}
