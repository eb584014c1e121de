//! Adding a row.

use super::Kind;
use crate::base::{Actor, Event, Result};
use crate::store::{Tx, params};

/// What something that happened is about, by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// A ticket.
    pub ticket: Option<i64>,
    /// The ticket's project.
    pub project: Option<i64>,
    /// A VPN server.
    pub server: Option<i64>,
    /// A device.
    pub peer: Option<i64>,
    /// A user: whom it is about, or whose device.
    pub user: Option<i64>,
    /// Whether customers never learn of it.
    pub is_internal: bool,
    /// Where the ticket stood before, when it may go out of somebody's sight by this.
    pub was: Option<Was>,
}

/// What decides, beside its project, who saw a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Was {
    /// The user whose it was.
    pub creator: Option<i64>,
    /// Who had it.
    pub assignee: Option<i64>,
    /// The group that had it.
    pub group: Option<i64>,
}

/// Writes down what happened; answers its id. `content` is a small JSON object of words and ids, never of what people
/// wrote: rows outlive what they are about.
pub fn record(tx: &Tx<'_>, actor: &Actor, kind: Kind, about: &About, content: &str) -> Result<i64> {
    let was = about.was.unwrap_or_default();
    let id = tx.insert(
        "insert into events (at, kind, ticket_id, project_id, server, peer, user_id, by_id, is_internal, content, is_moved,
           was_creator_id, was_assignee_id, was_group_id)
         values (:now, :kind, :ticket, :project, :server, :peer, :user, :by, :internal, :content, :moved, :creator,
           :assignee, :group)",
        params! {":now": tx.now().0, ":kind": kind.as_str(), ":ticket": about.ticket, ":project": about.project,
        ":server": about.server, ":peer": about.peer, ":user": about.user, ":by": actor.user(),
        ":internal": about.is_internal, ":content": content, ":moved": about.was.is_some(),
        ":creator": was.creator, ":assignee": was.assignee, ":group": was.group},
    )?;
    tx.announce(Event::Happened);
    Ok(id)
}
