//! `/api/admin/projects`: making and changing projects, and who works for them; `/api/projects`: which to file into.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::done::Done;
use super::page::{Asked, Paginated};
use super::view::RoleWord;
use super::{key_pairs, sla};
use crate::base::{Actor, Check, Error, Result, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::description::words::needing;
use crate::dialects::given::{self, given};
use crate::project::{self, Agent, Fields, Filter, Given, Listed, Project, key_pair};
use crate::sla::policy;
use crate::store::Conn;

#[derive(Clone, Deserialize, ToSchema)]
#[schema(as = ProjectChange)]
struct Body {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    support_email: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    website_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    timezone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    settings: Option<Option<Value>>,
    is_active: Option<bool>,
    /// Whether tickets go here that come without a project.
    is_default: Option<bool>,
}

needing!(
    /// A project that is to be made.
    NewProject = Body,
    "name"
);

impl From<Body> for Given {
    fn from(body: Body) -> Self {
        let Body { name, description, support_email, website_url, timezone, settings, .. } = body;
        Self { name, description, support_email, website_url, timezone, settings }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Project)]
struct View {
    id: i64,
    /// By which rules and applications know it.
    uuid: String,
    name: String,
    slug: String,
    /// What its tickets' numbers begin with.
    ticket_prefix: String,
    description: Option<String>,
    support_email: Option<String>,
    website_url: Option<String>,
    /// As the IANA names it.
    timezone: &'static str,
    #[schema(value_type = Object)]
    settings: Value,
    is_active: bool,
    is_default: bool,
    created_at: String,
    updated_at: String,
}

impl View {
    fn new(project: Project) -> Result<Self> {
        Ok(Self {
            settings: serde_json::from_str(&project.settings).map_err(Error::internal)?,
            timezone: project.timezone.name(),
            created_at: project.created_at.to_seconds(),
            updated_at: project.updated_at.to_seconds(),
            id: project.id,
            uuid: project.uuid,
            name: project.name,
            slug: project.slug,
            ticket_prefix: project.prefix,
            description: project.description,
            support_email: project.support_email,
            website_url: project.website_url,
            is_active: project.is_active,
            is_default: project.is_default,
        })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectRow)]
struct Row {
    #[serde(flatten)]
    project: View,
    tickets_count: i64,
    agents_count: i64,
}

impl Row {
    fn new(listed: Listed) -> Result<Self> {
        let project = View::new(listed.project)?;
        Ok(Self { project, tickets_count: listed.tickets, agents_count: listed.agents })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = WholeProject)]
struct Whole {
    #[serde(flatten)]
    project: View,
    agents: Vec<Member>,
    sla_policies: Vec<sla::View>,
    api_keys: Vec<key_pairs::View>,
}

impl Whole {
    fn new(conn: &Conn<'_>, actor: &Actor, project: Project) -> Result<Self> {
        let pairs = key_pair::list(conn, actor, &project)?;
        let policies = policy::list(conn, actor, Some(project.id))?.into_iter();
        Ok(Self {
            agents: project::agents(conn, &project)?.into_iter().map(Member::from).collect(),
            sla_policies: policies.map(sla::View::new).collect::<Result<_>>()?,
            api_keys: pairs.into_iter().map(|pair| key_pairs::View::new(pair, conn.now())).collect(),
            project: View::new(project)?,
        })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectMember)]
struct Member {
    id: i64,
    name: String,
    email: String,
    #[schema(value_type = RoleWord)]
    role: &'static str,
    is_lead: bool,
}

impl From<Agent> for Member {
    fn from(agent: Agent) -> Self {
        let Agent { id, name, email, role, is_lead } = agent;
        Self { id, name, email, role: role.as_str(), is_lead }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = One<T>)]
struct Wrapped<T> {
    project: T,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OpenProject)]
struct Open {
    id: i64,
    name: String,
    slug: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OpenProjects)]
struct AllOpen {
    projects: Vec<Open>,
}

#[derive(Deserialize)]
struct Query {
    search: Option<String>,
    active: Option<String>,
    #[serde(flatten)]
    asked: Asked,
}

/// The active projects that the caller may file a ticket into.
#[utoipa::path(get, path = "/api/projects", tag = "desk", responses((status = 200, body = AllOpen)))]
pub async fn open(ByPerson(call): ByPerson) -> Answered {
    call.read(|conn, actor| {
        let projects = project::open_to(conn, actor)?;
        let open = |project: Project| Open { id: project.id, name: project.name, slug: project.slug };
        answer::ok(&AllOpen { projects: projects.into_iter().map(open).collect() })
    })
    .await
}

/// Every project, by name.
#[utoipa::path(get, path = "/api/admin/projects", tag = "desk",
    params(("search" = Option<String>, Query, description = "Part of the name or the slug"),
        ("active" = Option<bool>, Query), Asked),
    responses((status = 200, body = Paginated<Row>), (status = 403)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must_be_admin()?;
        let asked: Query = given::query(query.as_deref())?;
        let mut check = Check::default();
        let page = asked.asked.parse(&mut check);
        let active = check.take(given::yes("active", asked.active.as_deref())).flatten();
        let search = check.take(check::line("search", asked.search.as_deref(), 255)).flatten();
        check.done()?;
        let filter = Filter { search, active };
        let (listed, total) = project::list(conn, actor, &filter, page.offset(), page.size)?;
        let rows = listed.into_iter().map(Row::new).collect::<Result<Vec<_>>>()?;
        Paginated::new(rows, page, total).answer("/api/admin/projects", query.as_deref())
    })
    .await
}

/// Make a project. Its slug and the prefix of its ticket numbers come from the name and never change.
#[utoipa::path(post, path = "/api/admin/projects", tag = "desk", request_body = NewProject,
    responses((status = 201, body = Wrapped<View>)))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    call.write(|tx, actor, body| {
        actor.must_be_admin()?;
        let fields = Fields::parse(&body.read::<Body>()?.into(), None)?;
        answer::created(&Wrapped { project: View::new(project::create(tx, actor, &fields)?)? })
    })
    .await
}

/// A project with its agents, its own SLA policies and its key pairs.
#[utoipa::path(get, path = "/api/admin/projects/{project}", tag = "desk", params(("project" = i64, Path)),
    responses((status = 200, body = Wrapped<Whole>), (status = 403)))]
pub async fn show(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must_be_admin()?;
        let project = project::find(conn, actor, given::id(&id)?)?;
        answer::ok(&Wrapped { project: Whole::new(conn, actor, project)? })
    })
    .await
}

/// Change a project; what is left out stays, null clears. `is_active: false` takes it out of use, `is_default: true` makes
/// it the one where tickets go that come without a project.
#[utoipa::path(put, path = "/api/admin/projects/{project}", tag = "desk", params(("project" = i64, Path)),
    request_body = Body, responses((status = 200, body = Wrapped<View>),
        (status = 409, description = "The default project would not be active, or there would be none.")))]
pub async fn change(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        actor.must_be_admin()?;
        let project = project::find(tx, actor, given::id(&id)?)?;
        let body = body.read::<Body>()?;
        let (is_active, is_default) = (body.is_active, body.is_default);
        let fields = Fields::parse(&body.into(), Some(&project))?;
        let project = project::change(tx, actor, &project, &fields, is_active, is_default)?;
        answer::ok(&Wrapped { project: View::new(project)? })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
struct Assignment {
    #[schema(value_type = i64)]
    user_id: Option<i64>,
    is_lead: Option<bool>,
}

/// Let a member of staff work for a project; once more changes at most who leads.
#[utoipa::path(post, path = "/api/admin/projects/{project}/agents", tag = "desk", params(("project" = i64, Path)),
    request_body = Assignment, responses((status = 200, body = Done)))]
pub async fn assign(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        actor.must_be_admin()?;
        let project = project::find(tx, actor, given::id(&id)?)?;
        let assignment = body.read::<Assignment>()?;
        let user = check::required("user_id", assignment.user_id)?;
        project::assign(tx, actor, &project, user, assignment.is_lead)?;
        Done::answer("Agent assigned to project")
    })
    .await
}

/// End that a member of staff works for a project; once more changes nothing.
#[utoipa::path(delete, path = "/api/admin/projects/{project}/agents/{user}", tag = "desk",
    params(("project" = i64, Path), ("user" = i64, Path)), responses((status = 200, body = Done)))]
pub async fn remove(Path((id, user)): Path<(String, String)>, ByPerson(call): ByPerson) -> Answered {
    call.even_when_full()
        .write(move |tx, actor, _| {
            actor.must_be_admin()?;
            let project = project::find(tx, actor, given::id(&id)?)?;
            project::remove(tx, actor, &project, given::id(&user)?)?;
            Done::answer("Agent removed from project")
        })
        .await
}
