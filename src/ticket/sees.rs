//! Which tickets an actor may see: the one predicate behind reading, lists, search, reports and events.
//!
//! Admins see all, agents those of the projects they are assigned to, customers their own, a key pair its project's. As
//! SQL it reads
//!
//! ```sql
//! (:all or t.creator_id = :own or t.project_id = :project
//!   or t.project_id in (select project_id from project_agents where user_id = :agent))
//! ```

use crate::base::{Actor, Role, Who};

/// The values of the predicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sees {
    /// Everything.
    pub all: bool,
    /// What this user filed.
    pub own: Option<i64>,
    /// What lies in this project.
    pub project: Option<i64>,
    /// What lies in the projects that this user is assigned to.
    pub agent: Option<i64>,
}

impl Sees {
    /// What an actor sees.
    pub fn of(actor: &Actor) -> Self {
        let nothing = Self::default();
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
}
