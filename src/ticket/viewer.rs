//! Which tickets somebody may see, decided in memory: for many who follow along and few changes.
//!
//! It says what the predicate in `sees` says; the tests hold one against the other.

use super::sees::Sees;
use crate::base::{Actor, Result};
use crate::feed::Was;
use crate::person::TicketScope;
use crate::store::{Conn, params};

/// Where a ticket stands, as far as that decides who sees it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The ticket's number.
    pub id: i64,
    /// Its other id.
    pub uuid: String,
    /// `PROJ-2026-00042`.
    pub number: String,
    /// The project's number.
    pub project: i64,
    creator: Option<i64>,
    assignee: Option<i64>,
    group: Option<i64>,
    is_deleted: bool,
}

impl Place {
    /// Where a ticket stood before something happened to it: no more than decides who saw it then.
    pub fn before(id: i64, project: i64, was: &Was) -> Self {
        let (creator, assignee, group) = (was.creator, was.assignee, was.group);
        Self { id, uuid: String::new(), number: String::new(), project, creator, assignee, group, is_deleted: false }
    }
}

/// Where a ticket stands, whoever asks; none when it is gone for good.
pub fn place(conn: &Conn<'_>, id: i64) -> Result<Option<Place>> {
    conn.one(
        "select id, uuid, number, project_id, creator_id, assignee_id, group_id, deleted_at is not null
         from tickets where id = :id",
        params! {":id": id},
        |row| {
            let c = row.columns();
            Ok(Place {
                id: c.take()?,
                uuid: c.take()?,
                number: c.take()?,
                project: c.take()?,
                creator: c.take()?,
                assignee: c.take()?,
                group: c.take()?,
                is_deleted: c.take()?,
            })
        },
    )
}

/// What decides which tickets somebody sees, as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    sees: Sees,
    scope: TicketScope,
    projects: Vec<i64>,
    groups: Vec<i64>,
}

impl Viewer {
    /// What decides for an actor.
    pub fn of(conn: &Conn<'_>, actor: &Actor) -> Result<Self> {
        let sees = Sees::of(actor);
        let mut viewer = Self { sees, scope: TicketScope::All, projects: Vec::new(), groups: Vec::new() };
        let Some(agent) = sees.agent else { return Ok(viewer) };
        let scope: Option<String> =
            conn.one("select ticket_scope from users where id = :agent", params! {":agent": agent}, |row| {
                row.get("ticket_scope")
            })?;
        // Like the predicate: what is not known is the narrowest.
        viewer.scope = scope.as_deref().and_then(TicketScope::parse).unwrap_or(TicketScope::Assigned);
        let numbers = |sql: &str| conn.all(sql, params! {":agent": agent}, |row| row.columns().take());
        viewer.projects = numbers("select project_id from project_agents where user_id = :agent order by project_id")?;
        viewer.groups = numbers("select group_id from group_members where user_id = :agent order by group_id")?;
        Ok(viewer)
    }

    /// Whether they see everything, also what is gone.
    pub fn sees_all(&self) -> bool {
        self.sees.all && self.sees.within.is_none()
    }

    /// Whether they see a ticket.
    pub fn sees(&self, place: &Place) -> bool {
        let sees = &self.sees;
        let is_own = |wanted: Option<i64>, given: Option<i64>| wanted.is_some() && wanted == given;
        if place.is_deleted && !sees.all || sees.within.is_some_and(|within| within != place.project) {
            return false;
        }
        let works_there = || sees.agent.is_some() && self.projects.binary_search(&place.project).is_ok();
        let has_it = || is_own(sees.agent, place.assignee);
        let in_scope = || match self.scope {
            TicketScope::All => true,
            TicketScope::Group => {
                has_it() || place.group.is_some_and(|group| self.groups.binary_search(&group).is_ok())
            }
            TicketScope::Assigned => has_it(),
        };
        sees.all
            || is_own(sees.own, place.creator)
            || sees.project == Some(place.project)
            || works_there() && in_scope()
    }
}
