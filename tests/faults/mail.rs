//! Killed at any moment between fetching a mail, committing what it became and sending what follows from that.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::checks::open;
use crate::plane::{Plane, Site, copy_folder};
use crate::post::Post;
use crate::{Outcome, Scale};

/// Longest that everything may take once nobody is killed any more.
const PATIENCE: Duration = Duration::from_secs(300);
/// Longest that a cycle waits for that.
const LONGEST: Duration = Duration::from_secs(5);
/// New mails of a cycle.
const MAILS: usize = 5;

/// Who writes, how often, and what they should have got.
struct Correspondence {
    post: Post,
    site: Site,
    mails: usize,
    answers: BTreeSet<usize>,
}

/// A header of a mail that was sent, where it is there.
pub fn header<'m>(raw: &'m str, name: &str) -> &'m str {
    let head = raw.split("\r\n\r\n").next().unwrap_or_default();
    let value = head.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| key.eq_ignore_ascii_case(name));
    value.map(|(_, value)| value.trim()).unwrap_or_default()
}

/// Whom a mail that was sent is to, by number: each writer has an address of their own.
fn writer(raw: &str) -> Option<usize> {
    let to = header(raw, "To");
    let at = to.find("writer-")? + "writer-".len();
    to[at..].split('@').next()?.parse().ok()
}

/// Whether a mail waits to be sent.
pub fn is_behind(data: &Path) -> bool {
    let waiting = "select count(*) from outbox where delivered_at is null and failed_at is null";
    open(data).query_row(waiting, [], |row| row.get::<_, u32>(0)).map_or(true, |count| count > 0)
}

impl Correspondence {
    fn new() -> Self {
        Self { post: Post::start(), site: Site::new(), mails: 0, answers: BTreeSet::new() }
    }

    /// New mails come in, and answers to some that went out.
    fn write(&mut self, random: &mut fastrand::Rng) {
        for _ in 0..MAILS {
            let n = self.mails;
            self.mails += 1;
            self.post.deliver(format!(
                "From: writer-{n}@example.net\r\nTo: help@example.org\r\nMessage-ID: <mail-{n}@example.net>\r\n\
                 Subject: mail-{n}\r\n\r\nIt stopped.\r\n"
            ));
        }
        for raw in self.post.sent() {
            let Some(n) = writer(&raw) else { continue };
            if random.u8(..) < 64 && self.answers.insert(n) {
                let id = header(&raw, "Message-ID");
                self.post.deliver(format!(
                    "From: writer-{n}@example.net\r\nTo: help@example.org\r\nMessage-ID: <answer-{n}@example.net>\r\n\
                     In-Reply-To: {id}\r\nSubject: Re\r\n\r\nanswer-{n}\r\n"
                ));
            }
        }
    }

    /// A cycle that ends with a kill.
    fn killed(&mut self, random: &mut fastrand::Rng) -> Result<(), String> {
        self.write(random);
        let (unread, sent) = (self.post.unread(), self.post.count());
        let plane = Plane::start_with(&self.site.data, &self.post.flags())?;
        // Somewhere in the middle of the work, and from there at any moment.
        let (steps, began) = (random.usize(..2 * MAILS), Instant::now());
        while unread - self.post.unread() + self.post.count() - sent < steps && began.elapsed() < LONGEST {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(random.u64(..100_000)));
        plane.kill();
        Ok(())
    }

    /// Lets everything come in and go out that waits.
    fn settle(&self, data: &Path) -> Result<(), String> {
        let plane = Plane::start_with(data, &self.post.flags())?;
        let began = Instant::now();
        while self.post.unread() > 0 || is_behind(data) {
            if began.elapsed() > PATIENCE {
                return Err(format!("{} mails lie unread, or wait to be sent", self.post.unread()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        if plane.stop() == Some(0) { Ok(()) } else { Err("serve did not stop cleanly".to_owned()) }
    }

    /// Whether each mail became what it should, once, and each writer was told of it by one mail, however often that was sent.
    fn check(&self, data: &Path) -> Result<String, String> {
        let db = open(data);
        let counted = |sql: &str| -> BTreeMap<String, u32> {
            let mut statement = db.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let tickets = counted("select subject, count(*) from tickets group by subject");
        let answers = counted(
            "select t.subject || ' ' || m.body, count(*) from messages m join tickets t on t.id = m.ticket_id
             where m.kind = 'reply' group by 1",
        );
        let once = |names: &mut dyn Iterator<Item = String>| names.map(|name| (name, 1)).collect::<BTreeMap<_, _>>();
        let wanted = once(&mut (0..self.mails).map(|n| format!("mail-{n}")));
        if tickets != wanted {
            return Err(format!("tickets: {}", difference(&tickets, &wanted)));
        }
        let wanted = once(&mut self.answers.iter().map(|n| format!("mail-{n} answer-{n}")));
        if answers != wanted {
            return Err(format!("answers: {}", difference(&answers, &wanted)));
        }
        let mut ids: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        let sent = self.post.sent();
        for raw in &sent {
            let n = writer(raw).ok_or_else(|| format!("a mail to nobody: {raw}"))?;
            ids.entry(n).or_default().insert(header(raw, "Message-ID").to_owned());
        }
        match (0..self.mails).find(|n| ids.get(n).map(BTreeSet::len) != Some(1)) {
            Some(n) => Err(format!("writer-{n} was told by {:?}", ids.get(&n))),
            None => {
                let again = sent.len() - self.mails;
                Ok(format!("{} mails and {} answers in, {again} sent again under their id", self.mails, answers.len()))
            }
        }
    }
}

fn difference(found: &BTreeMap<String, u32>, wanted: &BTreeMap<String, u32>) -> String {
    let names: BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
    let wrong = names.into_iter().filter(|name| found.get(*name) != wanted.get(*name));
    wrong.take(5).map(|name| format!("{name} is there {} times; ", found.get(name).unwrap_or(&0))).collect()
}

pub fn run(scale: Scale, random: &mut fastrand::Rng) -> Outcome {
    let mut letters = Correspondence::new();
    let kills = scale.kills / 2;
    for _ in 0..kills {
        letters.killed(random)?;
    }
    letters.settle(&letters.site.data)?;
    Ok(format!("{kills} kills: {}", letters.check(&letters.site.data)?))
}

pub fn control(random: &mut fastrand::Rng) -> Outcome {
    let mut letters = Correspondence::new();
    letters.write(random);
    letters.settle(&letters.site.data)?;
    letters.check(&letters.site.data)?;
    let sabotages = [
        ("tickets", "delete from incoming_mails where sender = 'writer-1@example.net'"),
        ("tickets", "delete from tickets where subject = 'mail-2'"),
        ("writer-", "update outbox set delivered_at = null, ticket_id = null where address = 'writer-3@example.net'"),
    ];
    for (expected, sabotage) in sabotages {
        let copy = tempfile::TempDir::new().unwrap();
        copy_folder(&letters.site.data, copy.path());
        rusqlite::Connection::open(copy.path().join("gatehouse.db")).unwrap().execute_batch(sabotage).unwrap();
        letters.post.forget();
        letters.settle(copy.path())?;
        let noticed = letters.check(copy.path());
        // An error of ours would be taken for sabotage that was noticed, so what is not noticed ends the harness.
        assert!(
            noticed.as_ref().is_err_and(|what| what.starts_with(expected)),
            "{sabotage} went unnoticed: {noticed:?}"
        );
    }
    Err("all three kinds".to_owned())
}
