//! That servers have measured something: each does so every minute, so it is told of all of them together, by their names and
//! not how they are, which one asks for then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::eye::Eye;
use super::told::{Told, What};
use crate::base::clock::SECOND;
use crate::base::{Actor, Result, Time};
use crate::store::{Conn, params};

/// Between two times that it is told.
const PACE: i64 = 10 * SECOND;
/// Servers that are named at most: what names more would be long, and says little.
const NAMED: usize = 200;

/// Of which servers there is news.
#[derive(Default)]
pub(super) struct Measures {
    servers: BTreeSet<i64>,
    told: Option<Time>,
}

impl Measures {
    /// A server has reported.
    pub(super) fn note(&mut self, server: i64) {
        self.servers.insert(server);
    }

    /// The servers of which it is to be told now that they have; none when that is to wait.
    pub(super) fn take_news(&mut self, now: Time) -> BTreeSet<i64> {
        // A clock that was set back does not keep it for longer.
        let is_early = self.told.is_some_and(|told| (told..told.plus(PACE)).contains(&now));
        if is_early || self.servers.is_empty() {
            return BTreeSet::new();
        }
        self.told = Some(now);
        std::mem::take(&mut self.servers)
    }
}

/// That servers have reported, as each hears of it. All hear that some have, as all may read how the servers are. Which ones
/// matters to whoever reads their devices: to staff it may be any, customers are named those that they have a device on.
pub(super) struct Measured {
    staff: Arc<Told>,
    /// By user.
    customers: BTreeMap<i64, Arc<Told>>,
    rest: Arc<Told>,
}

impl Measured {
    /// Finds out what those are to hear who listen.
    pub(super) fn new<'e>(
        conn: &Conn<'_>,
        servers: &BTreeSet<i64>,
        eyes: impl Iterator<Item = &'e Eye>,
    ) -> Result<Self> {
        let told = |names: Option<Vec<String>>| Arc::new(Told::new(What::Measured(names), None));
        let users = eyes.filter(|eye| !eye.actor.is_staff()).filter_map(|eye| eye.actor.user());
        let mut customers = BTreeMap::new();
        for user in users.collect::<BTreeSet<_>>() {
            let own = own(conn, user)?.into_iter().filter(|(server, _)| servers.contains(server));
            customers.insert(user, told(Some(own.map(|(_, name)| name).collect())));
        }
        Ok(Self { staff: told(names(conn, servers)?), customers, rest: told(Some(Vec::new())) })
    }

    /// What somebody hears of it: nothing unless they are a user.
    pub(super) fn of(&self, actor: &Actor) -> Option<Arc<Told>> {
        let user = actor.user()?;
        let told = if actor.is_staff() { &self.staff } else { self.customers.get(&user).unwrap_or(&self.rest) };
        Some(told.clone())
    }
}

/// What servers are called in paths; none when they are too many.
fn names(conn: &Conn<'_>, servers: &BTreeSet<i64>) -> Result<Option<Vec<String>>> {
    if servers.len() > NAMED {
        return Ok(None);
    }
    let mut names = Vec::with_capacity(servers.len());
    for server in servers {
        names.extend(conn.one(
            "select id from servers where number = :server",
            params! {":server": server},
            |row| row.get::<String>("id"),
        )?);
    }
    Ok(Some(names))
}

/// The servers on which a customer has a device, by number and by what they are called in paths.
fn own(conn: &Conn<'_>, user: i64) -> Result<Vec<(i64, String)>> {
    conn.all(
        "select distinct servers.number, servers.id from peers join servers on servers.number = peers.server
         where peers.user_id = :user order by servers.number",
        params! {":user": user},
        |row| Ok((row.get("number")?, row.get("id")?)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_reports_are_told_once_in_ten_seconds_and_none_is_forgotten() {
        let mut measures = Measures::default();
        let told = |measures: &mut Measures, at: i64| Vec::from_iter(measures.take_news(Time(at)));
        assert!(told(&mut measures, 0).is_empty(), "nobody has reported");
        for server in [2, 1, 2] {
            measures.note(server);
        }
        assert_eq!(told(&mut measures, 0), [1, 2]);
        assert!(told(&mut measures, PACE).is_empty(), "all was told");
        measures.note(3);
        assert_eq!(told(&mut measures, PACE), [3]);
        measures.note(1);
        assert!(told(&mut measures, 2 * PACE - 1).is_empty(), "it is early");
        measures.note(2);
        assert_eq!(told(&mut measures, 2 * PACE), [1, 2]);
        measures.note(1);
        assert_eq!(told(&mut measures, 5), [1], "the clock was set back");
    }
}
