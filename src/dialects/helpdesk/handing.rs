//! Giving a ticket to somebody, or letting it become part of another.

use axum::extract::Path;
use serde::Deserialize;
use utoipa::ToSchema;

use super::tickets::{filled, live, must_be_let_in, named, show_it};
use super::view::{NAMES, TicketView};
use crate::base::check::required;
use crate::base::{Actor, Error, Scope};
use crate::dialects::answer::Answered;
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given::{self, given};
use crate::store::Tx;
use crate::ticket::{self};

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
    security(("program" = ["tickets:write"])),
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

/// Undo the merge of a ticket, at any time: it stands again where it stood before, with what was said to it until then; what
/// was said since stays with the other. Rules on updates hear of both. Answers it; 409 when it was not merged.
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
