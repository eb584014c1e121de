//! A message, and what is known of the mail that it came by.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ChannelWord, Who};
use crate::dialects::attachments::FileView;
use crate::dialects::description::words::words;
use crate::ticket::{Channel, Message, Received, Trust};

words! {
    /// How far the domain of a mail's sender was found to stand behind it: `proven` by DMARC; `partial`, some domain does; `unknown`,
    /// nobody looked; `failed`.
    TrustWord = Trust::ALL.map(Trust::as_str);
}

/// What is known of the mail that a message came by; for staff.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageMail)]
pub(super) struct MailView<'t> {
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
    /// Markdown; plain text where `channel` is `mail`.
    body: &'t str,
    /// `reply` or `note`.
    r#type: &'static str,
    /// Whether staff wrote it, other than as the ticket's own customer.
    is_staff: bool,
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
            is_staff: message.is_staff,
            is_first_response: message.is_first_response,
            user: Who { id: message.user, name: message.author.as_deref().unwrap_or_default() },
            channel: message.channel.map(Channel::as_str),
            mail: message.mail.as_ref().map(MailView::from),
            attachments: message.attachments.iter().map(FileView::from).collect(),
            created_at: message.created_at.to_seconds(),
        }
    }
}
