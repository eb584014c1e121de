//! What of the outbox is due, and what became of it.
//!
//! Delivery is at least once: a row is settled after the mail server has taken the mail, and until then it is due.

use zeroize::Zeroizing;

use super::Template;
use super::letter::{Letter, Sender, write};
use crate::base::clock::{DAY, MINUTE};
use crate::base::{Error, Keys, Language, Place, Result, Time};
use crate::store::{Conn, Tx, params};

/// How long delivery is tried.
const PATIENCE: i64 = 3 * DAY;
/// How long delivered mails are kept, so that they can be sent again.
const KEPT: i64 = 7 * DAY;
/// How long mails are kept that were given up.
const KEPT_FAILED: i64 = 30 * DAY;
/// Rows forgotten in one transaction.
const AT_ONCE: i64 = 2_000;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// A ticket that a mail is about.
pub(super) struct About {
    pub id: i64,
    /// The name of its project.
    pub project: String,
    /// The project's slug and number.
    pub slug: String,
    pub number: i64,
}

/// A row of the outbox that is due.
pub(super) struct Row {
    pub uuid: String,
    pub address: String,
    pub template: String,
    content: Vec<u8>,
    /// How they are called; nobody knows of an address that is not proven who chose the name.
    pub name: Option<String>,
    pub language: Option<Language>,
    pub ticket: Option<About>,
    /// Whether it is to an account, where its reader can choose.
    pub is_user: bool,
}

impl Row {
    pub(super) fn open(&self, keys: &Keys) -> Result<serde_json::Value> {
        let place = Place { table: "outbox", row: &self.uuid, column: "content" };
        let content: Zeroizing<Vec<u8>> = keys.open(place, &self.content)?;
        serde_json::from_slice(&content).map_err(Error::internal)
    }
}

/// A mail on its way out.
#[derive(Debug)]
pub struct Outgoing {
    /// The row's number.
    pub id: i64,
    /// The mail, or why it cannot be written.
    pub letter: Result<Letter>,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server has taken it.
    Delivered,
    /// Not now; for people.
    Later(String),
    /// It never will; for people.
    Never(String),
}

/// Mails that are due, the longest due first. An address gets the mails of a ticket in their order: none of them is due
/// while one before it waits.
pub fn due(conn: &Conn<'_>, sender: &Sender, most: i64) -> Result<Vec<Outgoing>> {
    let rows = conn.all(
        "select o.id, o.uuid, o.address, o.template, o.content, u.language,
           iif(u.email_verified_at is null, null, u.name) as name, o.user_id, u.is_active, u.deleted_at,
           t.id as ticket, p.name as project, p.slug, p.id as project_id
         from outbox o left join users u on u.id = o.user_id left join tickets t on t.id = o.ticket_id
           left join projects p on p.id = t.project_id
         where o.delivered_at is null and o.failed_at is null and o.next_attempt_at <= :now
           and not exists (select 1 from outbox e where e.ticket_id = o.ticket_id and e.id < o.id
             and e.delivered_at is null and e.failed_at is null and lower(e.address) = lower(o.address))
         order by o.next_attempt_at, o.id limit :most",
        params! {":now": conn.now().0, ":most": most},
        |row| {
            let ticket = match row.get::<Option<i64>>("ticket")? {
                Some(id) => Some(About {
                    id,
                    project: row.get("project")?,
                    slug: row.get("slug")?,
                    number: row.get("project_id")?,
                }),
                None => None,
            };
            let is_user = row.get::<Option<i64>>("user_id")?.is_some();
            let is_closed = is_user
                && (row.get::<Option<i64>>("deleted_at")?.is_some()
                    || row.get::<Option<bool>>("is_active")? != Some(true));
            let waiting = Row {
                uuid: row.get("uuid")?,
                address: row.get("address")?,
                template: row.get("template")?,
                content: row.get("content")?,
                name: row.get("name")?,
                language: row.get::<Option<String>>("language")?.as_deref().and_then(Language::parse),
                ticket,
                is_user,
            };
            Ok((row.get::<i64>("id")?, waiting, is_closed))
        },
    )?;
    let letter = |row: &Row, is_closed: bool| match is_closed {
        true => Err(Error::new(crate::base::Kind::Gone, "The account was closed.")),
        false => write(conn, sender, row),
    };
    Ok(rows.iter().map(|(id, row, is_closed)| Outgoing { id: *id, letter: letter(row, *is_closed) }).collect())
}

/// When the next mail is due, if any waits for nothing but its time.
pub fn next_due(conn: &Conn<'_>) -> Result<Option<Time>> {
    let next = conn.one(
        "select min(o.next_attempt_at) as next from outbox o where o.delivered_at is null and o.failed_at is null
           and not exists (select 1 from outbox e where e.ticket_id = o.ticket_id and e.id < o.id
             and e.delivered_at is null and e.failed_at is null and lower(e.address) = lower(o.address))",
        params! {},
        |row| row.get::<Option<i64>>("next"),
    )?;
    Ok(next.flatten().map(Time))
}

/// Milliseconds to wait after so many attempts: a minute, then twice as long each time.
fn backoff(attempts: i64) -> i64 {
    MINUTE << (attempts - 1).clamp(0, 16)
}

/// A mail that was given up.
#[derive(Clone, Debug)]
pub struct GivenUp {
    /// Which mail.
    pub template: Option<Template>,
    /// Where to.
    pub address: String,
    /// The ticket that it was about.
    pub ticket: Option<i64>,
    /// When it was written.
    pub written_at: Time,
    /// Why, for people.
    pub reason: String,
}

/// Notes what became of an attempt; answers what was given up by that. A mail that would wait beyond three days is.
pub fn settle(tx: &Tx<'_>, id: i64, outcome: &Outcome) -> Result<Option<GivenUp>> {
    let found = tx.one(
        "select template, attempts, queued_at, address, ticket_id, created_at from outbox
         where id = :id and delivered_at is null and failed_at is null",
        params! {":id": id},
        |row| {
            let template: String = row.get("template")?;
            let given_up = GivenUp {
                template: Template::parse(&template),
                address: row.get("address")?,
                ticket: row.get("ticket_id")?,
                written_at: Time(row.get("created_at")?),
                reason: String::new(),
            };
            Ok((given_up, row.get::<i64>("attempts")? + 1, row.get::<i64>("queued_at")?))
        },
    )?;
    // It went away meanwhile, with its ticket or its user.
    let Some((mail, attempts, queued_at)) = found else { return Ok(None) };
    let now = tx.now();
    let reason = |text: &str| -> String {
        let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        plain.take(LONGEST_REASON).collect()
    };
    match outcome {
        Outcome::Delivered => {
            let is_secret = mail.template.is_none_or(Template::is_secret);
            tx.execute(
                "update outbox set delivered_at = :now, attempts = :attempts, error = null,
                   content = iif(:secret, x'', content)
                 where id = :id",
                params! {":now": now.0, ":attempts": attempts, ":secret": is_secret, ":id": id},
            )?;
            Ok(None)
        }
        Outcome::Later(text) => {
            let next = now.plus(backoff(attempts));
            let given_up = (next.0 - queued_at > PATIENCE).then_some(now.0);
            tx.execute(
                "update outbox set attempts = :attempts, error = :error, next_attempt_at = :next, failed_at = :failed
                 where id = :id",
                params! {":attempts": attempts, ":error": reason(text), ":next": next.0, ":failed": given_up, ":id": id},
            )?;
            Ok(given_up.map(|_| GivenUp { reason: reason(text), ..mail }))
        }
        Outcome::Never(text) => {
            tx.execute(
                "update outbox set attempts = :attempts, error = :error, failed_at = :now where id = :id",
                params! {":attempts": attempts, ":error": reason(text), ":now": now.0, ":id": id},
            )?;
            Ok(Some(GivenUp { reason: reason(text), ..mail }))
        }
    }
}

/// Gives up what has waited for three days, and forgets what has had its day: mails about nobody after two days, delivered
/// ones after a week, those that were given up after thirty days. Answers how many rows went.
pub fn purge(tx: &Tx<'_>) -> Result<usize> {
    let now = tx.now();
    tx.execute(
        "update outbox set failed_at = :now, error = coalesce(error, 'It waited for three days.')
         where delivered_at is null and failed_at is null and queued_at < :oldest",
        params! {":now": now.0, ":oldest": now.plus(-PATIENCE).0},
    )?;
    let nobodys = tx.execute(
        "delete from outbox where user_id is null and delivered_at < :oldest and attempts = 0",
        params! {":oldest": now.plus(-2 * DAY).0},
    )?;
    let delivered = tx.execute(
        "delete from outbox where id in (select id from outbox where delivered_at < :oldest limit :most)",
        params! {":oldest": now.plus(-KEPT).0, ":most": AT_ONCE},
    )?;
    let failed = tx.execute(
        "delete from outbox where id in (select id from outbox where failed_at < :oldest limit :most)",
        params! {":oldest": now.plus(-KEPT_FAILED).0, ":most": AT_ONCE},
    )?;
    Ok(nobodys + delivered + failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_lie_a_minute_apart_and_then_twice_as_far_each_time() {
        assert_eq!([1, 2, 3, 4].map(backoff), [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]);
        let all: i64 = (1..=12).map(backoff).sum();
        assert!(all < PATIENCE && all + backoff(13) > PATIENCE, "twelve more attempts within three days");
        assert!(backoff(i64::MAX) > 0);
    }
}
