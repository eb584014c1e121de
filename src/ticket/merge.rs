//! Merging a ticket into another, and undoing it.
//!
//! Nothing moves: the merged ticket closes and keeps its messages, and its ids and its number lead to the other, whose
//! conversation shows them. So undoing is to forget it.

use super::activity::{self, Happened};
use super::find::{Ticket, itself_live};
use super::save::save;
use super::status::move_to;
use super::{Status, automate, find};
use crate::audit;
use crate::automation::Event;
use crate::base::{Actor, Error, Kind, Result};
use crate::store::{Conn, Tx, params};

/// Most tickets that lead to one, directly or through others.
const MOST: i64 = 100;

/// Merges a ticket into another, or into the one that this leads to; answers that. Both lie in one project. Staff alone
/// may.
pub fn merge(tx: &Tx<'_>, actor: &Actor, ticket: &Ticket, into: i64) -> Result<Ticket> {
    actor.must_be_staff()?;
    let unknown = |error: Error| match error.kind {
        Kind::NotFound => Error::field("into", "There is no such ticket."),
        _ => error,
    };
    let target = find::find_live(tx, actor, into).map_err(unknown)?;
    if target.id == ticket.id {
        return Err(Error::field(
            "into",
            "A ticket cannot be merged into itself, nor into one that was merged into it.",
        ));
    }
    if target.project != ticket.project {
        return Err(Error::field("into", "Tickets of different projects cannot be merged."));
    }
    if i64::try_from(merged(tx, target.id)?.len() + merged(tx, ticket.id)?.len()).unwrap_or(MOST) >= MOST {
        return Err(Error::field("into", format!("At most {MOST} tickets can be merged into one.")));
    }
    tx.execute(
        "insert into ticket_merges (ticket_id, into_id, status, created_at) values (:ticket, :into, :status, :now)",
        params! {":ticket": ticket.id, ":into": target.id, ":status": ticket.status.as_str(), ":now": tx.now().0},
    )
    .map_err(|error| error.when("ticket_merges.ticket_id", already))?;
    tx.execute(
        "insert into ticket_numbers (number, ticket_id) values (:number, :into)
         on conflict (number) do update set ticket_id = :into",
        params! {":number": ticket.number, ":into": target.id},
    )?;
    let tell = |ticket: i64, from: Option<&str>, to: Option<&str>| {
        activity::record(tx, actor, ticket, &Happened { internal: true, ..Happened::between("merged", from, to) })
    };
    tell(ticket.id, None, Some(&target.number))?;
    tell(target.id, Some(&ticket.number), None)?;
    audit::record(tx, actor, "ticket_merged", &format!("{} into {}", ticket.number, target.number))?;
    let mut closed = ticket.clone();
    move_to(tx, actor, &mut closed, Status::Closed)?;
    save(tx, actor, ticket, closed)?;
    let after = Ticket { updated_at: tx.now(), last_activity_at: tx.now(), ..target.clone() };
    let after = save(tx, actor, &target, after)?;
    // The ticket that goes on has changed. The other one is no longer a ticket of its own that a rule could act on.
    automate::heed(tx, actor, after, Event::Updated)
}

fn already() -> Error {
    Error::new(Kind::Conflict, "This ticket was merged already. Undo that first.")
}

/// Undoes the merge of the ticket with this UUID, which stands again where it stood before; one that was not merged is a
/// conflict. Staff alone may.
pub fn unmerge(tx: &Tx<'_>, actor: &Actor, uuid: &str) -> Result<Ticket> {
    let ticket = itself_live(tx, actor, super::ticket_number(tx, uuid)?)?;
    actor.must_be_staff()?;
    let merged = tx.one(
        "select m.status, t.id, t.number from ticket_merges m join tickets t on t.id = m.into_id
         where m.ticket_id = :ticket",
        params! {":ticket": ticket.id},
        |row| {
            let c = row.columns();
            Ok((find::status(&c.take::<String>()?)?, c.take::<i64>()?, c.take::<String>()?))
        },
    )?;
    let Some((status, target, number)) = merged else {
        return Err(Error::new(Kind::Conflict, "This ticket was not merged into another."));
    };
    tx.execute("delete from ticket_merges where ticket_id = :ticket", params! {":ticket": ticket.id})?;
    tx.execute("delete from ticket_numbers where number = :number", params! {":number": ticket.number})?;
    let tell = |ticket: i64, from: Option<&str>, to: Option<&str>| {
        activity::record(tx, actor, ticket, &Happened { internal: true, ..Happened::between("unmerged", from, to) })
    };
    tell(ticket.id, Some(&number), None)?;
    tell(target, None, Some(&ticket.number))?;
    audit::record(tx, actor, "ticket_unmerged", &format!("{} from {number}", ticket.number))?;
    let mut after = Ticket { updated_at: tx.now(), ..ticket.clone() };
    if ticket.status == Status::Closed {
        move_to(tx, actor, &mut after, status)?;
        after.last_activity_at = tx.now();
    }
    let after = save(tx, actor, &ticket, after)?;
    // Both have changed, and both are tickets of their own that rules may act on. Whoever undoes a merge need not see the other.
    if let Some(left) = left(tx, target)? {
        let after = Ticket { updated_at: tx.now(), last_activity_at: tx.now(), ..left.clone() };
        let after = save(tx, actor, &left, after)?;
        automate::heed(tx, actor, after, Event::Updated)?;
    }
    automate::heed(tx, actor, after, Event::Updated)
}

/// The ticket that another was taken out of, or that this leads to in turn; none where it is deleted.
fn left(conn: &Conn<'_>, target: i64) -> Result<Option<Ticket>> {
    match find::find_live(conn, &Actor::system(), target) {
        Ok(ticket) => Ok(Some(ticket)),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The ticket that one leads to: itself, unless it was merged. Staff follow wherever they see; everybody else only to
/// tickets of the same customer, so that nobody loses their own or finds another's.
pub(super) fn follow(conn: &Conn<'_>, actor: &Actor, ticket: Ticket) -> Result<Ticket> {
    let mut at = ticket;
    // One that is deleted can only be restored, or go for good.
    if at.deleted_at.is_some() {
        return Ok(at);
    }
    for _ in 0..MOST {
        let next = conn.one(
            "select into_id from ticket_merges where ticket_id = :ticket",
            params! {":ticket": at.id},
            |row| row.columns().take::<i64>(),
        )?;
        let Some(next) = next else { break };
        match itself_live(conn, actor, next) {
            Ok(next) if actor.is_staff() || is_same_customer(&at, &next) => at = next,
            Ok(_) => break,
            Err(error) if error.kind == Kind::NotFound => break,
            Err(error) => return Err(error),
        }
    }
    Ok(at)
}

fn is_same_customer(one: &Ticket, other: &Ticket) -> bool {
    let email = |ticket: &Ticket| ticket.customer.email.as_ref().map(|email| email.to_lowercase());
    one.creator == other.creator && email(one) == email(other)
}

/// The tickets that lead to this one, directly or through others, whoever may see them.
fn merged(conn: &Conn<'_>, ticket: i64) -> Result<Vec<i64>> {
    // Mostly there are none, and a recursion that finds nothing costs more than to look.
    let any =
        conn.one("select 1 from ticket_merges where into_id = :ticket", params! {":ticket": ticket}, |_| Ok(()))?;
    if any.is_none() {
        return Ok(Vec::new());
    }
    conn.all(
        "with recursive merged (id) as (
           select ticket_id from ticket_merges where into_id = :ticket
           union select m.ticket_id from merged join ticket_merges m on m.into_id = merged.id)
         select id from merged order by id",
        params! {":ticket": ticket},
        |row| row.get("id"),
    )
}

/// The tickets that lead to this one, as far as the actor follows them.
pub(super) fn leading_to(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Vec<Ticket>> {
    let mut found = Vec::new();
    for id in merged(conn, ticket.id)? {
        match itself_live(conn, actor, id) {
            Ok(other) if actor.is_staff() || is_same_customer(&other, ticket) => found.push(other),
            Ok(_) => {}
            Err(error) if error.kind == Kind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
