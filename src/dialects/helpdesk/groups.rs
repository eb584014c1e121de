//! `/api/agent-groups`: agents by team.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};

use super::page;
use crate::base::{Actor, Capability, Check, Result, Scope, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given::{self, given};
use crate::group::{self, Fields, Group};
use crate::store::{Conn, Tx};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
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

#[derive(Deserialize)]
struct Sent {
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
#[utoipa::path(get, path = "/api/agent-groups", tag = "helpdesk", params(
    ("limit" = Option<i64>, Query, description = "1 to 1000, 100 by default"),
    ("cursor" = Option<i64>, Query, description = "from the Link header of the page before")),
    responses((status = 200), (status = 400), (status = 401), (status = 403)))]
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
#[utoipa::path(get, path = "/api/agent-groups/{id}", tag = "helpdesk", params(("id" = String, Path)),
    responses((status = 200), (status = 401), (status = 403), (status = 404)))]
pub async fn show(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_staff()?;
        answer::ok(&View::from(group::find(conn, actor, &given::uuid(&id)?)?))
    };
    call.needing(Scope::UsersRead).read(read).await
}

/// Make a group; no two have the same `name`, in whatever case.
#[utoipa::path(post, path = "/api/agent-groups", tag = "helpdesk",
    responses((status = 201), (status = 400), (status = 401), (status = 403), (status = 409)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        answer::created(&View::from(group::create(tx, actor, &parse(body, None)?)?))
    };
    call.needing(Scope::UsersWrite).write(write).await
}

/// Change a group; what is left out stays, a null description clears it.
#[utoipa::path(patch, path = "/api/agent-groups/{id}", tag = "helpdesk", params(("id" = String, Path)),
    responses((status = 200), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409)))]
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
#[utoipa::path(delete, path = "/api/agent-groups/{id}", tag = "helpdesk", params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::Administer)?;
        let group = group::find(tx, actor, &given::uuid(&id)?)?;
        group::delete(tx, actor, &group)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::UsersWrite).write(write).await
}
