//! A ticket in a list.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Category, PriorityWord, Project, StatusWord, Tag, Who, priority, status};
use crate::base::Time;
use crate::ticket::Summary;

/// A row of the list.
#[derive(Serialize, ToSchema)]
#[schema(as = TicketRow)]
pub struct Row<'t> {
    id: i64,
    ticket_number: &'t str,
    subject: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    /// Public messages without the description.
    reply_count: i64,
    project: Project<'t>,
    category: Option<Category<'t>>,
    assignee: Option<Who<'t>>,
    creator: Option<Who<'t>>,
    customer_name: Option<&'t str>,
    customer_email: Option<&'t str>,
    tags: Vec<Tag<'t>>,
    first_response_due_at: Option<String>,
    resolution_due_at: Option<String>,
    /// With either breach.
    sla_breached: bool,
    last_activity_at: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    deleted_at: Option<String>,
    /// When words were searched for: where they stand in the conversation, as HTML that is text and `<mark>` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    snippet: Option<&'t str>,
}

impl<'t> From<&'t Summary> for Row<'t> {
    fn from(ticket: &'t Summary) -> Self {
        Self {
            id: ticket.id,
            ticket_number: &ticket.number,
            subject: &ticket.subject,
            status: status(ticket.status),
            priority: priority(ticket.priority),
            reply_count: ticket.reply_count,
            project: (&ticket.project).into(),
            category: ticket.category.as_ref().map(Category::from),
            assignee: ticket.assignee.as_ref().map(Who::from),
            creator: ticket.creator.as_ref().map(Who::from),
            customer_name: ticket.customer_name.as_deref(),
            customer_email: ticket.customer_email.as_deref(),
            tags: ticket.tags.iter().map(Tag::from).collect(),
            first_response_due_at: ticket.first_response_due_at.map(Time::to_seconds),
            resolution_due_at: ticket.resolution_due_at.map(Time::to_seconds),
            sla_breached: ticket.breached,
            last_activity_at: ticket.last_activity_at.to_seconds(),
            created_at: ticket.created_at.to_seconds(),
            deleted_at: ticket.deleted_at.map(Time::to_seconds),
            snippet: ticket.snippet.as_deref(),
        }
    }
}
