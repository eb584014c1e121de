//! Which staff work for a project.

use super::Project;
use crate::audit;
use crate::base::{Actor, Error, Result, Role};
use crate::store::{Conn, Tx, params};

/// A member of staff who works for a project.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The user's number.
    pub id: i64,
    /// For people.
    pub name: String,
    /// As the user spells it.
    pub email: String,
    /// Agent or above.
    pub role: Role,
    /// Whether they lead.
    pub is_lead: bool,
}

/// Who works for a project, by name.
pub fn agents(conn: &Conn<'_>, project: &Project) -> Result<Vec<Agent>> {
    conn.all(
        "select users.id, users.name, users.email, users.role, project_agents.is_lead
         from project_agents join users on users.id = project_agents.user_id
         where project_agents.project_id = :project and users.deleted_at is null and users.role <> 'customer'
         order by lower(users.name), users.id",
        params! {":project": project.id},
        |row| {
            let role: String = row.get("role")?;
            Ok(Agent {
                id: row.get("id")?,
                name: row.get("name")?,
                email: row.get("email")?,
                role: Role::parse(&role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?,
                is_lead: row.get("is_lead")?,
            })
        },
    )
}

/// Lets a member of staff work for a project. Done twice it changes at most who leads, and without `is_lead` nothing.
pub fn assign(tx: &Tx<'_>, actor: &Actor, project: &Project, user: i64, is_lead: Option<bool>) -> Result<()> {
    actor.must_be_admin()?;
    let email = tx.one(
        "select email from users where id = :user and role <> 'customer' and is_active = 1 and deleted_at is null",
        params! {":user": user},
        |row| row.get::<String>("email"),
    )?;
    let Some(email) = email else {
        return Err(Error::field("user_id", "It must be the id of an active agent or admin."));
    };
    let changed = tx.execute(
        "insert into project_agents (project_id, user_id, is_lead, created_at)
         values (:project, :user, coalesce(:is_lead, 0), :now)
         on conflict (user_id, project_id) do update set is_lead = :is_lead
         where :is_lead is not null and is_lead <> :is_lead",
        params! {":project": project.id, ":user": user, ":is_lead": is_lead, ":now": tx.now().0},
    )?;
    match changed {
        0 => Ok(()),
        _ => audit::record(tx, actor, "project_agent_added", &format!("{}/{email}", project.slug)),
    }
}

/// Ends that a user works for a project: from then on an agent sees nothing of it. Of somebody who does not, it changes
/// nothing; a user who never was is not found.
pub fn remove(tx: &Tx<'_>, actor: &Actor, project: &Project, user: i64) -> Result<()> {
    actor.must_be_admin()?;
    let email =
        tx.one("select email from users where id = :user", params! {":user": user}, |row| row.get::<String>("email"))?;
    let email = email.ok_or_else(Error::not_found)?;
    let gone = tx.execute(
        "delete from project_agents where user_id = :user and project_id = :project",
        params! {":user": user, ":project": project.id},
    )?;
    match gone {
        0 => Ok(()),
        _ => audit::record(tx, actor, "project_agent_removed", &format!("{}/{email}", project.slug)),
    }
}
