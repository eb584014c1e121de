//! Who sees what of the feed, decided in memory.

use std::sync::Arc;

use super::told::{Told, What};
use crate::access::session;
use crate::base::{Actor, Result, Time};
use crate::feed::{Kind, Noun};
use crate::store::{Conn, params};
use crate::ticket::{Place, Viewer};

/// Somebody with a session, and what decides what they see, as it was at one moment.
#[derive(Clone, Debug)]
pub struct Eye {
    /// Who they are.
    pub actor: Actor,
    /// When their session ends.
    pub ends: Time,
    /// The version of everybody's rights at that moment.
    pub rights: i64,
    tickets: Viewer,
}

impl Eye {
    /// Looks anew at somebody who asked a while ago; an error of the kind Unauthenticated once their session has ended.
    pub fn of(conn: &Conn<'_>, asked: &Actor) -> Result<Self> {
        let (actor, ends) = session::again(conn, asked)?;
        Ok(Self { tickets: Viewer::of(conn, &actor)?, rights: rights(conn)?, actor, ends })
    }

    /// What they hear of something: itself where they could read it; where it took a ticket out of their sight, that alone.
    pub fn hears(&self, told: &Arc<Told>) -> Option<Arc<Told>> {
        if self.sees(told) {
            return Some(told.clone());
        }
        let seen = |place: &Option<Place>| place.as_ref().is_some_and(|place| self.tickets.sees(place));
        if seen(&told.was) && !seen(&told.place) { told.gone() } else { None }
    }

    /// Whether they see other tickets than they did as that eye.
    pub fn differs(&self, other: &Self) -> bool {
        self.tickets != other.tickets
    }

    /// Whether they may hear of something: what they could read, and nothing else.
    pub fn sees(&self, told: &Told) -> bool {
        let actor = &self.actor;
        match &told.what {
            // Those are told to whom they are meant for, one by one.
            What::Gone { .. } | What::Reset | What::Measured(_) => false,
            What::Present(_) => actor.is_staff() && told.place.as_ref().is_some_and(|place| self.tickets.sees(place)),
            What::Happened(happening) => match happening.kind.noun() {
                Noun::Ticket => {
                    (actor.is_staff() || !happening.about.is_internal)
                        && told.place.as_ref().map_or(self.tickets.sees_all(), |place| self.tickets.sees(place))
                }
                Noun::Server => {
                    let is_status = matches!(happening.kind, Kind::ServerOnline | Kind::ServerOffline);
                    is_status && actor.user().is_some() || actor.is_admin()
                }
                Noun::Peer => actor.is_admin() || is_own(actor, told.owner),
                Noun::User => actor.is_admin() || is_own(actor, happening.about.user),
                Noun::Rule | Noun::Mailbox | Noun::Webhook => actor.is_admin(),
            },
        }
    }
}

fn is_own(actor: &Actor, owner: Option<i64>) -> bool {
    owner.is_some() && owner == actor.user()
}

/// Rises whenever what somebody may see has changed.
pub(super) fn rights(conn: &Conn<'_>) -> Result<i64> {
    let version = conn.one("select version from rights", params! {}, |row| row.get("version"))?;
    Ok(version.unwrap_or_default())
}
