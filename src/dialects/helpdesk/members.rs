//! `/api/agent-groups/{id}/members`: who is in a group.

use axum::extract::{Path, RawQuery};
use serde::Deserialize;
use utoipa::ToSchema;

use super::page;
use super::user::View;
use crate::base::{Actor, Capability, Check, Error, Kind, Scope, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given;
use crate::field::{self, Entity};
use crate::group;
use crate::person;
use crate::store::{Conn, Tx};

/// The staff in a group, oldest first, as users. For all staff.
#[utoipa::path(get, path = "/api/agent-groups/{id}/members", tag = "helpdesk", security(("scope" = ["users:read"])),
    params(("id" = String, Path, format = "uuid"), page::Asked), responses((status = 200, body = Vec<View>)))]
pub async fn list(Path(id): Path<String>, RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_staff()?;
        let group = group::find(conn, actor, &given::uuid(&id)?)?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let members = person::members(conn, actor, group.id, page.after, page.reach())?;
        let path = format!("/api/agent-groups/{}/members", group.uuid);
        let defined = field::defined(conn, Entity::Contact)?;
        page.answer(members, &path, query.as_deref(), |person| person.id, |person| View::of(person, &defined))
    };
    call.needing(Scope::UsersRead).read(read).await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewMember)]
struct Sent {
    #[schema(value_type = String, format = "uuid")]
    user_id: Option<String>,
}

/// Add active staff to a group by `userId`; answers the user, 200 where they are in it already.
#[utoipa::path(post, path = "/api/agent-groups/{id}/members", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Sent,
    responses((status = 200, body = View), (status = 201, body = View)))]
pub async fn add(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let group = group::find(tx, actor, &given::uuid(&id)?)?;
        let user = check::required_line("userId", body.read::<Sent>()?.user_id.as_deref(), 64)?;
        let person = given::uuid(&user).and_then(|uuid| person::find_uuid(tx, actor, &uuid));
        let person = person.map_err(|error| match error.kind {
            Kind::NotFound => Error::field("userId", "There is no such user."),
            _ => error,
        })?;
        let is_new = group::add(tx, actor, &group, &person)?;
        let view = View::of(person, &*field::defined(tx, Entity::Contact)?);
        if is_new { answer::created(&view) } else { answer::ok(&view) }
    };
    call.needing(Scope::UsersWrite).write(write).await
}

/// Take somebody out of a group, by their user id.
#[utoipa::path(delete, path = "/api/agent-groups/{id}/members/{member}", tag = "helpdesk", security(("scope" = ["users:write"])),
    params(("id" = String, Path, format = "uuid"), ("member" = String, Path, format = "uuid")),
    responses((status = 204)))]
pub async fn remove(Path((id, member)): Path<(String, String)>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::Administer)?;
        let group = group::find(tx, actor, &given::uuid(&id)?)?;
        let person = person::find_uuid(tx, actor, &given::uuid(&member)?)?;
        group::remove(tx, actor, &group, &person)?;
        Ok(answer::nothing())
    };
    call.even_when_full().needing(Scope::UsersWrite).write(write).await
}
