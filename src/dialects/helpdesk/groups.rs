//! `/api/agent-groups`: agents by team.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page;
use crate::base::{Actor, Capability, Check, Result, Scope, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::description::words::needing;
use crate::dialects::given::{self, given};
use crate::group::{self, Fields, Group};
use crate::store::{Conn, Tx};

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Group)]
struct View {
    id: String,
    name: String,
    description: Option<String>,
    created_at: String,
    updated_at: String,
}

impl From<Group> for View {
    fn from(group: Group) -> Self {
        Self {
            id: group.uuid,
            name: group.name,
            description: group.description,
            created_at: group.created_at.to_milliseconds(),
            updated_at: group.updated_at.to_milliseconds(),
        }
    }
}

needing!(
    /// A group that is to be made.
    NewGroup = Sent,
    "name"
);

#[derive(Deserialize, ToSchema)]
#[schema(as = GroupChange)]
struct Sent {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    description: Option<Option<String>>,
}

fn parse(body: &Body, current: Option<&Group>) -> Result<Fields> {
    let (sent, mut check) = (body.read::<Sent>()?, Check::default());
    let name = match (sent.name, current) {
        (None, Some(group)) => Some(group.name.clone()),
        (name, _) => check.take(check::required_line("name", name.as_deref(), 255)),
    };
    let description = match sent.description {
        None => current.and_then(|group| group.description.clone()),
        Some(text) => check.take(check::block("description", text.as_deref())).flatten(),
    };
    Ok(Fields { name: check.need(name)?, description })
}

/// Groups, oldest first. For all staff; only admins change them.
#[utoipa::path(get, path = "/api/agent-groups", tag = "helpdesk", security(("scope" = ["users:read"])),
    params(page::Asked), responses((status = 200, body = Vec<View>)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_staff()?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let groups = group::page(conn, actor, page.after, page.reach())?;
        page.answer(groups, "/api/agent-groups", query.as_deref(), |group| group.id, View::from)
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// A group.
#[utoipa::path(get, path = "/api/agent-groups/{id}", tag = "helpdesk", security(("scope" = ["users:read"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 200, body = View)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_staff()?;
        answer::ok(&View::from(group::find(conn, actor, &given::uuid(&id)?)?))
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// Make a group; no two have the same `name`, in whatever case.
#[utoipa::path(post, path = "/api/agent-groups", tag = "helpdesk", security(("scope" = ["users:write"])),
    request_body = NewGroup, responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        answer::created(&View::from(group::create(tx, actor, &parse(body, None)?)?))
    };
    call.needing(Scope::UsersWrite).write(write).await
}

/// Change a group; what is left out stays, a null description clears it.
#[utoipa::path(patch, path = "/api/agent-groups/{id}", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Sent, responses((status = 200, body = View), (status = 409)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let group = group::find(tx, actor, &given::uuid(&id)?)?;
        let fields = parse(body, Some(&group))?;
        answer::ok(&View::from(group::change(tx, actor, &group, &fields)?))
    };
    call.needing(Scope::UsersWrite).write(write).await
}

/// Delete a group. Its tickets stay, and belong to none.
#[utoipa::path(delete, path = "/api/agent-groups/{id}", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::Administer)?;
        let group = group::find(tx, actor, &given::uuid(&id)?)?;
        group::delete(tx, actor, &group)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::UsersWrite).write(write).await
}
