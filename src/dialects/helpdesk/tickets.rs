//! `/api/tickets`: listing, reading, deleting, bringing back.

use axum::extract::{Path, RawQuery};
use serde::Deserialize;

use super::page;
use super::view::{AnyTicketPriority, AnyTicketStatus, TicketView, priority, status};
use crate::base::check::required;
use crate::base::{Actor, Check, Error, Result, Scope};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given::{self, yes};
use crate::store::{Conn, Tx};
use crate::ticket::{self, Filter, Status, Ticket};

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

/// A text that says something.
pub fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// Whoever a caller names: an API key has to, everybody else speaks for themselves.
pub fn named(actor: &Actor, field: &'static str, uuid: Option<String>) -> Result<Option<String>> {
    let uuid = filled(uuid);
    match &actor.grant {
        Some(grant) if grant.key.is_some() => required(field, uuid).map(Some),
        _ => Ok(uuid),
    }
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
    security(("program" = ["tickets:read"])),
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
    call.needing(Scope::TicketsRead).search(read).await
}

/// A ticket.
#[utoipa::path(get, path = "/api/tickets/{id}", tag = "helpdesk",
    security(("program" = ["tickets:read"])),
    params(("id" = String, Path, format = "uuid")),
    responses((status = 200, body = TicketView)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        must_be_let_in(actor)?;
        show_it(conn, actor, ticket::by_uuid(conn, actor, &given::uuid(&id)?)?)
    };
    call.needing(Scope::TicketsRead).read(read).await
}

/// Delete a ticket for good, archived or not: its conversation, its files, what was searched. Its number is never used
/// again.
#[utoipa::path(delete, path = "/api/tickets/{id}", tag = "helpdesk",
    security(("program" = ["tickets:write"])),
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
    security(("program" = ["tickets:write"])),
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
