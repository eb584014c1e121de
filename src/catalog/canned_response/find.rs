//! Finding one canned response, as far as the actor may see it.
//!
//! Staff see their own and the shared ones, of every project or of those that they work for; admins reach everybody's. A
//! key has none of its own: it sees what is shared, within its project where it has one.

use crate::base::{Actor, Capability, Error, Reach, Result, Time};
use crate::store::{Conn, Row, params};

/// A text to answer with.
#[derive(Clone, Debug)]
pub struct CannedResponse {
    /// What paths of some surfaces name.
    pub id: i64,
    /// The id that other surfaces show instead.
    pub uuid: String,
    /// Whose it is: number and name.
    pub user: (i64, String),
    /// The only project that it is for; none: for every project.
    pub project: Option<i64>,
    /// 1 to 255 characters.
    pub title: String,
    /// The text, with placeholders.
    pub body: String,
    /// What people type to get it; 1 to 64 characters.
    pub shortcut: Option<String>,
    /// Whether other staff see it.
    pub is_shared: bool,
    /// When it was made.
    pub created_at: Time,
}

impl CannedResponse {
    /// Forbidden to all but its owner and admins; to a key also where it is for more than the key's project.
    pub(super) fn must_be_changeable(&self, actor: &Actor) -> Result<()> {
        let reach = actor.reach(Capability::CannedResponses);
        let own = reach == Reach::Own && actor.user() == Some(self.user.0);
        let within = actor.within().is_none_or(|project| self.project == Some(project));
        if within && (own || reach == Reach::All) { Ok(()) } else { Err(Error::forbidden()) }
    }
}

/// Reads a row.
pub(super) fn read(row: &Row<'_>) -> Result<CannedResponse> {
    let c = row.columns();
    Ok(CannedResponse {
        id: c.take()?,
        uuid: c.take()?,
        user: (c.take()?, c.take()?),
        project: c.take()?,
        title: c.take()?,
        body: c.take()?,
        shortcut: c.take()?,
        is_shared: c.take()?,
        created_at: Time(c.take()?),
    })
}

/// Which canned responses an actor sees, as the values of one predicate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sees {
    /// Those of this user.
    pub own: Option<i64>,
    /// Those that are shared in the projects of this user.
    pub agent: Option<i64>,
    /// Those that are shared in any project.
    pub all: bool,
    /// Of all that, only what is for this project.
    pub within: Option<i64>,
}

/// What an actor sees; forbidden to customers.
pub(super) fn sees(actor: &Actor) -> Result<Sees> {
    actor.must(Capability::CannedResponses)?;
    let user = actor.user();
    Ok(Sees {
        own: user.filter(|_| actor.grant.is_none()),
        agent: user,
        all: actor.reach(Capability::CannedResponses) == Reach::All,
        within: actor.within(),
    })
}

/// The canned response with this number.
pub fn find(conn: &Conn<'_>, actor: &Actor, id: i64) -> Result<CannedResponse> {
    let sees = sees(actor)?;
    let found = conn.one(
        "select c.id, c.uuid, c.user_id, u.name, c.project_id, c.title, c.body, c.shortcut, c.is_shared, c.created_at
         from canned_responses c join users u on u.id = c.user_id
         where c.id = :id and (c.user_id = :own or :any or (c.is_shared and (:all or c.project_id is null
             or c.project_id in (select project_id from project_agents where user_id = :agent))))
           and (:within is null or c.project_id is null or c.project_id = :within)",
        params! {":id": id, ":own": sees.own, ":any": sees.all && actor.grant.is_none(), ":all": sees.all,
        ":agent": sees.agent, ":within": sees.within},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// The canned response with this UUID.
pub fn by_uuid(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<CannedResponse> {
    actor.must(Capability::CannedResponses)?;
    let id =
        conn.one("select id from canned_responses where uuid = :uuid", params! {":uuid": uuid}, |row| row.get("id"))?;
    find(conn, actor, id.ok_or_else(Error::not_found)?)
}
