//! What those who follow along are told.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::presence::Present;
use crate::base::Result;
use crate::feed::{Happening, Noun};
use crate::store::{Conn, params};
use crate::ticket::{self, Place, notification};

/// What there is to tell.
#[derive(Clone, Debug)]
pub enum What {
    /// A row of the feed.
    Happened(Happening),
    /// Servers have reported how they are: what they are called in paths, as far as the hearer is to know; none when they
    /// are too many to name.
    Measured(Option<Vec<String>>),
    /// Who is at a ticket now.
    Present(Vec<Present>),
    /// A ticket is out of sight that one could see just before.
    Gone {
        /// Its place in the feed.
        id: i64,
        /// The ticket's number.
        ticket: i64,
    },
    /// What one may see is something else from now on.
    Reset,
}

/// Something that is told, with what decides who may hear it.
#[derive(Debug)]
pub struct Told {
    /// What there is to tell.
    pub what: What,
    /// Where the ticket stands that it is about; none when that is gone for good.
    pub place: Option<Place>,
    /// Where it stood just before, when it may have gone out of somebody's sight.
    pub was: Option<Place>,
    /// Whose device it is about.
    pub owner: Option<i64>,
    /// Whom it concerns: they have a notification of it.
    pub concerned: Vec<i64>,
    /// As it goes over the wire: written once, by the first who needs it.
    pub written: OnceLock<String>,
    /// What those hear instead who do not see the ticket any more: made once, for the first of them.
    gone: OnceLock<Arc<Self>>,
}

impl Told {
    /// Something that is told to whoever it is sent to.
    pub(super) fn new(what: What, place: Option<Place>) -> Self {
        let (written, gone) = (OnceLock::new(), OnceLock::new());
        Self { what, place, was: None, owner: None, concerned: Vec::new(), written, gone }
    }

    /// Its place in the feed.
    pub fn id(&self) -> Option<i64> {
        match &self.what {
            What::Happened(happening) => Some(happening.id),
            What::Gone { id, .. } => Some(*id),
            What::Measured(_) | What::Present(_) | What::Reset => None,
        }
    }

    /// That the ticket is out of sight, and nothing else of it.
    pub(super) fn gone(&self) -> Option<Arc<Self>> {
        let (id, ticket) = (self.id()?, self.was.as_ref()?.id);
        Some(self.gone.get_or_init(|| Arc::new(Self::new(What::Gone { id, ticket }, None))).clone())
    }
}

/// Finds out what decides who may hear of things, each ticket and device once.
#[derive(Default)]
pub(super) struct Places {
    tickets: BTreeMap<i64, Option<Place>>,
    owners: BTreeMap<i64, Option<Option<i64>>>,
    concerned: BTreeMap<i64, Vec<i64>>,
}

impl Places {
    /// A row of the feed as it may be told.
    pub(super) fn told(&mut self, conn: &Conn<'_>, happening: Happening) -> Result<Told> {
        let about = &happening.about;
        let place = match about.ticket {
            Some(id) => self.ticket(conn, id)?,
            None => None,
        };
        let owner = match (happening.kind.noun(), about.peer) {
            (Noun::Peer, Some(peer)) => self.owner(conn, peer)?.unwrap_or(about.user),
            _ => None,
        };
        let concerned = self.concerned.remove(&happening.id).unwrap_or_default();
        let was = match (about.ticket, about.project, &about.was) {
            (Some(ticket), Some(project), Some(was)) => Some(Place::before(ticket, project, was)),
            _ => None,
        };
        Ok(Told { was, owner, concerned, ..Told::new(What::Happened(happening), place) })
    }

    /// Who is at a ticket, as it may be told; none when the ticket is gone.
    pub(super) fn present(&mut self, conn: &Conn<'_>, id: i64, present: Vec<Present>) -> Result<Option<Told>> {
        let place = self.ticket(conn, id)?;
        Ok(place.map(|place| Told::new(What::Present(present), Some(place))))
    }

    /// Finds out whom rows of the feed concern.
    pub(super) fn concern(&mut self, conn: &Conn<'_>, after: i64, upto: i64) -> Result<()> {
        for (event, user) in notification::concerned(conn, after, upto)? {
            self.concerned.entry(event).or_default().push(user);
        }
        Ok(())
    }

    fn ticket(&mut self, conn: &Conn<'_>, id: i64) -> Result<Option<Place>> {
        if let Some(known) = self.tickets.get(&id) {
            return Ok(known.clone());
        }
        let found = ticket::place(conn, id)?;
        self.tickets.insert(id, found.clone());
        Ok(found)
    }

    /// Whose device it is now; none when the device is gone.
    fn owner(&mut self, conn: &Conn<'_>, peer: i64) -> Result<Option<Option<i64>>> {
        if let Some(known) = self.owners.get(&peer) {
            return Ok(*known);
        }
        let found = conn.one("select user_id from peers where number = :peer", params! {":peer": peer}, |row| {
            row.columns().take()
        })?;
        self.owners.insert(peer, found);
        Ok(found)
    }
}
