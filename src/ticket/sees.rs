//! Which tickets an actor may see: the one predicate behind reading, lists, search, reports and events.
//!
//! Admins see all, agents those of the projects they are assigned to, customers their own, a key pair its project's. An
//! agent's `ticket_scope` may narrow that to the groups they are in, or to what they have, and a key to one project. As SQL
//! it reads
//!
//! ```sql
//! (:within is null or t.project_id = :within) and (:all or t.creator_id = :own or t.project_id = :project
//!   or (t.project_id in (select project_id from project_agents where user_id = :agent)
//!     and case (select ticket_scope from users where id = :agent)
//!       when 'all' then true
//!       when 'group' then t.assignee_id = :agent
//!         or t.group_id in (select group_id from group_members where user_id = :agent)
//!       else t.assignee_id = :agent end))
//! ```

use crate::base::{Actor, Result, Role, Who};
use crate::store::{Conn, params};

/// The values of the predicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sees {
    /// Everything.
    pub all: bool,
    /// What this user filed.
    pub own: Option<i64>,
    /// What lies in this project.
    pub project: Option<i64>,
    /// Of all that, only what lies in this project.
    pub within: Option<i64>,
    /// What lies in the projects that this user is assigned to, as far as their scope goes.
    pub agent: Option<i64>,
}

/// How much of an instance an agent works for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every project.
    Everywhere,
    /// At least half of them.
    Widely,
    /// Fewer.
    Locally,
}

impl Sees {
    /// What an actor sees.
    pub fn of(actor: &Actor) -> Self {
        let nothing = Self { within: actor.within(), ..Self::default() };
        match &actor.who {
            Who::System => Self { all: true, ..nothing },
            Who::KeyPair { project, .. } => Self { project: Some(*project), ..nothing },
            Who::Person { user, role, .. } => match role {
                Role::Admin | Role::SuperAdmin => Self { all: true, ..nothing },
                Role::Agent => Self { agent: Some(*user), ..nothing },
                Role::Customer => Self { own: Some(*user), ..nothing },
            },
            Who::Server { .. } | Who::Nobody => nothing,
        }
    }

    /// How many of the projects an agent works for: whoever sees most of the tickets finds them fastest by looking at all.
    pub fn reach(&self, conn: &Conn<'_>) -> Result<Reach> {
        let counted = conn.one(
            "select (select count(*) from projects), (select count(*) from project_agents where user_id = :agent)",
            params! {":agent": self.agent},
            |row| {
                let c = row.columns();
                Ok((c.take::<i64>()?, c.take::<i64>()?))
            },
        )?;
        Ok(match counted {
            Some((all, own)) if own >= all => Reach::Everywhere,
            Some((all, own)) if own * 2 >= all => Reach::Widely,
            _ => Reach::Locally,
        })
    }

    /// Whether an agent sees less than the whole of their projects.
    pub fn is_narrowed(&self, conn: &Conn<'_>) -> Result<bool> {
        let narrowed = conn.one(
            "select ticket_scope <> 'all' as narrowed from users where id = :agent",
            params! {":agent": self.agent},
            |row| row.get("narrowed"),
        )?;
        Ok(self.agent.is_some() && narrowed.unwrap_or_default())
    }
}
