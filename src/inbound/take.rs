//! What a mail becomes: a ticket, an answer, a note among staff, or nothing; once, however often it is seen.

use super::believe::{is_proven, trust};
use super::machine::Machine;
use super::parse::Incoming;
use crate::base::clock::DAY;
use crate::base::{Actor, Error, Kind, Result, Role, Source, Status, Who};
use crate::mailbox;
use crate::notify::{self, Sender};
use crate::person::{self, Person};
use crate::store::{Conn, Tx, params};
use crate::ticket::{self, Customer, NewFile, NewTicket, Received, Ticket};

/// Tickets that an address may open in a day by mail, and messages that it may add.
const MOST_TICKETS: i64 = 20;
const MOST_MESSAGES: i64 = 100;
/// Words in brackets of a subject that may be a ticket's number.
const MOST_BRACKETS: usize = 5;
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
    let became = match tx.attempt(|| decide(tx, house, place, mail, &Files { raw, files })) {
        // What was asked cannot be: no other try will fare better.
        Err(error) if error.kind == Kind::Invalid => {
            tracing::warn!(%error, mailbox = place.mailbox, "a mail could not become a ticket");
            Became::Nothing("It could not become a ticket: the log says why.")
        }
        done => done?,
    };
    let sender = mail.from.as_ref().map(|(email, _)| email.as_str().to_lowercase()).unwrap_or_default();
    let reason = match became {
        Became::Nothing(reason) => Some(reason),
        _ => None,
    };
    tx.execute(
        "insert into incoming_mails (mailbox, uid_validity, uid, message_id, sender, is_proven, hash, became, reason,
           ticket_id, taken_at)
         values (:mailbox, :validity, :uid, :message_id, :sender, :proven, :hash, :became, :reason, :ticket, :now)",
        params! {":mailbox": place.mailbox, ":validity": place.uid_validity, ":uid": place.uid,
        ":message_id": mail.message_id, ":sender": sender,
        ":proven": is_proven(&mail.results, house.trusted.as_deref()), ":hash": mail.hash, ":became": became.word(),
        ":reason": reason, ":ticket": became.ticket(), ":now": tx.now().0},
    )?;
    if let (Some(mailbox), Some(_)) = (house.origin.mailbox, became.ticket()) {
        mailbox::took(tx, mailbox)?;
    }
    Ok(Some(became))
}

/// What of a mail is on disk.
struct Files<'m> {
    /// The mail itself.
    raw: &'m NewFile,
    /// What it carries.
    files: &'m [NewFile],
}

/// Puts to a message what its mail carries, and what is known of that mail.
fn put(tx: &Tx<'_>, house: &House, ticket: &Ticket, message: i64, mail: &Incoming, files: &Files<'_>) -> Result<()> {
    ticket::attach_received(tx, ticket, message, files.files)?;
    let (trust, findings) = trust(&mail.results, house.trusted.as_deref());
    let sender = mail.from.as_ref().map(|(email, _)| email.as_str().to_owned()).unwrap_or_default();
    let known = Received { sender, trust, findings, quoted: mail.quoted.clone(), raw: None };
    ticket::received(tx, ticket, message, &known, files.raw)
}

fn decide(tx: &Tx<'_>, house: &House, place: &Place, mail: &Incoming, files: &Files<'_>) -> Result<Became> {
    let same = tx.one(
        "select 1 from incoming_mails where hash = :hash and mailbox = :mailbox",
        params! {":hash": mail.hash, ":mailbox": place.mailbox},
        |_| Ok(()),
    )?;
    if same.is_some() {
        return Ok(Became::Nothing("The very same mail was taken before."));
    }
    let Some((email, _)) = &mail.from else { return Ok(Became::Nothing("It does not say whom it is from.")) };
    let email = email.as_str();
    if is_own(house, email) {
        return Ok(Became::Nothing("It is from ourselves."));
    }
    let thread = thread(tx, house, mail)?;
    let is_customers = match &thread {
        Some(ticket) => is_customer(tx, ticket, email)?,
        None => false,
    };
    if too_many(tx, email, "note", MOST_MESSAGES)? || too_many(tx, email, "reply", MOST_MESSAGES)? {
        return Ok(Became::Nothing("Its sender has written too much today."));
    }
    match (mail.machine, thread) {
        (None, Some(ticket)) if is_customers && ticket.status != Status::Closed => {
            reply(tx, house, &ticket, email, mail, files)
        }
        (None, _) => match by_number(tx, house, mail, email)? {
            Some(ticket) if ticket.status != Status::Closed => reply(tx, house, &ticket, email, mail, files),
            _ => open(tx, house, mail, files),
        },
        (Some(Machine::Reports | Machine::Answers), Some(ticket)) => note(tx, house, &ticket, email, mail, files),
        (Some(Machine::Writes), Some(ticket)) if is_customers => note(tx, house, &ticket, email, mail, files),
        (Some(Machine::Reports | Machine::Answers), None) => Ok(Became::Nothing("A machine answered, to no ticket.")),
        (Some(Machine::Writes), _) => open(tx, house, mail, files),
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

/// The ticket that a mail names by an address or a Message-ID of ours.
fn thread(conn: &Conn<'_>, house: &House, mail: &Incoming) -> Result<Option<Ticket>> {
    let (keys, mut named) = (conn.keys(), None);
    if let Some(inbound) = &house.sender.inbound {
        for address in &mail.recipients {
            named = named.or(notify::ticket_of_address(keys, inbound, address)?);
        }
    }
    for id in &mail.refers_to {
        named = named.or(notify::ticket_of_message_id(keys, id)?);
    }
    named.map_or(Ok(None), |ticket| found(ticket::find_live(conn, &Actor::system(), ticket)))
}

fn found(ticket: Result<Ticket>) -> Result<Option<Ticket>> {
    match ticket {
        Ok(ticket) => Ok(Some(ticket)),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The ticket whose number the subject names, where the sender is proven and it is theirs.
fn by_number(conn: &Conn<'_>, house: &House, mail: &Incoming, email: &str) -> Result<Option<Ticket>> {
    if !is_proven(&mail.results, house.trusted.as_deref()) {
        return Ok(None);
    }
    // Mail servers put words of their own in brackets before it: `[EXTERN]`.
    let inside = mail.subject.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    for (number, _) in inside.take(MOST_BRACKETS) {
        let ticket = found(ticket::by_number(conn, &Actor::system(), number))?;
        if let Some(ticket) = ticket
            && is_customer(conn, &ticket, email)?
        {
            return Ok(Some(ticket));
        }
    }
    Ok(None)
}

/// Whether an address is that of the ticket's own customer, whose account was not closed.
fn is_customer(conn: &Conn<'_>, ticket: &Ticket, email: &str) -> Result<bool> {
    let Some(creator) = ticket.creator else {
        return Ok(ticket.customer.email.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(email)));
    };
    let person = person::by_email(conn, email)?.filter(|person| person.is_active);
    Ok(person.is_some_and(|person| person.id == creator))
}

/// Whether an address has sent so many mails of a kind within a day.
fn too_many(conn: &Conn<'_>, email: &str, became: &str, most: i64) -> Result<bool> {
    let count = conn.one(
        "select count(*) as n from incoming_mails
         where sender = lower(:sender) and taken_at > :since and became = :became",
        params! {":sender": email, ":since": conn.now().plus(-DAY).0, ":became": became},
        |row| row.get::<i64>("n"),
    )?;
    Ok(count.unwrap_or_default() >= most)
}

/// The customer's side, as somebody with an account or without one. Nobody is staff by mail.
fn customer(person: Option<&Person>) -> Actor {
    match person {
        Some(person) => {
            let (user, email) = (person.id, person.email.clone());
            Actor::new(Who::Person { user, email, role: Role::Customer, session: String::new() }, None)
        }
        None => Actor::nobody(None),
    }
}

fn body(mail: &Incoming) -> &str {
    if mail.text.is_empty() { "(no text)" } else { &mail.text }
}

fn reply(
    tx: &Tx<'_>,
    house: &House,
    ticket: &Ticket,
    email: &str,
    mail: &Incoming,
    files: &Files<'_>,
) -> Result<Became> {
    let person = match ticket.creator {
        Some(_) => person::by_email(tx, email)?,
        None => None,
    };
    let (ticket, message) = ticket::reply(tx, &customer(person.as_ref()), ticket, body(mail))?;
    put(tx, house, &ticket, message, mail, files)?;
    Ok(Became::Reply(ticket.id))
}

/// What machines say about a ticket: it opens nothing again and is answered by nobody.
fn note(
    tx: &Tx<'_>,
    house: &House,
    ticket: &Ticket,
    email: &str,
    mail: &Incoming,
    files: &Files<'_>,
) -> Result<Became> {
    let text = format!("An automatic mail from {email}: {}\n\n{}", mail.subject, body(mail));
    let text = &text[..text.floor_char_boundary(crate::base::check::LONGEST_BODY)];
    let (ticket, message) = ticket::note(tx, &Actor::system(), ticket, text)?;
    put(tx, house, &ticket, message, mail, files)?;
    Ok(Became::Note(ticket.id))
}

/// A new ticket. It is the account's whose address it is only where that was proven on the way.
fn open(tx: &Tx<'_>, house: &House, mail: &Incoming, files: &Files<'_>) -> Result<Became> {
    let Some((email, name)) = &mail.from else { return Err(Error::not_found()) };
    if too_many(tx, email.as_str(), "ticket", MOST_TICKETS)? {
        return Ok(Became::Nothing("Its sender has opened too many tickets today."));
    }
    let proven = is_proven(&mail.results, house.trusted.as_deref());
    let person = person::by_email(tx, email.as_str())?
        .filter(|person| proven && person.is_active && person.role == Role::Customer && person.verified_at.is_some());
    let subject = if mail.subject.is_empty() { "(no subject)".to_owned() } else { mail.subject.clone() };
    let mut new = NewTicket::new(subject, body(mail).to_owned(), Source::Email);
    new.project = match &house.origin.project {
        Some(Project::Slug(slug)) => Some(project(tx, slug)?),
        Some(Project::Number(number)) => Some(*number),
        None => None,
    };
    new.customer = Customer { name: name.clone(), email: Some(email.as_str().to_owned()), ..Customer::default() };
    new.is_answered = mail.machine.is_none();
    let ticket = ticket::open(tx, &customer(person.as_ref()), &new)?;
    put(tx, house, &ticket, ticket::description(tx, &ticket)?, mail, files)?;
    Ok(Became::Ticket(ticket.id))
}

fn project(conn: &Conn<'_>, slug: &str) -> Result<i64> {
    let found = conn.one("select id from projects where slug = :slug", params! {":slug": slug}, |row| row.get("id"))?;
    found.ok_or_else(|| Error::field("project", format!("There is no project {slug}.")))
}

/// Forgets mails that were taken long ago.
pub fn purge(tx: &Tx<'_>) -> Result<usize> {
    tx.execute(
        "delete from incoming_mails where (mailbox, uid_validity, uid) in
           (select mailbox, uid_validity, uid from incoming_mails where taken_at < :oldest limit :most)",
        params! {":oldest": tx.now().plus(-KEPT).0, ":most": AT_ONCE},
    )
}
