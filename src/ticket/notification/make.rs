//! Making notifications, in the transaction of what they are about.

use std::collections::BTreeMap;

use super::list::Reason;
use super::mention::mentioned;
use crate::base::{Actor, Result};
use crate::feed::Kind;
use crate::store::{Conn, Tx, params};
use crate::ticket::activity::Happened;

/// Notifies those whom something concerns: whoever has the ticket, those who watch it and those who are mentioned; never
/// who did it, and of what is internal no customer.
pub(in crate::ticket) fn make(
    tx: &Tx<'_>,
    actor: &Actor,
    ticket: i64,
    event: i64,
    kind: Kind,
    what: &Happened<'_>,
) -> Result<()> {
    for (user, reason) in concerned(tx, actor, ticket, kind, what)? {
        tx.insert(
            "insert into notifications (user_id, ticket_id, event_id, kind, reason, by_id, message_id, is_internal,
               created_at)
             values (:user, :ticket, :event, :kind, :reason, :by, :message, :internal, :now)",
            params! {":user": user, ":ticket": ticket, ":event": event, ":kind": kind.as_str(),
            ":reason": reason.as_str(), ":by": actor.user(), ":message": what.message, ":internal": what.internal,
            ":now": tx.now().0},
        )?;
    }
    Ok(())
}

/// Notifies every active admin of something at a ticket that is theirs to mend.
pub(in crate::ticket) fn make_for_admins(tx: &Tx<'_>, ticket: i64, event: i64, kind: Kind) -> Result<()> {
    tx.execute(
        "insert into notifications (user_id, ticket_id, event_id, kind, reason, is_internal, created_at)
         select id, :ticket, :event, :kind, :reason, true, :now from users
         where role in ('admin', 'super_admin') and is_active and deleted_at is null order by id",
        params! {":ticket": ticket, ":event": event, ":kind": kind.as_str(),
        ":reason": Reason::Administering.as_str(), ":now": tx.now().0},
    )?;
    Ok(())
}

/// Whom it concerns, each for the strongest reason.
fn concerned(
    conn: &Conn<'_>,
    actor: &Actor,
    ticket: i64,
    kind: Kind,
    what: &Happened<'_>,
) -> Result<BTreeMap<i64, Reason>> {
    let mut found = BTreeMap::new();
    let concerns_all = match kind {
        Kind::CommentCreated | Kind::SlaBreached | Kind::TicketRated => true,
        _ => what.action == "status_changed",
    };
    if concerns_all {
        conn.each(
            "select u.id, u.id = t.assignee_id as has_it from tickets t
               join users u on u.id = t.assignee_id
                 or u.id in (select w.user_id from watchers w where w.ticket_id = t.id)
             where t.id = :ticket and u.is_active and u.deleted_at is null
               and (not :internal or u.role <> 'customer')",
            params! {":ticket": ticket, ":internal": what.internal},
            |row| {
                let has_it: Option<bool> = row.get("has_it")?;
                let reason = if has_it == Some(true) { Reason::Assigned } else { Reason::Watching };
                found.insert(row.get("id")?, reason);
                Ok(())
            },
        )?;
    }
    if kind == Kind::TicketAssigned {
        found.extend(what.assignee.map(|user| (user, Reason::Assigned)));
    }
    if let Some(said) = what.said.filter(|_| actor.is_staff()) {
        found.extend(mentioned(conn, said)?.into_iter().map(|user| (user, Reason::Mentioned)));
    }
    if let Some(own) = actor.user() {
        found.remove(&own);
    }
    Ok(found)
}
