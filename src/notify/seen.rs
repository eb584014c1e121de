//! The outbox as admins see it, and sending something again. What mails say is not shown: links in them are secrets.

use super::Template;
use crate::audit;
use crate::base::{Actor, DeliveryState, Error, Event, Kind, Result, Time};
use crate::store::{Conn, Row, Tx, params};

/// A mail of the outbox.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Where it lies among the others.
    pub number: i64,
    /// The id that is shown.
    pub uuid: String,
    /// Which mail, as [`Template::as_str`] spells it.
    pub template: String,
    /// Where to.
    pub address: String,
    /// The ticket that it is about.
    pub ticket: Option<i64>,
    /// How it stands.
    pub state: DeliveryState,
    /// How often delivery was tried.
    pub attempts: i64,
    /// What went wrong the last time.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: Time,
    /// When delivery is tried next, where it waits.
    pub next_attempt_at: Option<Time>,
    /// When the mail server took it.
    pub delivered_at: Option<Time>,
    /// Whether what it says is still kept.
    is_whole: bool,
}

/// Which mails are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// How they stand.
    pub state: Option<DeliveryState>,
    /// The number that the part before ended with.
    pub after: Option<i64>,
    /// Rows at most.
    pub limit: i64,
}

fn read(row: &Row<'_>) -> Result<Seen> {
    let (delivered, failed): (Option<i64>, Option<i64>) = (row.get("delivered_at")?, row.get("failed_at")?);
    let state = match (delivered, failed) {
        (Some(_), _) => DeliveryState::Delivered,
        (None, Some(_)) => DeliveryState::Failed,
        (None, None) => DeliveryState::Waiting,
    };
    let next: i64 = row.get("next_attempt_at")?;
    Ok(Seen {
        number: row.get("id")?,
        uuid: row.get("uuid")?,
        template: row.get("template")?,
        address: row.get("address")?,
        ticket: row.get("ticket_id")?,
        state,
        attempts: row.get("attempts")?,
        error: row.get("error")?,
        created_at: Time(row.get("created_at")?),
        next_attempt_at: (state == DeliveryState::Waiting).then_some(Time(next)),
        delivered_at: delivered.map(Time),
        is_whole: row.get("whole")?,
    })
}

/// Mails, newest first. Admins alone may. Mails about nobody, which are never delivered, are not among them.
pub fn list(conn: &Conn<'_>, actor: &Actor, filter: &Filter) -> Result<Vec<Seen>> {
    actor.must_be_admin()?;
    conn.all(
        "select id, uuid, template, address, ticket_id, attempts, error, created_at, next_attempt_at, delivered_at,
           failed_at, length(content) > 0 as whole
         from outbox
         where (:after is null or id < :after) and not (delivered_at is not null and attempts = 0)
           and case :state when 'waiting' then delivered_at is null and failed_at is null
             when 'delivered' then delivered_at is not null
             when 'failed' then delivered_at is null and failed_at is not null else true end
         order by id desc limit :limit",
        params! {":after": filter.after, ":state": filter.state.map(DeliveryState::as_str), ":limit": filter.limit},
        read,
    )
}

/// The mail with this UUID. Admins alone may.
pub fn find(conn: &Conn<'_>, actor: &Actor, uuid: &str) -> Result<Seen> {
    actor.must_be_admin()?;
    let found = conn.one(
        "select id, uuid, template, address, ticket_id, attempts, error, created_at, next_attempt_at, delivered_at,
           failed_at, length(content) > 0 as whole
         from outbox where uuid = :uuid and not (delivered_at is not null and attempts = 0)",
        params! {":uuid": uuid},
        read,
    )?;
    found.ok_or_else(Error::not_found)
}

/// Sends a mail again, at once and as if it were new. One whose content is gone is a conflict.
pub fn replay(tx: &Tx<'_>, actor: &Actor, mail: &Seen) -> Result<Seen> {
    actor.must_be_admin()?;
    if !mail.is_whole {
        let is_secret = Template::parse(&mail.template).is_some_and(Template::is_secret);
        let what = if is_secret {
            "This mail was delivered, and its link is not kept. Make another one."
        } else {
            "What this mail said is not kept any more."
        };
        return Err(Error::new(Kind::Conflict, what));
    }
    audit::record(tx, actor, "mail_replayed", &format!("{} to {}", mail.template, mail.address))?;
    tx.execute(
        "update outbox set queued_at = :now, next_attempt_at = :now, attempts = 0, error = null, failed_at = null,
           delivered_at = null
         where id = :id",
        params! {":now": tx.now().0, ":id": mail.number},
    )?;
    tx.announce(Event::MailQueued);
    find(tx, actor, &mail.uuid)
}
