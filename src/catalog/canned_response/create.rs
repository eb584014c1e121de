//! Making a canned response.

use super::find::{CannedResponse, find};
use crate::audit;
use crate::base::{Actor, Capability, Error, Result, fold, id};
use crate::store::{Conn, Tx, params};

/// What it takes to make a canned response.
#[derive(Clone, Debug)]
pub struct NewCannedResponse {
    /// 1 to 255 characters.
    pub title: String,
    /// The text, with placeholders.
    pub body: String,
    /// What people type to get it; 1 to 64 characters.
    pub shortcut: Option<String>,
    /// The only project that it is for.
    pub project: Option<i64>,
    /// Whether other staff see it. What a key makes is always shared.
    pub is_shared: bool,
}

/// Makes a canned response of the actor's own; a key that is narrowed to a project makes it for that one. Staff alone may.
pub fn create(tx: &Tx<'_>, actor: &Actor, new: &NewCannedResponse) -> Result<CannedResponse> {
    actor.must(Capability::CannedResponses)?;
    let owner = actor.user().ok_or_else(Error::forbidden)?;
    let project = new.project.or(actor.within());
    must_be_project(tx, actor, project)?;
    let id = tx.insert(
        "insert into canned_responses (uuid, user_id, project_id, title, body, shortcut, is_shared, folded, created_at)
         values (:uuid, :user, :project, :title, :body, :shortcut, :shared, :folded, :now)",
        params! {":uuid": id::new_uuid(tx.now()), ":user": owner, ":project": project, ":title": new.title,
        ":body": new.body, ":shortcut": new.shortcut, ":shared": new.is_shared || actor.grant.is_some(),
        ":folded": folded(&new.title, new.shortcut.as_deref(), &new.body), ":now": tx.now().0},
    )?;
    audit::record(tx, actor, "canned_response_created", &new.title)?;
    find(tx, actor, id)
}

/// What is searched, the title first so that it also sorts.
pub(super) fn folded(title: &str, shortcut: Option<&str>, body: &str) -> String {
    fold(&format!("{title}\n{}\n{body}", shortcut.unwrap_or_default()))
}

/// Whether the actor works for a project: one that does not exist or is none of theirs is an error of its field.
pub(super) fn must_be_project(conn: &Conn<'_>, actor: &Actor, project: Option<i64>) -> Result<()> {
    let Some(project) = project else { return Ok(()) };
    let found = conn.one(
        "select 1 from projects where id = :project and (:within is null or id = :within)
           and (:all or id in (select project_id from project_agents where user_id = :agent))",
        params! {":project": project, ":within": actor.within(), ":all": actor.is_admin(), ":agent": actor.user()},
        |_| Ok(()),
    )?;
    found.ok_or_else(|| Error::field("project_id", "There is no such project."))
}
