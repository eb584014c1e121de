//! Sharing a credential.

use serde_json::{Value, json};

use super::{Credential, place, read};
use crate::audit;
use crate::base::{Actor, Error, Result, Time, id};
use crate::store::{Tx, params};
use crate::ticket::Ticket;
use crate::ticket::activity::{self, Happened};

/// What it takes to share a credential.
#[derive(Clone)]
pub struct NewCredential {
    /// What it opens: 1 to 64 characters.
    pub kind: String,
    /// A JSON object with something in it.
    pub values: Value,
    /// What else its reader should know.
    pub notes: Option<String>,
    /// When it goes.
    pub expires_at: Time,
}

impl std::fmt::Debug for NewCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCredential").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Seals a credential beside a ticket. Whoever sees the ticket may share one; reading it is for the assignee alone.
pub fn keep(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, new: &NewCredential) -> Result<Credential> {
    let uuid = id::new_uuid(tx.now());
    let text = zeroize::Zeroizing::new(json!({"credentials": new.values, "notes": new.notes}).to_string());
    let place = place::fill(tx, &uuid, text.as_bytes())?;
    let id = tx.insert(
        "insert into credentials (uuid, ticket_id, type, place_id, user_id, created_at, expires_at)
         values (:uuid, :ticket, :type, :place, :user, :now, :expires)",
        params! {":uuid": uuid, ":ticket": ticket.id, ":type": new.kind, ":place": place, ":user": actor.user(),
        ":now": tx.now().0, ":expires": new.expires_at.0},
    )?;
    let what = Happened { to: Some(&new.kind), internal: true, ..Happened::new("credential_shared") };
    activity::record(tx, actor, ticket.id, &what)?;
    audit::record(tx, actor, "credential_shared", &ticket.number)?;
    let kept = tx.one(
        "select id, uuid, type, expires_at, created_at from credentials where id = :id",
        params! {":id": id},
        read,
    )?;
    kept.ok_or_else(|| Error::internal("a credential vanished"))
}
