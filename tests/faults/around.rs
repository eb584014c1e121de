//! Those who stand around an instance and outlive it: a webhook's target, a mail server, a VPN server's agent.
//!
//! N8 each acknowledged event reached the target, and each mail the mail server, at least once and under one id. N10 the agent
//! holds what it should: every device that may connect, none that is kept out, no address twice.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::agent::{Agent, Held};
use crate::checks::open;
use crate::client::address;
use crate::hooks::{self, Receiver, Told};
use crate::ledger::{Entry, Ledger, What};
use crate::mail::{self, header};
use crate::plane::{Plane, Site};
use crate::post::Post;

/// Longest that telling all of it may take once nobody is killed any more.
const PATIENCE: Duration = Duration::from_secs(600);

pub struct Around {
    receiver: Receiver,
    post: Post,
    pub agent: Agent,
}

/// What they know.
#[derive(Clone)]
pub struct Known {
    pub told: Vec<Told>,
    pub mails: Vec<String>,
    pub held: Held,
}

impl Around {
    /// Stands around an instance that is not running.
    pub fn new(site: &Site) -> Result<Self, String> {
        let (receiver, post) = (Receiver::start(), Post::start());
        let plane = Plane::start_with(&site.data, &flags(&post))?;
        receiver.subscribe(plane.address, &site.token)?;
        let agent = Agent::enrol(plane.address, &site.token)?;
        plane.stop();
        Ok(Self { receiver, post, agent })
    }

    /// What makes `serve` speak to them.
    pub fn flags(&self) -> Vec<String> {
        flags(&self.post)
    }

    /// Lets everything be told and mailed that waits, and the agent hear the newest.
    pub fn settle(&self, data: &Path) -> Result<(), String> {
        let plane = Plane::start_with(data, &self.flags())?;
        let began = Instant::now();
        while hooks::is_behind(data) || mail::is_behind(data) {
            if began.elapsed() > PATIENCE {
                return Err("N8 deliveries wait for ever".to_owned());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let newest = "select revision from servers where id = 'la'";
        let newest: i64 = open(data).query_row(newest, [], |row| row.get(0)).map_err(|error| error.to_string())?;
        self.agent.catch_up(plane.address, newest.unsigned_abs())?;
        if plane.stop() == Some(0) { Ok(()) } else { Err("serve did not stop cleanly".to_owned()) }
    }

    pub fn known(&self) -> Known {
        Known { told: self.receiver.told(), mails: self.post.sent(), held: self.agent.held() }
    }
}

fn flags(post: &Post) -> Vec<String> {
    let smtp = format!("smtp://127.0.0.1:{}", post.smtp);
    let mail = ["--smtp-url", &smtp, "--mail-from", "support@example.org"].map(str::to_owned);
    hooks::flags().into_iter().chain(mail).collect()
}

/// Everything of N8 and N10 that does not hold, once all of it has settled.
pub fn check(data: &Path, ledger: &Ledger, known: &Known) -> Vec<String> {
    let entries = ledger.entries();
    let acked: Vec<&Entry> = entries.iter().filter(|entry| entry.is_acked()).collect();
    let mut wrong = told(data, &acked, &known.told);
    wrong.extend(mailed(data, &acked, &known.mails));
    wrong.extend(shown(data, &known.held));
    wrong
}

/// What names the thing that an entry made, in what is told of it: a kind of event, and a key or an id.
fn event(entry: &Entry, devices: &HashMap<String, String>) -> Option<(&'static str, String)> {
    match &entry.what {
        What::Ticket | What::TicketWithFile => Some(("ticket.created", entry.key.clone())),
        What::Reply { .. } => Some(("comment.created", entry.key.clone())),
        What::Peer => Some(("peer.created", devices.get(&entry.key)?.clone())),
        What::Disable { id, .. } => Some(("peer.updated", id.clone())),
        What::Resolve { ticket } => Some(("ticket.updated", ticket.to_string())),
    }
}

fn told(data: &Path, acked: &[&Entry], told: &[Told]) -> Vec<String> {
    let db = open(data);
    let mut statement = db.prepare("select name, id from peers").unwrap();
    let devices = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let devices: HashMap<String, String> = devices.map(Result::unwrap).collect();
    let named: HashSet<(String, String)> = told
        .iter()
        .filter_map(|(_, body)| {
            let (kind, data) = (body["type"].as_str()?, &body["data"]);
            let name = match kind {
                "ticket.created" => data["ticket"]["subject"].as_str()?.to_owned(),
                "ticket.updated" => data["ticket"]["id"].as_i64()?.to_string(),
                "comment.created" => data["comment"]["body"].as_str()?.to_owned(),
                _ => data["client_id"].as_str()?.to_owned(),
            };
            Some((kind.to_owned(), name))
        })
        .collect();
    let untold = |entry: &&&Entry| match event(entry, &devices) {
        Some((kind, name)) => !named.contains(&(kind.to_owned(), name)),
        None => true,
    };
    let mut wrong: Vec<String> =
        acked.iter().filter(untold).map(|entry| format!("N8 the webhook's target never heard of {entry:?}")).collect();
    // The same from the other side: what the database says has happened.
    wrong.extend(hooks::check(data, told).err().map(|what| format!("N8 {what}")));
    wrong
}

fn mailed(data: &Path, acked: &[&Entry], mails: &[String]) -> Vec<String> {
    let db = open(data);
    let mut statement = db.prepare("select uuid, address from outbox").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let queued: BTreeMap<String, String> = rows.map(Result::unwrap).collect();
    let (mut ids, mut words) = (BTreeMap::<&str, BTreeSet<&str>>::new(), HashSet::new());
    for raw in mails {
        let id = header(raw, "Message-ID");
        // <ticket.uuid.mark@domain>
        ids.entry(id.split('.').nth(1).unwrap_or_default()).or_default().insert(id);
        let unfolded = raw.replace("=\r\n", "");
        words.extend(
            unfolded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with("op")).map(str::to_owned),
        );
    }
    let addressed: HashSet<&str> = queued.values().map(String::as_str).collect();
    let mut wrong = Vec::new();
    for entry in acked {
        match &entry.what {
            What::Ticket | What::TicketWithFile if !addressed.contains(address(&entry.key).as_str()) => {
                wrong.push(format!("N8 the customer of {entry:?} was written no mail"));
            }
            What::Ticket | What::TicketWithFile | What::Reply { .. } if !words.contains(&entry.key) => {
                wrong.push(format!("N8 the mail server never got {entry:?}"));
            }
            _ => {}
        }
    }
    for (uuid, address) in &queued {
        match ids.get(uuid.as_str()) {
            None => wrong.push(format!("N8 a mail to {address} was never sent")),
            Some(ids) if ids.len() > 1 => wrong.push(format!("N8 the mail to {address} was sent under {ids:?}")),
            Some(_) => {}
        }
    }
    let strangers = ids.keys().filter(|uuid| !queued.contains_key(**uuid));
    wrong.extend(strangers.map(|uuid| format!("N4 nobody wrote mail {uuid}")));
    wrong
}

/// What the agent holds, against the devices of its server.
fn shown(data: &Path, held: &Held) -> Vec<String> {
    let db = open(data);
    let sql = "select p.id, p.name, p.public_key, p.address || '/32', p.enabled from peers p
               join servers s on s.number = p.server where s.id = 'la'";
    let mut statement = db.prepare(sql).unwrap();
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))).unwrap();
    let devices: BTreeMap<String, (String, String, String, bool)> = rows.map(Result::unwrap).collect();
    let mut wrong: Vec<String> = held.wrong.iter().map(|what| format!("N10 the agent was told {what}")).collect();
    for (id, (name, key, address, enabled)) in &devices {
        let as_it_is = held.peers.get(id).map(|peer| peer.public_key == *key && peer.allowed_ips == [address.as_str()]);
        match (enabled, as_it_is) {
            (true, Some(true)) | (false, None) => {}
            (true, Some(false)) => wrong.push(format!("N10 the agent holds {name} as it is not")),
            (true, None) => wrong.push(format!("N10 the agent does not hold {name}")),
            (false, Some(_)) => wrong.push(format!("N10 the agent holds {name}, which is kept out")),
        }
    }
    let strangers = held.peers.keys().filter(|id| !devices.contains_key(*id));
    wrong.extend(strangers.map(|id| format!("N10 the agent holds {id}, which is nobody's")));
    let all = devices.values().map(|(name, _, address, _)| (address.as_str(), name.as_str()));
    let held =
        held.peers.values().flat_map(|peer| peer.allowed_ips.iter().map(|range| (range.as_str(), peer.id.as_str())));
    wrong.extend(twice(all).chain(twice(held)));
    wrong
}

fn twice<'a>(addresses: impl Iterator<Item = (&'a str, &'a str)>) -> impl Iterator<Item = String> {
    let mut seen = BTreeMap::<&str, Vec<&str>>::new();
    addresses.for_each(|(address, who)| seen.entry(address).or_default().push(who));
    let twice: Vec<_> = seen.into_iter().filter(|(_, who)| who.len() > 1).collect();
    twice.into_iter().map(|(address, who)| format!("N10 {address} is given to {who:?}"))
}
