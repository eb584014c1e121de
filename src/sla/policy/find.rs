//! Finding policies, for admins. A key that is narrowed to a project sees its policies, and those for every project.

use crate::base::{Actor, Capability, Error, Priority, Result, Time};
use crate::store::{Conn, Row, params};

/// A policy, with the terms that hold at the moment.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What paths of some surfaces name.
    pub id: i64,
    /// The id that other surfaces show instead.
    pub uuid: String,
    /// What people call it.
    pub name: String,
    /// The only project that it is for, by number and UUID; none: every project without one of its own.
    pub project: Option<(i64, String)>,
    /// The priority that it is for.
    pub priority: Priority,
    /// Minutes to the first answer.
    pub first_response_minutes: i64,
    /// Minutes to the resolution.
    pub resolution_minutes: i64,
    /// The hours in which both are counted, as [`stored`](crate::sla::stored) writes them; none: around the clock.
    pub business_hours: Option<String>,
    /// Whether it stamps tickets.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

impl Policy {
    /// Forbidden to all but admins; to a key also where it is for more than the key's project.
    pub(super) fn must_be_changeable(&self, actor: &Actor) -> Result<()> {
        actor.must(Capability::Administer)?;
        let own = self.project.as_ref().map(|(project, _)| *project);
        if actor.within().is_none_or(|project| own == Some(project)) { Ok(()) } else { Err(Error::forbidden()) }
    }
}

fn read(row: &Row<'_>) -> Result<Policy> {
    let c = row.columns();
    let (id, uuid, name) = (c.take()?, c.take()?, c.take::<Option<String>>()?.unwrap_or_default());
    let (project, project_uuid): (Option<i64>, Option<String>) = (c.take()?, c.take()?);
    let priority: String = c.take()?;
    Ok(Policy {
        id,
        uuid,
        name,
        project: project.zip(project_uuid),
        priority: Priority::parse(&priority).ok_or_else(|| Error::internal(format!("unknown priority {priority}")))?,
        first_response_minutes: c.take()?,
        resolution_minutes: c.take()?,
        business_hours: c.take()?,
        is_active: c.take()?,
        created_at: Time(c.take()?),
        updated_at: Time(c.take()?),
    })
}

/// Every policy, or those of one project alone: first those for every project, the most urgent first.
pub fn list(conn: &Conn<'_>, actor: &Actor, project: Option<i64>) -> Result<Vec<Policy>> {
    actor.must(Capability::Administer)?;
    let mut all = conn.all(
        "select s.id, s.uuid, s.name, p.id, p.uuid, s.priority, t.first_response_minutes, t.resolution_minutes,
           t.business_hours, s.is_active, s.created_at, s.updated_at
         from sla_policies s join sla_terms t on t.id = s.terms_id left join projects p on p.id = s.project_id
         where s.deleted_at is null and (:within is null or s.project_id is null or s.project_id = :within)
           and (:project is null or s.project_id = :project)",
        params! {":within": actor.within(), ":project": project},
        read,
    )?;
    all.sort_by_key(|policy| {
        (policy.project.as_ref().map(|(project, _)| *project), std::cmp::Reverse(policy.priority))
    });
    Ok(all)
}

/// So many policies, oldest first, behind the one with a number.
pub fn list_after(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<Policy>> {
    actor.must(Capability::Administer)?;
    conn.all(
        "select s.id, s.uuid, s.name, p.id, p.uuid, s.priority, t.first_response_minutes, t.resolution_minutes,
           t.business_hours, s.is_active, s.created_at, s.updated_at
         from sla_policies s join sla_terms t on t.id = s.terms_id left join projects p on p.id = s.project_id
         where s.id > :after and s.deleted_at is null
           and (:within is null or s.project_id is null or s.project_id = :within)
         order by s.id limit :limit",
        params! {":within": actor.within(), ":after": after.unwrap_or_default(), ":limit": limit},
        read,
    )
}

/// The policy with this number.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<Policy> {
    actor.must(Capability::Administer)?;
    let found = conn.one(
        "select s.id, s.uuid, s.name, p.id, p.uuid, s.priority, t.first_response_minutes, t.resolution_minutes,
           t.business_hours, s.is_active, s.created_at, s.updated_at
         from sla_policies s join sla_terms t on t.id = s.terms_id left join projects p on p.id = s.project_id
         where s.id = :id and s.deleted_at is null
           and (:within is null or s.project_id is null or s.project_id = :within)",
        params! {":id": id, ":within": actor.within()},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The policy with this UUID.
pub fn by_uuid(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Policy> {
    actor.must(Capability::Administer)?;
    let id =
        conn.one("select id from sla_policies where uuid = :uuid", params! {":uuid": uuid}, |row| row.get("id"))?;
    find(conn, actor, id.ok_or_else(Error::not_found)?)
}
