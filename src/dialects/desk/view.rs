//! How this surface shows tickets and messages.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::base::{Error, Priority, Result, Role, Time};
use crate::dialects::attachments::FileView;
use crate::dialects::description::words::words;
pub use crate::dialects::word::{
    AnyPriority, AnyStatus, PriorityWord, StatusWord, parse_priority, parse_status, priority, status,
};
use crate::ticket::{
    Activity, CategoryRef, Channel, Detail, Kind, MergedRef, Message, Named, PolicyRef, ProjectRef, Rating, Received,
    Status, Summary, TagRef, Ticket, Trust,
};

words! {
    /// What somebody may do.
    pub RoleWord = Role::ALL.map(Role::as_str);
    /// The way that a message came in.
    ChannelWord = Channel::ALL.map(Channel::as_str);
    /// How far the domain of a mail's sender was found to stand behind it: `proven` by DMARC; `partial`, some domain does; `unknown`,
    /// nobody looked; `failed`.
    TrustWord = Trust::ALL.map(Trust::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct Who<'t> {
    id: Option<i64>,
    name: &'t str,
}

impl<'t> From<&'t Named> for Who<'t> {
    fn from(named: &'t Named) -> Self {
        Self { id: Some(named.id), name: &named.name }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketProject)]
struct Project<'t> {
    id: i64,
    name: &'t str,
    slug: &'t str,
}

impl<'t> From<&'t ProjectRef> for Project<'t> {
    fn from(project: &'t ProjectRef) -> Self {
        Self { id: project.id, name: &project.name, slug: &project.slug }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketCategory)]
struct Category<'t> {
    id: i64,
    name: &'t str,
    color: Option<&'t str>,
}

impl<'t> From<&'t CategoryRef> for Category<'t> {
    fn from(category: &'t CategoryRef) -> Self {
        Self { id: category.id, name: &category.name, color: category.color.as_deref() }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketTag)]
struct Tag<'t> {
    id: i64,
    name: &'t str,
    color: Option<&'t str>,
}

impl<'t> From<&'t TagRef> for Tag<'t> {
    fn from(tag: &'t TagRef) -> Self {
        Self { id: tag.id, name: &tag.name, color: tag.color.as_deref() }
    }
}

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

/// What is known of the mail that a message came by; for staff.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageMail)]
struct MailView<'t> {
    /// The address in its From:.
    from: &'t str,
    #[schema(value_type = TrustWord)]
    trust: &'static str,
    /// What the mail server found: `spf=pass dkim=pass dmarc=pass`.
    findings: &'t str,
    /// What it quotes at its end, which is not in the message's body.
    quoted: Option<&'t str>,
    /// The mail itself.
    raw: Option<FileView<'t>>,
}

impl<'t> From<&'t Received> for MailView<'t> {
    fn from(mail: &'t Received) -> Self {
        Self {
            from: &mail.sender,
            trust: mail.trust.as_str(),
            findings: &mail.findings,
            quoted: mail.quoted.as_deref(),
            raw: mail.raw.as_ref().map(FileView::from),
        }
    }
}

/// A message of the conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView<'t> {
    id: i64,
    body: &'t str,
    /// `reply` or `note`.
    r#type: &'static str,
    /// Whether it is the first public one by staff.
    is_first_response: bool,
    user: Who<'t>,
    /// Null where Gatehouse itself wrote it, and where it is not known.
    #[schema(value_type = Option<ChannelWord>)]
    channel: Option<&'static str>,
    /// For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = MailView)]
    mail: Option<MailView<'t>>,
    attachments: Vec<FileView<'t>>,
    created_at: String,
}

impl<'t> From<&'t Message> for MessageView<'t> {
    fn from(message: &'t Message) -> Self {
        Self {
            id: message.id,
            body: &message.body,
            r#type: message.kind.as_str(),
            is_first_response: message.is_first_response,
            user: Who { id: message.user, name: message.author.as_deref().unwrap_or_default() },
            channel: message.channel.map(Channel::as_str),
            mail: message.mail.as_ref().map(MailView::from),
            attachments: message.attachments.iter().map(FileView::from).collect(),
            created_at: message.created_at.to_seconds(),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Activity)]
struct ActivityView<'t> {
    id: i64,
    action: &'t str,
    from: Option<&'t str>,
    to: Option<&'t str>,
    user: Option<Who<'t>>,
    via: Option<&'t str>,
    /// The automation rule that acted, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    rule: Option<&'t str>,
    /// What made the rule act, for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    cause: Option<&'t str>,
    created_at: String,
}

/// This surface's word for a value of the trail.
fn word<'t>(action: &str, value: &'t str) -> &'t str {
    match action {
        "status_changed" | "created" => Status::parse(value).map_or(value, |known| status(known)),
        "priority_changed" => Priority::parse(value).map_or(value, |known| priority(known)),
        _ => value,
    }
}

impl<'t> From<&'t Activity> for ActivityView<'t> {
    fn from(activity: &'t Activity) -> Self {
        let worded = |value: &'t Option<String>| value.as_deref().map(|value| word(&activity.action, value));
        Self {
            id: activity.id,
            action: &activity.action,
            from: worded(&activity.from),
            to: worded(&activity.to),
            user: activity.user.as_ref().map(|(id, name)| Who { id: Some(*id), name }),
            via: activity.via.as_deref(),
            rule: activity.rule.as_ref().map(|(_, name)| name.as_str()),
            cause: activity.cause.as_deref(),
            created_at: activity.created_at.to_seconds(),
        }
    }
}

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
    description: &'t str,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    #[schema(value_type = PriorityWord)]
    priority: &'static str,
    source: &'static str,
    /// The way that the description came in.
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
}

impl<'t> Whole<'t> {
    /// Puts a ticket and what is beside it together. `updated_at` is what the reader may know of.
    pub fn of(ticket: &'t Ticket, detail: &'t Detail, is_staff: bool) -> Result<Self> {
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
        })
    }
}
