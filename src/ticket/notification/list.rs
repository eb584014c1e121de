//! Somebody's notifications, as far as they may still see the tickets.

use crate::base::{Actor, Error, Result, Time};
use crate::store::{Conn, params};
use crate::ticket::Sees;

/// Why something concerns somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// They have the ticket.
    Assigned,
    /// They watch it.
    Watching,
    /// Somebody wrote their name.
    Mentioned,
    /// Admins alone can mend it.
    Administering,
}

impl Reason {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Assigned, Self::Watching, Self::Mentioned, Self::Administering];

    /// As SQL and every surface spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Watching => "watching",
            Self::Mentioned => "mentioned",
            Self::Administering => "administering",
        }
    }
}

/// Something that concerns somebody.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Rises.
    pub id: i64,
    /// Of the event: `comment.created`.
    pub kind: String,
    /// Why it concerns them.
    pub reason: Reason,
    /// Who did it: number and name.
    pub by: Option<(i64, String)>,
    /// The ticket's number, as other tables refer to it.
    pub ticket: i64,
    /// `PROJ-2026-00042`.
    pub ticket_number: String,
    /// One line.
    pub subject: String,
    /// The message that it is about.
    pub message: Option<i64>,
    /// When.
    pub created_at: Time,
    /// When it was read.
    pub read_at: Option<Time>,
}

/// The actor's own notifications, newest first: from behind `before`, `limit` at most.
pub fn list(
    conn: &Conn<'_>,
    actor: &Actor,
    only_unread: bool,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Notification>> {
    let own = actor.user().ok_or_else(Error::forbidden)?;
    let sees = Sees::of(actor);
    conn.all(
        "select n.id, n.kind, n.reason, n.by_id, u.name, t.id, t.number, t.subject, n.message_id, n.created_at, n.read_at
         from notifications n join tickets t on t.id = n.ticket_id left join users u on u.id = n.by_id
         where n.user_id = :user and n.id < :before and (:staff or not n.is_internal)
           and (not :unread or n.read_at is null)
           and t.deleted_at is null and (:within is null or t.project_id = :within)
           and (:all or t.creator_id = :own or t.project_id = :project
             or (t.project_id in (select project_id from project_agents where user_id = :agent)
               and case (select ticket_scope from users where id = :agent)
                 when 'all' then true
                 when 'group' then t.assignee_id = :agent
                   or t.group_id in (select group_id from group_members where user_id = :agent)
                 else t.assignee_id = :agent end))
         order by n.id desc limit :limit",
        params! {":user": own, ":before": before.unwrap_or(i64::MAX), ":staff": actor.is_staff(),
        ":unread": only_unread, ":all": sees.all, ":own": sees.own, ":project": sees.project, ":agent": sees.agent,
        ":within": sees.within, ":limit": limit},
        |row| {
            let c = row.columns();
            let (id, kind, reason): (i64, String, String) = (c.take()?, c.take()?, c.take()?);
            let known = Reason::ALL.into_iter().find(|known| known.as_str() == reason);
            let (by, name): (Option<i64>, Option<String>) = (c.take()?, c.take()?);
            Ok(Notification {
                id,
                kind,
                reason: known.ok_or_else(|| Error::internal(format!("unknown reason {reason}")))?,
                by: by.zip(name),
                ticket: c.take()?,
                ticket_number: c.take()?,
                subject: c.take()?,
                message: c.take()?,
                created_at: Time(c.take()?),
                read_at: c.take::<Option<i64>>()?.map(Time),
            })
        },
    )
}

/// How many of the actor's own notifications are unread; counting stops at `most`.
pub fn unread(conn: &Conn<'_>, actor: &Actor, most: i64) -> Result<i64> {
    let own = actor.user().ok_or_else(Error::forbidden)?;
    let sees = Sees::of(actor);
    let count = conn.one(
        "select count(*) as count from (
           select 1 from notifications n join tickets t on t.id = n.ticket_id
           where n.user_id = :user and n.read_at is null and (:staff or not n.is_internal)
             and t.deleted_at is null and (:within is null or t.project_id = :within)
             and (:all or t.creator_id = :own or t.project_id = :project
               or (t.project_id in (select project_id from project_agents where user_id = :agent)
                 and case (select ticket_scope from users where id = :agent)
                   when 'all' then true
                   when 'group' then t.assignee_id = :agent
                     or t.group_id in (select group_id from group_members where user_id = :agent)
                   else t.assignee_id = :agent end))
           limit :most)",
        params! {":user": own, ":staff": actor.is_staff(), ":all": sees.all, ":own": sees.own,
        ":project": sees.project, ":agent": sees.agent, ":within": sees.within, ":most": most},
        |row| row.get("count"),
    )?;
    Ok(count.unwrap_or_default())
}
