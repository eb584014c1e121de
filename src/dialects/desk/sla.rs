//! `/api/admin/sla`: what is promised to tickets, for admins.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::view;
use crate::base::{Capability, Error, Result};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given::{self, given};
use crate::sla::policy::{self, Fields, Given, Policy};

/// A policy as this surface shows it.
#[derive(Serialize, ToSchema)]
#[schema(as = SlaPolicy)]
pub struct View {
    id: i64,
    name: String,
    project_id: Option<i64>,
    priority: &'static str,
    first_response_minutes: i64,
    resolution_minutes: i64,
    business_hours: Option<Value>,
    is_active: bool,
    created_at: String,
    updated_at: String,
}

impl View {
    /// Reads back what is stored.
    pub fn new(policy: Policy) -> Result<Self> {
        let hours = policy.business_hours.as_deref().map(serde_json::from_str);
        Ok(Self {
            id: policy.id,
            name: policy.name,
            project_id: policy.project.map(|(project, _)| project),
            priority: view::priority(policy.priority),
            first_response_minutes: policy.first_response_minutes,
            resolution_minutes: policy.resolution_minutes,
            business_hours: hours.transpose().map_err(Error::internal)?,
            is_active: policy.is_active,
            created_at: policy.created_at.to_seconds(),
            updated_at: policy.updated_at.to_seconds(),
        })
    }
}

#[derive(Serialize)]
struct One {
    sla_policy: View,
}

#[derive(Serialize)]
struct All {
    sla_policies: Vec<View>,
}

#[derive(Deserialize)]
struct Query {
    project_id: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "given")]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    project_id: Option<Option<i64>>,
    priority: Option<String>,
    first_response_minutes: Option<i64>,
    resolution_minutes: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    business_hours: Option<Option<Value>>,
    is_active: Option<bool>,
}

impl From<Body> for Given {
    fn from(body: Body) -> Self {
        Self {
            name: body.name,
            project: body.project_id.map(|project| project.map(|project| project.to_string())),
            priority: body.priority,
            first_response_minutes: body.first_response_minutes,
            resolution_minutes: body.resolution_minutes,
            business_hours: body.business_hours,
            is_active: body.is_active,
        }
    }
}

/// Every policy, those for all projects first. `project_id` leaves those of one project alone.
#[utoipa::path(get, path = "/api/admin/sla", tag = "desk", params(("project_id" = Option<i64>, Query)),
    responses((status = 200), (status = 403), (status = 422)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must(Capability::Administer)?;
        let asked: Query = given::query(query.as_deref())?;
        let project = given::number("project_id", asked.project_id.as_deref(), 1..=i64::MAX)?;
        let policies = policy::list(conn, actor, project)?.into_iter();
        answer::ok(&All { sla_policies: policies.map(View::new).collect::<Result<_>>()? })
    })
    .await
}

/// Make a policy for a project, or without `project_id` for all that have none of their own.
///
/// `business_hours`: `{"time_zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:30"]]}, "holidays": [{"date":
/// "2026-12-25", "name": "Christmas"}]}`; without them time counts around the clock.
#[utoipa::path(post, path = "/api/admin/sla", tag = "desk", responses((status = 201), (status = 403),
    (status = 409, description = "The project and priority have a policy"), (status = 422)))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    call.write(|tx, actor, body| {
        actor.must(Capability::Administer)?;
        let fields = Fields::parse(tx, actor, &body.read::<Body>()?.into(), None)?;
        answer::created(&One { sla_policy: View::new(policy::create(tx, actor, &fields)?)? })
    })
    .await
}

/// Change a policy; what is left out stays, null clears. Deadlines that were promised stay as they are.
#[utoipa::path(put, path = "/api/admin/sla/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404),
        (status = 409, description = "The project and priority have another policy"), (status = 422)))]
pub async fn change(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        actor.must(Capability::Administer)?;
        let policy = policy::find(tx, actor, given::id(&id)?)?;
        let fields = Fields::parse(tx, actor, &body.read::<Body>()?.into(), Some(&policy))?;
        answer::ok(&One { sla_policy: View::new(policy::change(tx, actor, &policy, &fields)?)? })
    })
    .await
}

#[derive(Serialize)]
struct Done {
    message: &'static str,
}

/// Delete a policy. Tickets that it promised something keep their deadlines.
#[utoipa::path(delete, path = "/api/admin/sla/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200), (status = 403), (status = 404)))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must(Capability::Administer)?;
        let policy = policy::find(tx, actor, given::id(&id)?)?;
        policy::delete(tx, actor, &policy)?;
        answer::ok(&Done { message: "SLA policy deleted" })
    })
    .await
}
