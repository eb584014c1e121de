//! The canned responses that somebody can choose from: their own and the shared ones.

use super::find::{CannedResponse, read, sees};
use crate::base::{Actor, Result, fold};
use crate::store::{Conn, params};

/// Which canned responses; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Good for tickets of this project: its own, and those for every project.
    pub project: Option<i64>,
    /// Part of the title, the shortcut or the text, in whatever case.
    pub search: Option<String>,
}

/// So many, by title, behind the first `offset`.
pub fn list(conn: &Conn<'_>, actor: &Actor, filter: &Filter, offset: i64, limit: i64) -> Result<Vec<CannedResponse>> {
    let sees = sees(actor)?;
    conn.all(
        "select c.id, c.uuid, c.user_id, u.name, c.project_id, c.title, c.body, c.shortcut, c.is_shared, c.created_at
         from canned_responses c join users u on u.id = c.user_id
         where (c.user_id = :own or (c.is_shared and (:all or c.project_id is null
             or c.project_id in (select project_id from project_agents where user_id = :agent))))
           and (:within is null or c.project_id is null or c.project_id = :within)
           and (:project is null or c.project_id is null or c.project_id = :project)
           and (:search is null or instr(c.folded, :search))
         order by c.folded, c.id limit :limit offset :offset",
        params! {":own": sees.own, ":all": sees.all, ":agent": sees.agent, ":within": sees.within,
        ":project": filter.project, ":search": filter.search.as_deref().map(fold), ":limit": limit,
        ":offset": offset},
        read,
    )
}

/// So many, oldest first, behind the one with a number.
pub fn list_after(conn: &Conn<'_>, actor: &Actor, after: Option<i64>, limit: i64) -> Result<Vec<CannedResponse>> {
    let sees = sees(actor)?;
    conn.all(
        "select c.id, c.uuid, c.user_id, u.name, c.project_id, c.title, c.body, c.shortcut, c.is_shared, c.created_at
         from canned_responses c join users u on u.id = c.user_id
         where c.id > :after and (c.user_id = :own or (c.is_shared and (:all or c.project_id is null
             or c.project_id in (select project_id from project_agents where user_id = :agent))))
           and (:within is null or c.project_id is null or c.project_id = :within)
         order by c.id limit :limit",
        params! {":after": after.unwrap_or_default(), ":own": sees.own, ":all": sees.all, ":agent": sees.agent,
        ":within": sees.within, ":limit": limit},
        read,
    )
}
