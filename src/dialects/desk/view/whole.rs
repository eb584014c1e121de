//! A ticket with all that is beside it.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::activity::ActivityView;
use super::field::FieldView;
use super::message::{MailView, MessageView};
use super::{Category, ChannelWord, PriorityWord, Project, StatusWord, Tag, Who, priority, status};
use crate::base::{Error, Result, Time};
use crate::dialects::attachments::FileView;
use crate::ticket::{Channel, Detail, Kind, MergedRef, PolicyRef, Rating, Ticket};

/// A rating.
#[derive(Serialize, ToSchema)]
#[schema(as = Rating)]
pub struct RatingView<'t> {
    score: i64,
    comment: Option<&'t str>,
}

impl<'t> From<&'t Rating> for RatingView<'t> {
    fn from(rating: &'t Rating) -> Self {
        Self { score: rating.score, comment: rating.comment.as_deref() }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketPolicy)]
struct Policy {
    id: i64,
    project_id: Option<i64>,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    first_response_minutes: i64,
    resolution_minutes: i64,
}

impl From<&PolicyRef> for Policy {
    fn from(policy: &PolicyRef) -> Self {
        Self {
            id: policy.id,
            project_id: policy.project,
            priority: priority(policy.priority),
            first_response_minutes: policy.first_response_minutes,
            resolution_minutes: policy.resolution_minutes,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = MergedTicket)]
struct Merged<'t> {
    id: i64,
    uuid: &'t str,
    ticket_number: &'t str,
    subject: &'t str,
}

impl<'t> From<&'t MergedRef> for Merged<'t> {
    fn from(merged: &'t MergedRef) -> Self {
        Self { id: merged.id, uuid: &merged.uuid, ticket_number: &merged.number, subject: &merged.subject }
    }
}

/// The whole ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct Whole<'t> {
    id: i64,
    uuid: &'t str,
    ticket_number: &'t str,
    subject: &'t str,
    /// Markdown; plain text where `channel` is `mail`.
    description: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    source: &'static str,
    /// The way that the description came in, as it stands now.
    #[schema(value_type = Option<ChannelWord>)]
    channel: Option<&'static str>,
    /// For staff: what is known of the mail that the description came by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = MailView)]
    mail: Option<MailView<'t>>,
    customer_name: Option<&'t str>,
    customer_email: Option<&'t str>,
    customer_phone: Option<&'t str>,
    customer_id: Option<&'t str>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<&'t RawValue>,
    assigned_to: Option<i64>,
    reply_count: i64,
    first_response_at: Option<String>,
    first_response_due_at: Option<String>,
    resolution_due_at: Option<String>,
    first_response_breached: bool,
    resolution_breached: bool,
    resolved_at: Option<String>,
    closed_at: Option<String>,
    last_activity_at: String,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    deleted_at: Option<String>,
    project: Project<'t>,
    category: Option<Category<'t>>,
    creator: Option<Who<'t>>,
    assignee: Option<Who<'t>>,
    tags: Vec<Tag<'t>>,
    messages: Vec<MessageView<'t>>,
    attachments: Vec<FileView<'t>>,
    activities: Vec<ActivityView<'t>>,
    watchers: Vec<Who<'t>>,
    rating: Option<RatingView<'t>>,
    sla_policy: Option<Policy>,
    /// For staff: the tickets that were merged into it, directly or through others. `POST /api/tickets/{uuid}/unmerge` undoes
    /// that, at any time.
    merged: Vec<Merged<'t>>,
    /// The fields that this instance has of its own, in their order, as far as the reader may see them.
    custom_fields: Vec<FieldView<'t>>,
}

impl<'t> Whole<'t> {
    /// Puts a ticket and what is beside it together. `updated_at` is what the reader may know of.
    pub fn of(
        ticket: &'t Ticket,
        detail: &'t Detail,
        custom_fields: Vec<FieldView<'t>>,
        is_staff: bool,
    ) -> Result<Self> {
        let description = detail.messages.iter().find(|message| message.kind == Kind::Description);
        let replies = detail.messages.iter().filter(|message| message.kind != Kind::Description);
        let metadata = ticket.metadata.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        let updated_at = if is_staff { ticket.updated_at } else { ticket.last_activity_at };
        Ok(Self {
            id: ticket.id,
            uuid: &ticket.uuid,
            ticket_number: &ticket.number,
            subject: &ticket.subject,
            description: description.map_or("", |message| &message.body),
            status: status(ticket.status),
            priority: priority(ticket.priority),
            source: ticket.source.as_str(),
            channel: description.and_then(|message| message.channel).map(Channel::as_str),
            mail: description.and_then(|message| message.mail.as_ref()).map(MailView::from),
            customer_name: ticket.customer.name.as_deref(),
            customer_email: ticket.customer.email.as_deref(),
            customer_phone: ticket.customer.phone.as_deref(),
            customer_id: ticket.customer.reference.as_deref(),
            metadata,
            assigned_to: ticket.assignee,
            reply_count: ticket.reply_count,
            first_response_at: ticket.first_response_at.map(Time::to_seconds),
            first_response_due_at: ticket.promise.first_response_due_at.map(Time::to_seconds),
            resolution_due_at: ticket.promise.resolution_due_at.map(Time::to_seconds),
            first_response_breached: ticket.promise.first_response_breached,
            resolution_breached: ticket.promise.resolution_breached,
            resolved_at: ticket.resolved_at.map(Time::to_seconds),
            closed_at: ticket.closed_at.map(Time::to_seconds),
            last_activity_at: ticket.last_activity_at.to_seconds(),
            created_at: ticket.created_at.to_seconds(),
            updated_at: updated_at.to_seconds(),
            deleted_at: ticket.deleted_at.map(Time::to_seconds),
            project: (&detail.project).into(),
            category: detail.category.as_ref().map(Category::from),
            creator: detail.creator.as_ref().map(Who::from),
            assignee: detail.assignee.as_ref().map(Who::from),
            tags: detail.tags.iter().map(Tag::from).collect(),
            messages: replies.map(MessageView::from).collect(),
            attachments: description.into_iter().flat_map(|message| &message.attachments).map(FileView::from).collect(),
            activities: detail.activities.iter().map(ActivityView::from).collect(),
            watchers: detail.watchers.iter().map(Who::from).collect(),
            rating: detail.rating.as_ref().map(RatingView::from),
            sla_policy: detail.policy.as_ref().map(Policy::from),
            merged: detail.merged.iter().map(Merged::from).collect(),
            custom_fields,
        })
    }
}
