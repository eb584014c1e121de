//! The projects that somebody works for.

use super::Person;
use crate::base::{Capability, Reach, Result};
use crate::store::{Conn, params};

/// A project by name.
#[derive(Clone, Debug)]
pub struct ProjectName {
    /// Its number.
    pub id: i64,
    /// For people.
    pub name: String,
    /// For addresses.
    pub slug: String,
}

/// The projects assigned to an agent; for admins every active one besides, as they work for all; none for customers.
pub fn projects(conn: &Conn<'_>, person: &Person) -> Result<Vec<ProjectName>> {
    let reach = Capability::Triage.reach(person.role);
    if reach == Reach::Nothing {
        return Ok(Vec::new());
    }
    conn.all(
        "select id, name, slug from projects
         where (:all and is_active = 1) or id in (select project_id from project_agents where user_id = :user)
         order by name, id",
        params! {":all": reach == Reach::All, ":user": person.id},
        |row| Ok(ProjectName { id: row.get("id")?, name: row.get("name")?, slug: row.get("slug")? }),
    )
}
