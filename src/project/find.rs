//! Finding projects: admins see all, agents those assigned to them, customers what they may file into, a key pair its own.

use chrono_tz::Tz;

use crate::base::{Actor, Error, Result, Role, Time, Who, check};
use crate::store::{Conn, Row, params};

/// A project.
#[derive(Clone, Debug)]
pub struct Project {
    /// What other tables refer to.
    pub id: i64,
    /// The id that some surfaces show instead.
    pub uuid: String,
    /// For people.
    pub name: String,
    /// Lower-case words joined by `-`; never changes.
    pub slug: String,
    /// Four letters or digits that open every ticket number; never changes.
    pub prefix: String,
    /// For people.
    pub description: Option<String>,
    /// Where customers of the project write to.
    pub support_email: Option<String>,
    /// http or https.
    pub website_url: Option<String>,
    /// Decides the year in a ticket's number.
    pub timezone: Tz,
    /// Whatever the project's admins keep here: a JSON object.
    pub settings: String,
    /// Whether it takes new tickets.
    pub is_active: bool,
    /// Whether tickets go here that come without a project: true of exactly one.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// A project, and how much is in it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The project.
    pub project: Project,
    /// Tickets that are not deleted.
    pub tickets: i64,
    /// Staff assigned to it.
    pub agents: i64,
}

/// Which projects are asked for; `None` is all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of the name or the slug, without case.
    pub search: Option<String>,
    /// Whether they take new tickets.
    pub active: Option<bool>,
}

/// Which projects an actor may see, as the values of one predicate:
/// `(:all or projects.id = :own or (:files and projects.is_active) or projects.id in (select project_id from
/// project_agents where user_id = :agent))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sees {
    /// Every project.
    pub all: bool,
    /// Those that this user is assigned to.
    pub agent: Option<i64>,
    /// Those that are active: a customer may file into each.
    pub files: bool,
    /// This one.
    pub own: Option<i64>,
}

/// Which projects the actor may see.
pub fn sees(actor: &Actor) -> Sees {
    let none = Sees { all: false, agent: None, files: false, own: None };
    match &actor.who {
        Who::System => Sees { all: true, ..none },
        Who::Person { user, role, .. } => match role {
            Role::SuperAdmin | Role::Admin => Sees { all: true, ..none },
            Role::Agent => Sees { agent: Some(*user), ..none },
            Role::Customer => Sees { files: true, ..none },
        },
        Who::KeyPair { project, .. } => Sees { own: Some(*project), ..none },
        Who::Server { .. } | Who::Nobody => none,
    }
}

fn read(row: &Row<'_>) -> Result<Project> {
    Ok(Project {
        id: row.get("id")?,
        uuid: row.get("uuid")?,
        name: row.get("name")?,
        slug: row.get("slug")?,
        prefix: row.get("prefix")?,
        description: row.get("description")?,
        support_email: row.get("support_email")?,
        website_url: row.get("website_url")?,
        timezone: row.get::<String>("timezone")?.parse().map_err(Error::internal)?,
        settings: row.get("settings")?,
        is_active: row.get("is_active")?,
        is_default: row.get("is_default")?,
        created_at: Time(row.get("created_at")?),
        updated_at: Time(row.get("updated_at")?),
    })
}

/// The project with this number, as far as the actor may see it.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Project> {
    let sees = sees(actor);
    let found = conn.one(
        "select id, uuid, name, slug, prefix, description, support_email, website_url, timezone, settings, is_active,
           is_default, created_at, updated_at
         from projects
         where id = :id and (:all or projects.id = :own or (:files and projects.is_active) or projects.id in
           (select project_id from project_agents where user_id = :agent))",
        params! {":id": id, ":all": sees.all, ":own": sees.own, ":files": sees.files, ":agent": sees.agent},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The active projects that the actor may see, by name: those to file a ticket into.
pub fn open_to(conn: &Conn<'_>, actor: &Actor) -> Result<Vec<Project>> {
    let sees = sees(actor);
    conn.all(
        "select id, uuid, name, slug, prefix, description, support_email, website_url, timezone, settings, is_active,
           is_default, created_at, updated_at
         from projects
         where is_active and (:all or projects.id = :own or (:files and projects.is_active) or projects.id in
           (select project_id from project_agents where user_id = :agent))
         order by lower(name), id",
        params! {":all": sees.all, ":own": sees.own, ":files": sees.files, ":agent": sees.agent},
        read,
    )
}

/// So many of the projects that the actor may see, by name, behind the first `offset`; and how many there are in all.
pub fn list(conn: &Conn<'_>, actor: &Actor, filter: &Filter, offset: i64, limit: i64) -> Result<(Vec<Listed>, i64)> {
    let sees = sees(actor);
    let search = filter.search.as_ref().map(|text| text.to_lowercase());
    // A slug is in lower case whatever the script, the engine's `lower` is for ASCII only.
    let slug = search.as_deref().map(check::slug).filter(|slug| !slug.is_empty());
    let total = conn.one(
        "select count(*) as n from projects
         where (:all or projects.id = :own or (:files and projects.is_active) or projects.id in
             (select project_id from project_agents where user_id = :agent))
           and (:active is null or is_active = :active)
           and (:search is null or instr(lower(name), :search) or instr(slug, :slug))",
        params! {":all": sees.all, ":own": sees.own, ":files": sees.files, ":agent": sees.agent,
        ":active": filter.active, ":search": search, ":slug": slug},
        |row| row.get("n"),
    )?;
    let listed = conn.all(
        "select id, uuid, name, slug, prefix, description, support_email, website_url, timezone, settings, is_active,
           is_default, created_at, updated_at,
           coalesce((select tickets from ticket_totals where project_id = projects.id and status = ''), 0) as tickets,
           (select count(*) from project_agents join users on users.id = project_agents.user_id
            where project_agents.project_id = projects.id and users.deleted_at is null
              and users.role <> 'customer') as agents
         from projects
         where (:all or projects.id = :own or (:files and projects.is_active) or projects.id in
             (select project_id from project_agents where user_id = :agent))
           and (:active is null or is_active = :active)
           and (:search is null or instr(lower(name), :search) or instr(slug, :slug))
         order by lower(name), id limit :limit offset :offset",
        params! {":all": sees.all, ":own": sees.own, ":files": sees.files, ":agent": sees.agent,
        ":active": filter.active, ":search": search, ":slug": slug, ":limit": limit, ":offset": offset},
        |row| Ok(Listed { project: read(row)?, tickets: row.get("tickets")?, agents: row.get("agents")? }),
    )?;
    Ok((listed, total.unwrap_or_default()))
}
