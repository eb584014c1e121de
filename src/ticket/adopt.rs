//! Tickets that others filed under an address, once somebody has proved that it is theirs.

use super::save::save;
use super::{Ticket, index};
use crate::base::{Actor, Event, Result};
use crate::store::{Conn, Tx, params};

/// Tickets adopted in one transaction.
const AT_ONCE: usize = 100;

/// Follows up what other nouns announce: a proven address owns the first of its tickets at once, and the rest soon.
pub fn follow(tx: &Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::AddressProven { user } => adopt(tx, *user, 0).map(drop),
        Event::DesiredChanged { .. }
        | Event::FilesReleased { .. }
        | Event::Happened
        | Event::MailQueued
        | Event::MailboxesChanged
        | Event::Measured { .. } => Ok(()),
    }
}

/// Makes a customer who has proved their address the creator of some of the tickets under it that have none, from this
/// id on; answers the last id where there may be more. Nobody else is ever made a creator by address.
///
/// A mail that was not proven on the way says nothing of an account that had its address already: a stranger may have written
/// it. Whoever proves the address afterwards has read what came to it since, the receipt too.
pub fn adopt(tx: &Tx<'_>, user: i64, after: i64) -> Result<Option<i64>> {
    let found = tx.all(
        "select t.id from users u
           join tickets t on lower(t.customer_email) = lower(u.email) and t.customer_email is not null
         where u.id = :user and u.role = 'customer' and u.is_active and u.email_verified_at is not null
           and u.deleted_at is null and t.creator_id is null and t.id > :after
           and (t.source <> 'email' or t.created_at < u.email_verified_at or exists (select 1 from incoming_mails m
             where m.ticket_id = t.id and m.became = 'ticket' and m.is_proven))
         order by t.id limit :n",
        params! {":user": user, ":after": after, ":n": i64::try_from(AT_ONCE).unwrap_or(i64::MAX)},
        |row| row.get::<i64>("id"),
    )?;
    for ticket in &found {
        tx.execute("update tickets set creator_id = :user where id = :id", params! {":user": user, ":id": ticket})?;
        index::mark(tx, *ticket);
    }
    Ok(found.last().copied().filter(|_| found.len() == AT_ONCE))
}

/// Makes a customer the creator of a ticket under their proved address that has none, because they answered it by a name that
/// only mails to that address hold.
pub fn adopt_answered(tx: &Tx<'_>, ticket: &Ticket, user: i64) -> Result<Ticket> {
    save(tx, &Actor::system(), ticket, Ticket { creator: Some(user), ..ticket.clone() })
}

/// Customers who have proved an address under which there are tickets without a creator: where a stop came in between.
pub fn unadopted(conn: &Conn<'_>) -> Result<Vec<i64>> {
    conn.all(
        "select distinct u.id from tickets t
           join users u on lower(u.email) = lower(t.customer_email) and u.deleted_at is null
         where t.creator_id is null and t.customer_email is not null and u.role = 'customer' and u.is_active
           and u.email_verified_at is not null
           and (t.source <> 'email' or t.created_at < u.email_verified_at or exists (select 1 from incoming_mails m
             where m.ticket_id = t.id and m.became = 'ticket' and m.is_proven))",
        params! {},
        |row| row.get("id"),
    )
}
