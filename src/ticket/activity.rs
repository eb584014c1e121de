//! The trail of a ticket: who did what, and what it was before. Every row of it is one of the feed, too.

use serde_json::json;

use super::{Ticket, id, notification};
use crate::base::{Actor, Result, Time, Who};
use crate::feed::{self, About, Was};
use crate::store::{Conn, Tx, params};

/// What may take a ticket out of somebody's sight.
const MOVES: [&str; 5] = ["assigned", "unassigned", "group_changed", "customer_changed", "deleted"];

/// One row of the trail.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Rises with time.
    pub id: i64,
    /// Snake case, `status_changed`.
    pub action: String,
    /// As it was, in the words of the time.
    pub from: Option<String>,
    /// As it became.
    pub to: Option<String>,
    /// Who did it: number and name.
    pub user: Option<(i64, String)>,
    /// Their other id.
    pub user_uuid: Option<String>,
    /// The name of the key, application or job that acted.
    pub via: Option<String>,
    /// The UUID of the API key that acted.
    pub api_key: Option<String>,
    /// The rule that acted: UUID and name. For staff.
    pub rule: Option<(String, String)>,
    /// What made it act, for people. For staff.
    pub cause: Option<String>,
    /// When.
    pub created_at: Time,
}

/// What happened, before it is written down.
pub(super) struct Happened<'h> {
    pub action: &'static str,
    pub from: Option<&'h str>,
    pub to: Option<&'h str>,
    /// Customers never learn of it.
    pub internal: bool,
    /// The message that it is about.
    pub message: Option<i64>,
    /// Who has the ticket from now on.
    pub assignee: Option<i64>,
    /// What was said, in which somebody may be mentioned.
    pub said: Option<&'h str>,
}

impl<'h> Happened<'h> {
    pub(super) fn new(action: &'static str) -> Self {
        Self { action, from: None, to: None, internal: false, message: None, assignee: None, said: None }
    }

    pub(super) fn between(action: &'static str, from: Option<&'h str>, to: Option<&'h str>) -> Self {
        Self { from, to, ..Self::new(action) }
    }

    /// Which kind of event it is to those who follow along.
    fn kind(&self) -> feed::Kind {
        match self.action {
            "created" => feed::Kind::TicketCreated,
            "replied" | "note_added" => feed::Kind::CommentCreated,
            "message_edited" => feed::Kind::CommentUpdated,
            "assigned" | "unassigned" => feed::Kind::TicketAssigned,
            "rated" => feed::Kind::TicketRated,
            "merged" => feed::Kind::TicketMerged,
            "unmerged" => feed::Kind::TicketUnmerged,
            "deleted" => feed::Kind::TicketDeleted,
            "restored" => feed::Kind::TicketRestored,
            "sla_breached" => feed::Kind::SlaBreached,
            _ => feed::Kind::TicketUpdated,
        }
    }

    /// What of it goes to those who follow along: words and ids, never what people wrote.
    fn content(&self) -> String {
        let mut content = serde_json::Map::new();
        content.insert("action".to_owned(), self.action.into());
        if ["status_changed", "priority_changed", "sla_breached", "rated"].contains(&self.action) {
            content.extend(self.from.map(|from| ("from".to_owned(), from.into())));
            content.extend(self.to.map(|to| ("to".to_owned(), to.into())));
        }
        content.extend(self.message.map(|message| ("message_id".to_owned(), message.into())));
        if ["assigned", "unassigned"].contains(&self.action) {
            content.insert("assignee_id".to_owned(), json!(self.assignee));
        }
        serde_json::Value::Object(content).to_string()
    }
}

/// The label of an actor who is not a user.
pub(super) fn via(actor: &Actor) -> Option<String> {
    match &actor.who {
        Who::KeyPair { pair, name, .. } => Some(format!("key {pair} ({name})")),
        Who::System => Some("gatehouse".to_owned()),
        Who::Person { .. } => actor.grant.as_ref().map(|grant| grant.name.clone()),
        Who::Server { .. } | Who::Nobody => None,
    }
}

/// Writes down what happened.
pub(super) fn record(tx: &Tx<'_>, actor: &Actor, ticket: i64, what: &Happened<'_>) -> Result<()> {
    tx.execute(
        "insert into activities (ticket_id, id, action, from_value, to_value, user_id, via, api_key_id, is_internal,
           rule_id, cause, created_at)
         values (:ticket, :id, :action, :from, :to, :user, :via, :key, :internal, :rule, :cause, :now)",
        params! {":ticket": ticket, ":id": id::next(tx, "activities")?, ":action": what.action, ":from": what.from,
        ":to": what.to, ":user": actor.user(), ":via": via(actor),
        ":key": actor.grant.as_ref().and_then(|grant| grant.key), ":internal": what.internal,
        ":rule": actor.rule.as_ref().map(|by| by.rule), ":cause": actor.rule.as_ref().map(|by| by.cause.as_str()),
        ":now": tx.now().0},
    )?;
    if actor.is_quiet { Ok(()) } else { tell(tx, actor, ticket, what) }
}

/// Tells those who follow along, and those whom it concerns.
fn tell(tx: &Tx<'_>, actor: &Actor, ticket: i64, what: &Happened<'_>) -> Result<()> {
    // The ticket's row still says what it was: it is written once all is noted.
    let found = tx.one(
        "select project_id, creator_id, assignee_id, group_id from tickets where id = :ticket",
        params! {":ticket": ticket},
        |row| {
            let c = row.columns();
            Ok((c.take()?, Was { creator: c.take()?, assignee: c.take()?, group: c.take()? }))
        },
    )?;
    let (project, was) = found.unzip();
    let was = was.filter(|_| MOVES.contains(&what.action));
    let about = About { ticket: Some(ticket), project, is_internal: what.internal, was, ..About::default() };
    let kind = what.kind();
    let event = feed::record(tx, actor, kind, &about, &what.content())?;
    notification::make(tx, actor, ticket, event, kind, what)
}

/// The trail, oldest first; customers and keys see nothing of what is internal, nor what keys are called.
pub fn activities(conn: &Conn<'_>, actor: &Actor, ticket: &Ticket) -> Result<Vec<Activity>> {
    conn.all(
        "select a.id, a.action, a.from_value, a.to_value, a.user_id, u.name, u.uuid, iif(:staff, a.via, null), a.created_at, k.uuid,
           iif(:staff, r.uuid, null), r.name, iif(:staff, a.cause, null)
         from activities a left join users u on u.id = a.user_id left join api_keys k on k.id = a.api_key_id
           left join automation_rules r on r.id = a.rule_id
         where a.ticket_id = :ticket and (:staff or not a.is_internal) order by a.id",
        params! {":ticket": ticket.id, ":staff": actor.is_staff()},
        |row| {
            let c = row.columns();
            let (id, action, from, to) = (c.take()?, c.take()?, c.take()?, c.take()?);
            let (user, name): (Option<i64>, Option<String>) = (c.take()?, c.take()?);
            let (user_uuid, via, created_at) = (c.take()?, c.take()?, Time(c.take()?));
            let api_key = c.take()?;
            let (rule, rule_name): (Option<String>, Option<String>) = (c.take()?, c.take()?);
            let (rule, cause) = (rule.zip(rule_name), c.take()?);
            let user = user.zip(name);
            Ok(Activity { id, action, from, to, user, user_uuid, via, created_at, api_key, rule, cause })
        },
    )
}
