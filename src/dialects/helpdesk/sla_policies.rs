//! `/api/sla-policies`: what is promised to tickets.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::field::camel;
use super::page;
use crate::base::{Actor, Capability, Check, Error, Result, Scope};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given::{self, given};
use crate::sla::policy::{self, Fields, Given, Policy};
use crate::store::{Conn, Tx};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    id: String,
    name: String,
    project_id: Option<String>,
    priority: &'static str,
    first_response_minutes: i64,
    resolution_minutes: i64,
    business_hours: Option<Value>,
    is_active: bool,
}

impl View {
    fn new(policy: Policy) -> Result<Self> {
        let hours = policy.business_hours.as_deref().map(serde_json::from_str);
        Ok(Self {
            id: policy.uuid,
            name: policy.name,
            project_id: policy.project.map(|(_, uuid)| uuid),
            priority: policy.priority.as_str(),
            first_response_minutes: policy.first_response_minutes,
            resolution_minutes: policy.resolution_minutes,
            business_hours: hours.transpose().map_err(Error::internal)?,
            is_active: policy.is_active,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default, deserialize_with = "given")]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    project_id: Option<Option<String>>,
    priority: Option<String>,
    first_response_minutes: Option<i64>,
    resolution_minutes: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    business_hours: Option<Option<Value>>,
    is_active: Option<bool>,
}

impl From<Asked> for Given {
    fn from(asked: Asked) -> Self {
        Self {
            name: asked.name,
            project: asked.project_id,
            priority: asked.priority,
            first_response_minutes: asked.first_response_minutes,
            resolution_minutes: asked.resolution_minutes,
            business_hours: asked.business_hours,
            is_active: asked.is_active,
        }
    }
}

/// The policies, oldest first; those without a project are for all that have none of their own.
#[utoipa::path(get, path = "/api/sla-policies", tag = "helpdesk", params(
    ("limit" = Option<i64>, Query, description = "1 to 1000, 100 by default"),
    ("cursor" = Option<i64>, Query, description = "from the Link header of the page before")),
    responses((status = 200), (status = 400), (status = 401), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must(Capability::Administer)?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let policies = policy::list_after(conn, actor, page.after, page.reach())?;
        let views = policies.into_iter().map(|policy| Ok((policy.id, View::new(policy)?)));
        let views = views.collect::<Result<Vec<_>>>()?;
        page.answer(views, "/api/sla-policies", query.as_deref(), |(number, _)| *number, |(_, view)| view)
    };
    call.needing(Scope::SettingsRead).read(read).await
}

/// Make a policy for a project and priority, or without `projectId` for all projects that have none of their own.
///
/// `businessHours`: `{"time_zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:30"]]}, "holidays": [{"date":
/// "2026-12-25", "name": "Christmas"}]}`; without them time counts around the clock.
#[utoipa::path(post, path = "/api/sla-policies", tag = "helpdesk", responses((status = 201), (status = 400),
    (status = 401), (status = 403), (status = 409, description = "The project and priority have a policy")))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let fields = Fields::parse(tx, actor, &body.read::<Asked>()?.into(), None).map_err(camel)?;
        answer::created(&View::new(policy::create(tx, actor, &fields)?)?)
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Change a policy; what is left out stays, null clears. Deadlines that were promised stay as they are.
#[utoipa::path(patch, path = "/api/sla-policies/{id}", tag = "helpdesk", params(("id" = String, Path)),
    responses((status = 200), (status = 400), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "The project and priority have another policy")))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must(Capability::Administer)?;
        let policy = policy::by_uuid(tx, actor, &given::uuid(&id)?)?;
        let fields = Fields::parse(tx, actor, &body.read::<Asked>()?.into(), Some(&policy)).map_err(camel)?;
        answer::ok(&View::new(policy::change(tx, actor, &policy, &fields)?)?)
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Delete a policy. Tickets that it promised something keep their deadlines.
#[utoipa::path(delete, path = "/api/sla-policies/{id}", tag = "helpdesk", params(("id" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must(Capability::Administer)?;
        let policy = policy::by_uuid(tx, actor, &given::uuid(&id)?)?;
        policy::delete(tx, actor, &policy)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::SettingsWrite).write(write).await
}
