//! Which mails there are, and the words that they come with.

use include_dir::{Dir, include_dir};
use serde_json::{Value, json};

use crate::base::{Error, Language, Result, Role};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/notify/templates");

/// Which mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Template {
    /// A link that proves an address.
    Verify,
    /// A link that sets the first password.
    Invite,
    /// A link that sets another password.
    Reset,
    /// To the customer: their ticket is there.
    TicketReceived,
    /// To the customer: staff have answered.
    ReplyToCustomer,
    /// To whoever has the ticket or watches it: somebody has written.
    ReplyToStaff,
    /// To staff: a ticket is theirs now.
    Assigned,
    /// To the customer: it is resolved, and what they think of that.
    TicketResolved,
    /// To staff: a deadline is near.
    SlaWarning,
    /// To staff: a deadline has passed.
    SlaBreach,
    /// To admins: a VPN server does not report any more.
    ServerOffline,
    /// To admins: a device has used up its quota.
    QuotaReached,
    /// To admins: a webhook was switched off.
    WebhookSwitchedOff,
    /// To whoever asks whether mail works.
    Test,
}

impl Template {
    /// Every mail.
    pub const ALL: [Self; 14] = [
        Self::Verify,
        Self::Invite,
        Self::Reset,
        Self::TicketReceived,
        Self::ReplyToCustomer,
        Self::ReplyToStaff,
        Self::Assigned,
        Self::TicketResolved,
        Self::SlaWarning,
        Self::SlaBreach,
        Self::ServerOffline,
        Self::QuotaReached,
        Self::WebhookSwitchedOff,
        Self::Test,
    ];

    /// What people may choose not to get: customers the first three, agents all but the last three, admins all.
    pub const OPTIONAL: [Self; 10] = [
        Self::TicketReceived,
        Self::ReplyToCustomer,
        Self::TicketResolved,
        Self::ReplyToStaff,
        Self::Assigned,
        Self::SlaWarning,
        Self::SlaBreach,
        Self::ServerOffline,
        Self::QuotaReached,
        Self::WebhookSwitchedOff,
    ];

    /// What somebody of a role may choose not to get.
    pub fn optional(role: Role) -> &'static [Self] {
        let most = match role {
            Role::Customer => 3,
            Role::Agent => 7,
            Role::Admin | Role::SuperAdmin => 10,
        };
        &Self::OPTIONAL[..most]
    }

    /// As SQL and JSON spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Invite => "invite",
            Self::Reset => "reset",
            Self::TicketReceived => "ticket_received",
            Self::ReplyToCustomer => "reply_to_customer",
            Self::ReplyToStaff => "reply_to_staff",
            Self::Assigned => "assigned",
            Self::TicketResolved => "ticket_resolved",
            Self::SlaWarning => "sla_warning",
            Self::SlaBreach => "sla_breach",
            Self::ServerOffline => "server_offline",
            Self::QuotaReached => "quota_reached",
            Self::WebhookSwitchedOff => "webhook_switched_off",
            Self::Test => "test",
        }
    }

    /// The reverse of [`Template::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == text)
    }

    /// Whether the mail holds a link that signs its reader in, so that nothing of it is kept once it is delivered.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Verify | Self::Invite | Self::Reset)
    }

    /// Whether only staff get it, about a ticket.
    pub fn is_for_staff(self) -> bool {
        matches!(self, Self::ReplyToStaff | Self::Assigned | Self::SlaWarning | Self::SlaBreach)
    }

    /// The subject and the text that the program comes with.
    pub(super) fn built_in(self, language: Language) -> Result<(&'static str, &'static str)> {
        let path = format!("{}/{}.txt", language.as_str(), self.as_str());
        let text = FILES.get_file(&path).and_then(|file| file.contents_utf8());
        let missing = || Error::internal(format!("there is no template {path}"));
        text.and_then(|text| text.split_once("\n\n")).ok_or_else(missing)
    }

    /// What fills the template in a preview: every variable that there is. Those that a mail does not have are blank.
    pub fn sample(self) -> Value {
        let ticket = json!({"number": "PROJ-2026-00042", "subject": "No handshake since noon", "link": "tickets/42"});
        let with = |more: Value| {
            let (mut all, more) = (ticket.as_object().cloned().unwrap_or_default(), more);
            all.extend(more.as_object().cloned().unwrap_or_default());
            Value::Object(all)
        };
        let files = json!([{"name": "screenshot.png", "size": 34_816}]);
        let message = "Please switch it off and on **once**.\n\n1. off\n2. on";
        match self {
            Self::Verify | Self::Invite | Self::Reset => {
                let link = format!("{}?token=AAAA", if self == Self::Verify { "verify" } else { "reset-password" });
                json!({"link": link, "expires_at": "2026-12-31T12:00:00Z", "sets_password": false})
            }
            Self::TicketReceived => ticket,
            Self::ReplyToCustomer => with(json!({"author": "Ada", "message": message, "files": files})),
            Self::ReplyToStaff => with(json!({"author": "Ada", "message": message, "files": files, "is_note": false})),
            Self::Assigned => with(json!({"author": "Ada", "priority": "high"})),
            Self::TicketResolved => with(json!({"can_rate": true, "is_closed": false})),
            Self::SlaWarning | Self::SlaBreach => {
                with(json!({"metric": "first_response", "due": "2026-12-31T12:00:00Z"}))
            }
            Self::ServerOffline => {
                json!({"server": "los-angeles", "count": 1, "since": "2026-12-31T12:00:00Z", "link": "servers"})
            }
            Self::QuotaReached => json!({"devices": "los-angeles/alice-iphone", "count": 1, "link": "servers"}),
            Self::WebhookSwitchedOff => json!({"webhook": "chat", "is_gone": false, "link": "settings/webhooks"}),
            Self::Test => json!({}),
        }
    }
}
