//! How this surface shows and reads tickets and what is said about them.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::base::id::of_row;
use crate::base::{Actor, Error, Priority, Result, Time};
use crate::dialects::description::words::words;
use crate::field::{self, By, Entity, Values};
use crate::store::Conn;
use crate::ticket::{self, Activity, Message, Source, Status, Ticket};

/// What the domain calls a field, and what this surface calls it.
pub const NAMES: &[(&str, &str)] = &[
    ("owner", "customerId"),
    ("user_id", "assigneeId"),
    ("group", "groupId"),
    ("parent", "parentTicketId"),
    ("linked", "linkedTicketIds"),
    ("category_id", "category"),
    ("project_id", "projectId"),
];

/// What [`of_row`] tells messages from activities by.
const MESSAGE: u16 = 1;
const ACTIVITY: u16 = 2;

words! {
    /// Where a ticket stands.
    pub TicketStatus = Status::ALL.map(Status::as_str);
    /// Where a ticket stands; the word of the other surfaces is taken too.
    pub AnyTicketStatus = Status::ALL.map(Status::as_str).into_iter().chain(["pending_customer"]).collect::<BTreeSet<_>>();
    /// How much a ticket matters.
    pub TicketPriority = Priority::ALL.map(Priority::as_str);
    /// How much a ticket matters; the word of the other surfaces is taken too.
    pub AnyTicketPriority = Priority::ALL.map(Priority::as_str).into_iter().chain(["critical"]).collect::<BTreeSet<_>>();
    /// The way a ticket came in.
    pub TicketSource = Source::ALL.map(Source::as_str);
}

/// Reads a status in either spelling.
pub fn status(text: &str) -> Result<Status> {
    let wrong = "The status must be open, pending, in_progress, resolved or closed.";
    Status::parse(text).ok_or_else(|| Error::field("status", wrong))
}

/// Reads a priority in either spelling.
pub fn priority(text: &str) -> Result<Priority> {
    Priority::parse(text).ok_or_else(|| Error::field("priority", "The priority must be low, medium, high or urgent."))
}

/// A ticket.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ticket)]
pub struct TicketView {
    id: String,
    ticket_number: i64,
    subject: String,
    description: String,
    #[schema(value_type = TicketStatus)]
    status: &'static str,
    #[schema(value_type = TicketPriority)]
    priority: &'static str,
    /// A slug.
    category: Option<String>,
    project_id: String,
    customer_id: Option<String>,
    customer_email: Option<String>,
    assignee_id: Option<String>,
    group_id: Option<String>,
    parent_ticket_id: Option<String>,
    linked_ticket_ids: Vec<String>,
    tags: Vec<String>,
    /// By the name of the field.
    #[schema(value_type = Object)]
    custom_fields: Map<String, Value>,
    #[schema(value_type = TicketSource)]
    source: &'static str,
    /// Until when it should be resolved; null while the clock is paused.
    #[schema(format = DateTime)]
    sla_deadline: Option<String>,
    first_response_at: Option<String>,
    resolved_at: Option<String>,
    /// A date or a time, as it was given.
    due_date: Option<String>,
    created_at: String,
    updated_at: String,
}

impl TicketView {
    /// A ticket as the actor may see it.
    pub fn of(conn: &Conn<'_>, actor: &Actor, ticket: Ticket) -> Result<Self> {
        let beside = ticket::beside(conn, actor, &ticket)?;
        let defined = field::defined(conn, Entity::Ticket)?;
        let time = |at: Option<Time>| at.map(Time::to_milliseconds);
        Ok(Self {
            id: ticket.uuid,
            ticket_number: ticket.id,
            subject: ticket.subject,
            description: beside.description,
            status: ticket.status.as_str(),
            priority: ticket.priority.as_str(),
            category: beside.category,
            project_id: beside.project,
            customer_id: beside.customer,
            customer_email: ticket.customer.email,
            assignee_id: beside.assignee,
            group_id: beside.group,
            parent_ticket_id: beside.parent,
            linked_ticket_ids: beside.linked,
            tags: beside.tags,
            custom_fields: Values::parse(&ticket.custom_fields)?.show(&defined, By::of(actor)),
            source: ticket.source.as_str(),
            sla_deadline: time(ticket.promise.resolution_due_at),
            first_response_at: time(ticket.first_response_at),
            resolved_at: time(ticket.resolved_at),
            due_date: ticket.due.map(|due| due.to_string()),
            created_at: ticket.created_at.to_milliseconds(),
            updated_at: ticket.updated_at.to_milliseconds(),
        })
    }
}

/// A public reply, or an internal one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reply)]
pub struct ReplyView {
    id: String,
    ticket_id: String,
    user_id: Option<String>,
    content: String,
    is_internal: bool,
    created_at: String,
}

impl ReplyView {
    /// A message of a ticket.
    pub fn of(ticket: &Ticket, message: Message) -> Self {
        Self {
            id: of_row(message.created_at, MESSAGE, message.id),
            ticket_id: ticket.uuid.clone(),
            user_id: message.user_uuid,
            content: message.body,
            is_internal: message.kind == ticket::Kind::Note,
            created_at: message.created_at.to_milliseconds(),
        }
    }
}

/// An internal note.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Note)]
pub struct NoteView {
    id: String,
    ticket_id: String,
    user_id: Option<String>,
    content: String,
    is_private: bool,
    created_at: String,
}

impl NoteView {
    /// A note of a ticket.
    pub fn of(ticket: &Ticket, message: Message) -> Self {
        Self {
            id: of_row(message.created_at, MESSAGE, message.id),
            ticket_id: ticket.uuid.clone(),
            user_id: message.user_uuid,
            content: message.body,
            is_private: message.is_private,
            created_at: message.created_at.to_milliseconds(),
        }
    }
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Activity)]
pub struct ActivityView {
    id: String,
    ticket_id: String,
    user_id: Option<String>,
    action: String,
    old_value: Option<String>,
    new_value: Option<String>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    api_key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    api_key_name: Option<String>,
    /// The automation rule that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    rule_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    rule_name: Option<String>,
    /// What made the rule act: what happened, the rule whose change it answers, and the conditions that held, as in
    /// `ticket.updated, rule “VIP”: priority is urgent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    cause: Option<String>,
}

impl ActivityView {
    /// A row of a ticket's trail.
    pub fn of(ticket: &Ticket, activity: Activity) -> Self {
        let (rule_id, rule_name) = activity.rule.unzip();
        Self {
            id: of_row(activity.created_at, ACTIVITY, activity.id),
            ticket_id: ticket.uuid.clone(),
            user_id: activity.user_uuid,
            action: activity.action,
            old_value: activity.from,
            new_value: activity.to,
            created_at: activity.created_at.to_milliseconds(),
            api_key_name: activity.via.filter(|_| activity.api_key.is_some()),
            api_key_id: activity.api_key,
            rule_id,
            rule_name,
            cause: activity.cause,
        }
    }
}
