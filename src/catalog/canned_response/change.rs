//! Changing a canned response.

use super::create::{folded, must_be_project};
use super::find::{CannedResponse, find};
use crate::audit;
use crate::base::{Actor, Result};
use crate::store::{Tx, params};

/// What may be changed; what is `None` stays, an inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// 1 to 255 characters.
    pub title: Option<String>,
    /// The text, with placeholders.
    pub body: Option<String>,
    /// What people type to get it; 1 to 64 characters.
    pub shortcut: Option<Option<String>>,
    /// The only project that it is for.
    pub project: Option<Option<i64>>,
    /// Whether other staff see it.
    pub is_shared: Option<bool>,
}

/// Changes a canned response: its owner may, and admins.
pub fn change(tx: &Tx<'_>, actor: &Actor, response: &CannedResponse, change: &Change) -> Result<CannedResponse> {
    response.must_be_changeable(actor)?;
    let title = change.title.as_ref().unwrap_or(&response.title);
    let body = change.body.as_ref().unwrap_or(&response.body);
    let shortcut = change.shortcut.as_ref().unwrap_or(&response.shortcut).as_deref();
    let project = change.project.unwrap_or(response.project);
    if project != response.project {
        must_be_project(tx, actor, project)?;
    }
    tx.execute(
        "update canned_responses set title = :title, body = :body, shortcut = :shortcut, project_id = :project,
           is_shared = :shared, folded = :folded
         where id = :id",
        params! {":title": title, ":body": body, ":shortcut": shortcut, ":project": project,
        ":shared": change.is_shared.unwrap_or(response.is_shared), ":folded": folded(title, shortcut, body),
        ":id": response.id},
    )?;
    audit::record(tx, actor, "canned_response_updated", title)?;
    find(tx, actor, response.id)
}
