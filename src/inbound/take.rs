//! What a mail becomes: a ticket, an answer, a note among staff, or nothing; once, however often it is seen.

use super::answer::{answer, hold, note, speak};
use super::machine::Machine;
use super::open::open;
use super::parse::Incoming;
use super::sent::Sent;
use super::thread::{self, Staff, is_customer};
use crate::base::clock::DAY;
use crate::base::{Kind, Result};
use crate::mailbox;
use crate::notify::Sender;
use crate::store::{Conn, Tx, params};
use crate::ticket::NewFile;

/// Messages that an address may add in a day by mail.
const MOST_MESSAGES: i64 = 100;
/// The same for staff whose address is proven.
const MOST_OF_STAFF: i64 = 500;
/// How long it is known that a mail was taken: much longer than anybody keeps a mailbox unread.
const KEPT: i64 = 400 * DAY;
/// Rows forgotten in one transaction.
const AT_ONCE: i64 = 2_000;

/// Where a mail lies (RFC 3501): these three never mean another mail.
#[derive(Clone, Debug)]
pub struct Place {
    /// Server, user and folder.
    pub mailbox: String,
    /// What the mailbox says of its numbers.
    pub uid_validity: u32,
    /// Its number there.
    pub uid: u32,
}

/// What a mail became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// A ticket, by number.
    Ticket(i64),
    /// The customer's answer on a ticket.
    Reply(i64),
    /// A note on a ticket.
    Note(i64),
    /// Nothing; why, for people. A person should look into the mailbox.
    Nothing(&'static str),
}

impl Became {
    fn word(&self) -> &'static str {
        match self {
            Self::Ticket(_) => "ticket",
            Self::Reply(_) => "reply",
            Self::Note(_) => "note",
            Self::Nothing(_) => "nothing",
        }
    }

    fn ticket(&self) -> Option<i64> {
        match self {
            Self::Ticket(ticket) | Self::Reply(ticket) | Self::Note(ticket) => Some(*ticket),
            Self::Nothing(_) => None,
        }
    }
}

/// Whose mailbox it is, and what is believed there.
#[derive(Clone, Debug)]
pub struct House {
    /// In whose name mails are written.
    pub sender: Sender,
    /// The name of the mail server whose findings are believed (RFC 8601).
    pub trusted: Option<String>,
    /// From which of the mailboxes it is, and where its tickets go.
    pub origin: Origin,
}

/// A mailbox, as far as that decides what its mails become.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The number of one that an admin added.
    pub mailbox: Option<i64>,
    /// The project that its tickets go to; `None`: the default one.
    pub project: Option<Project>,
}

/// How a project is named.
#[derive(Clone, Debug)]
pub enum Project {
    /// By its slug, as operators do.
    Slug(String),
    /// By its number.
    Number(i64),
}

/// Whether a mail was taken, and then whether it became anything.
pub fn taken(conn: &Conn<'_>, place: &Place) -> Result<Option<bool>> {
    conn.one(
        "select became <> 'nothing' as anything from incoming_mails
         where mailbox = :mailbox and uid_validity = :validity and uid = :uid",
        params! {":mailbox": place.mailbox, ":validity": place.uid_validity, ":uid": place.uid},
        |row| row.get("anything"),
    )
}

/// Takes a mail, which is on disk already, and so are the files it carries. `None`: it was taken before.
pub fn take(
    tx: &Tx<'_>,
    house: &House,
    place: &Place,
    mail: &Incoming,
    raw: &NewFile,
    files: &[NewFile],
) -> Result<Option<Became>> {
    if taken(tx, place)?.is_some() {
        return Ok(None);
    }
    let email = mail.from.as_ref().map(|(email, _)| email.as_str()).unwrap_or_default();
    let sent = Sent { house, mail, email, raw, files };
    let became = match tx.attempt(|| decide(tx, place, &sent)) {
        // What was asked cannot be: no other try will fare better.
        Err(error) if error.kind == Kind::Invalid => {
            tracing::warn!(%error, mailbox = place.mailbox, "a mail could not become a ticket");
            Became::Nothing("It could not become a ticket: the log says why.")
        }
        done => done?,
    };
    let reason = match became {
        Became::Nothing(reason) => Some(reason),
        _ => None,
    };
    tx.execute(
        "insert into incoming_mails (mailbox, uid_validity, uid, message_id, sender, is_proven, hash, became, reason,
           ticket_id, taken_at)
         values (:mailbox, :validity, :uid, :message_id, :sender, :proven, :hash, :became, :reason, :ticket, :now)",
        params! {":mailbox": place.mailbox, ":validity": place.uid_validity, ":uid": place.uid,
        ":message_id": mail.message_id, ":sender": email.to_lowercase(),
        ":proven": sent.is_proven(), ":hash": mail.hash, ":became": became.word(),
        ":reason": reason, ":ticket": became.ticket(), ":now": tx.now().0},
    )?;
    if let (Some(mailbox), Some(_)) = (house.origin.mailbox, became.ticket()) {
        mailbox::took(tx, mailbox)?;
    }
    Ok(Some(became))
}

fn decide(tx: &Tx<'_>, place: &Place, sent: &Sent<'_>) -> Result<Became> {
    let (house, mail, email) = (sent.house, sent.mail, sent.email);
    let same = tx.one(
        "select 1 from incoming_mails where hash = :hash and mailbox = :mailbox",
        params! {":hash": mail.hash, ":mailbox": place.mailbox},
        |_| Ok(()),
    )?;
    if same.is_some() {
        return Ok(Became::Nothing("The very same mail was taken before."));
    }
    if email.is_empty() {
        return Ok(Became::Nothing("It does not say whom it is from."));
    }
    if is_own(house, email) {
        return Ok(Became::Nothing("It is from ourselves."));
    }
    let thread = thread::named(tx, house, mail)?;
    let (is_customers, staff) = match &thread {
        Some(thread) if is_customer(tx, &thread.ticket, email)? => (true, None),
        Some(thread) => (false, thread::staff(tx, &thread.ticket, email)?),
        None => (false, None),
    };
    let most = if staff.is_some() && sent.is_proven() { MOST_OF_STAFF } else { MOST_MESSAGES };
    if too_many(tx, email, "note", most)? || too_many(tx, email, "reply", most)? {
        return Ok(Became::Nothing("Its sender has written too much today."));
    }
    match (mail.machine, thread, staff) {
        (None, Some(thread), _) if is_customers => answer(tx, sent, &thread.ticket),
        (None, Some(thread), Some(Staff { actor: Some(actor), .. })) if sent.is_proven() => {
            speak(tx, sent, &thread, &actor)
        }
        (None, Some(thread), Some(staff)) => hold(tx, sent, &thread.ticket, staff.user),
        (None, _, _) => match thread::numbered(tx, house, mail, email)? {
            Some(ticket) => answer(tx, sent, &ticket),
            None => open(tx, sent, None),
        },
        (Some(Machine::Reports | Machine::Answers), Some(thread), _) => note(tx, sent, &thread.ticket),
        (Some(Machine::Writes), Some(thread), _) if is_customers => note(tx, sent, &thread.ticket),
        (Some(Machine::Reports | Machine::Answers), None, _) => {
            Ok(Became::Nothing("A machine answered, to no ticket."))
        }
        (Some(Machine::Writes), _, _) => open(tx, sent, None),
    }
}

/// Whether an address is one that we write from or are written to at.
fn is_own(house: &House, email: &str) -> bool {
    let own = [&house.sender.from, &house.sender.inbound];
    own.into_iter().flatten().any(|own| {
        let (local, domain) = own.rsplit_once('@').unwrap_or_default();
        let (their_local, their_domain) = email.rsplit_once('@').unwrap_or_default();
        let base = their_local.split('+').next().unwrap_or_default();
        domain.eq_ignore_ascii_case(their_domain)
            && (local.eq_ignore_ascii_case(their_local) || local.eq_ignore_ascii_case(base))
    })
}

/// Whether an address has sent so many mails of a kind within a day.
pub(super) fn too_many(conn: &Conn<'_>, email: &str, became: &str, most: i64) -> Result<bool> {
    let count = conn.one(
        "select count(*) as n from incoming_mails
         where sender = lower(:sender) and taken_at > :since and became = :became",
        params! {":sender": email, ":since": conn.now().plus(-DAY).0, ":became": became},
        |row| row.get::<i64>("n"),
    )?;
    Ok(count.unwrap_or_default() >= most)
}

/// Forgets mails that were taken long ago.
pub fn purge(tx: &Tx<'_>) -> Result<usize> {
    tx.execute(
        "delete from incoming_mails where (mailbox, uid_validity, uid) in
           (select mailbox, uid_validity, uid from incoming_mails where taken_at < :oldest limit :most)",
        params! {":oldest": tx.now().plus(-KEPT).0, ":most": AT_ONCE},
    )
}
