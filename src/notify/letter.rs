//! A mail as it is sent: who writes to whom, and what an answer comes back to.
//!
//! Each mail of a ticket has a Message-ID and a reply address that name the ticket and carry a keyed hash (HMAC-SHA-256), so that
//! nobody can make up one. Neither is a secret: they tell which ticket an answer is about, never who answers.

use super::outbox::Row;
use super::render::one_line;
use super::{Template, render, said, words};
use crate::base::{Error, Keys, Language, Result};
use crate::store::Conn;

/// In whose name mails are written.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The address of this instance, `https://vpn.example.org`.
    pub origin: String,
    /// The address that mails are from.
    pub from: Option<String>,
    /// The mailbox that answers come back to.
    pub inbound: Option<String>,
    /// The language of those who have chosen none.
    pub language: Language,
}

/// A mail that is ready to be sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Whom it is from: an address, and how it is shown.
    pub from: (Option<String>, String),
    /// Where to: an address, and how it is shown.
    pub to: (Option<String>, String),
    /// Where answers go to, where that is elsewhere.
    pub reply_to: Option<String>,
    /// In angle brackets (RFC 5322).
    pub message_id: String,
    /// The thread that it belongs to, in angle brackets.
    pub thread: Option<String>,
    /// Which of the house's mails to staff it is one of, in angle brackets (List-Id, RFC 2919).
    pub list: Option<String>,
    /// Where its reader chooses not to get such mails, in angle brackets (List-Unsubscribe, RFC 2369).
    pub unsubscribe: Option<String>,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// The ticket that a mail is about, as its Message-ID and its reply address tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its number.
    pub ticket: i64,
    /// Whether what staff answer to it goes to the customer; `None` where it stands for a whole thread.
    pub goes_out: Option<bool>,
}

/// What stands before the keyed hash of a reply address, and at the end of a Message-ID's name, where what staff answer goes to
/// the customer: nothing else does, mails of old versions least of all.
const OUTWARD: &str = "t";
/// The name of the Message-ID that stands for a thread.
const THREAD: &str = "thread";
/// Characters of a keyed hash in an address: 80 bits.
const MARK: usize = 20;

fn mark(keys: &Keys, kind: &str, named: &str) -> Result<String> {
    let mut mark = hex::encode(keys.sign_mail(format!("{kind}\0{named}").as_bytes())?);
    mark.truncate(MARK);
    Ok(mark)
}

/// The address that answers about a ticket go to: `support+42.9f86d081884c7d659a2f@example.org`.
fn reply_address(keys: &Keys, inbound: &str, Named { ticket, goes_out }: Named) -> Result<String> {
    let (local, domain) = inbound.rsplit_once('@').ok_or_else(|| Error::internal("no inbound address"))?;
    let (kind, sign) = if goes_out == Some(true) { ("outward", OUTWARD) } else { ("reply", "") };
    Ok(format!("{local}+{ticket}.{sign}{}@{domain}", mark(keys, kind, &ticket.to_string())?))
}

/// A Message-ID that can be told to be ours, and which ticket it is about.
fn message_id(keys: &Keys, domain: &str, ticket: Option<i64>, name: &str) -> Result<String> {
    let named = format!("{}.{name}", ticket.unwrap_or_default());
    Ok(format!("<{named}.{}@{domain}>", mark(keys, "message", &named)?))
}

/// What a reply address names, where it is one of ours: an address whose keyed hash is right.
pub fn named_by_address(keys: &Keys, inbound: &str, address: &str) -> Result<Option<Named>> {
    let Some((local, domain)) = inbound.rsplit_once('@') else { return Ok(None) };
    let Some((theirs, their_domain)) = address.rsplit_once('@') else { return Ok(None) };
    let Some((base, rest)) = theirs.split_once('+') else { return Ok(None) };
    if !base.eq_ignore_ascii_case(local) || !their_domain.eq_ignore_ascii_case(domain) {
        return Ok(None);
    }
    let Some((ticket, given)) = rest.split_once('.') else { return Ok(None) };
    let given = given.to_ascii_lowercase();
    match given.strip_prefix(OUTWARD) {
        Some(given) => named(keys, "outward", ticket, ticket, given, Some(true)),
        None => named(keys, "reply", ticket, ticket, &given, Some(false)),
    }
}

/// What a Message-ID names, where it is one of ours; without angle brackets.
pub fn named_by_message_id(keys: &Keys, id: &str) -> Result<Option<Named>> {
    let whole = id.rsplit_once('@').and_then(|(local, _)| local.rsplit_once('.'));
    let Some((name, given)) = whole else { return Ok(None) };
    let ticket = name.split('.').next().unwrap_or_default();
    let last = name.rsplit('.').next();
    let goes_out = (last != Some(THREAD)).then_some(last == Some(OUTWARD));
    named(keys, "message", name, ticket, given, goes_out)
}

fn named(
    keys: &Keys,
    kind: &str,
    name: &str,
    ticket: &str,
    given: &str,
    goes_out: Option<bool>,
) -> Result<Option<Named>> {
    use subtle::ConstantTimeEq;
    let right = mark(keys, kind, name)?;
    let is_right: bool = right.as_bytes().ct_eq(given.to_ascii_lowercase().as_bytes()).into();
    let ticket = ticket.parse().ok().filter(|ticket| is_right && *ticket > 0);
    Ok(ticket.map(|ticket| Named { ticket, goes_out }))
}

/// Writes a mail of the outbox.
pub(super) fn write(conn: &Conn<'_>, sender: &Sender, row: &Row) -> Result<Letter> {
    let template = Template::parse(&row.template).ok_or_else(|| Error::internal("there is no such mail any more"))?;
    let language = row.language.unwrap_or(sender.language);
    let words = words::of(conn, template, language)?;
    let mut content = row.open(conn.keys())?;
    said::complete(conn, &mut content)?;
    let rendered = match render(template, language, &words, &content, &sender.origin) {
        Err(error) if words.updated_at.is_some() => {
            // Better in words that nobody chose than not at all.
            tracing::warn!(%error, template = row.template, "a mail template cannot be filled");
            render(template, language, &words::Words::built_in(template, language)?, &content, &sender.origin)?
        }
        done => done?,
    };
    let is_note = content.get("is_note").and_then(serde_json::Value::as_bool) == Some(true);
    let goes_out = Some(!is_note && matches!(template, Template::ReplyToStaff | Template::Assigned));
    let about = row.ticket.as_ref().map(|about| Named { ticket: about.id, goes_out });
    let mut letter = compose(conn.keys(), sender, &row.address, &row.uuid, about, rendered)?;
    letter.to.0 = row.name.as_deref().map(one_line);
    if let Some(ticket) = &row.ticket {
        let (_, domain) = letter.from.1.rsplit_once('@').unwrap_or_default();
        letter.thread = Some(message_id(conn.keys(), domain, Some(ticket.id), THREAD)?);
        letter.from.0 = Some(one_line(&ticket.project));
        letter.list = template.is_for_staff().then(|| list(&ticket.slug, ticket.number, domain));
    }
    if row.is_user && Template::OPTIONAL.contains(&template) {
        letter.unsubscribe = Some(format!("<{}/profile>", sender.origin));
    }
    Ok(letter)
}

/// What the mails to staff about a project's tickets are filtered by: `<support.tickets.example.org>`.
fn list(slug: &str, number: i64, domain: &str) -> String {
    let is_label = slug.len() <= 63 && slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let name = if is_label && !slug.is_empty() { slug.to_owned() } else { format!("project-{number}") };
    format!("<{name}.tickets.{domain}>")
}

/// A mail to an address, under a Message-ID that is made of a UUID.
pub fn compose(
    keys: &Keys,
    sender: &Sender,
    address: &str,
    uuid: &str,
    about: Option<Named>,
    rendered: super::Rendered,
) -> Result<Letter> {
    let from = sender.from.clone().ok_or_else(|| Error::internal("nobody is named as the sender of mails"))?;
    let (_, domain) = from.rsplit_once('@').unwrap_or_default();
    let reply_to = match (&sender.inbound, about) {
        (Some(inbound), Some(about)) => Some(reply_address(keys, inbound, about)?),
        (inbound, _) => inbound.clone(),
    };
    let outward = about.and_then(|about| about.goes_out) == Some(true);
    let name = if outward { format!("{uuid}.{OUTWARD}") } else { uuid.to_owned() };
    let message_id = message_id(keys, domain, about.map(|about| about.ticket), &name)?;
    let super::Rendered { subject, text, html } = rendered;
    let to = (None, address.to_owned());
    let (thread, list, unsubscribe) = (None, None, None);
    Ok(Letter { message_id, from: (None, from), to, reply_to, thread, list, unsubscribe, subject, text, html })
}
