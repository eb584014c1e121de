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
}

/// Writes down what happened; answers its id. `content` is a small JSON object of words and ids, never of what people
/// wrote: rows outlive what they are about.
pub fn record(tx: &Tx<'_>, actor: &Actor, kind: Kind, about: &About, content: &str) -> Result<i64> {
    let id = tx.insert(
        "insert into events (at, kind, ticket_id, project_id, server, peer, user_id, by_id, is_internal, content)
         values (:now, :kind, :ticket, :project, :server, :peer, :user, :by, :internal, :content)",
        params! {":now": tx.now().0, ":kind": kind.as_str(), ":ticket": about.ticket, ":project": about.project,
        ":server": about.server, ":peer": about.peer, ":user": about.user, ":by": actor.user(),
        ":internal": about.is_internal, ":content": content},
    )?;
    tx.announce(Event::Happened);
    Ok(id)
}
