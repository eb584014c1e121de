//! `/api/notifications`: what concerns whoever asks.

use axum::extract::RawQuery;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::events::KindWord;
use crate::base::{Check, Error, Result, Time};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::description::words::words;
use crate::dialects::given::{self, number, yes};
use crate::ticket::notification::{self, Notification, Reason, Which};

/// Unread ones that are counted; more are as good as many.
const COUNTED: i64 = 1_000;
/// Ids in one body.
const AT_ONCE: usize = 1_000;

words! {
    /// Why something concerns somebody: they have the ticket, watch it, were mentioned, or are an admin
    /// whom a rule that was switched off concerns.
    pub ReasonWord = Reason::ALL.map(Reason::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = Notification)]
struct View {
    id: i64,
    #[schema(value_type = KindWord)]
    kind: String,
    #[schema(value_type = ReasonWord)]
    reason: &'static str,
    /// Who did it; null for keys, rules and jobs.
    by: Option<By>,
    ticket: TicketView,
    message_id: Option<i64>,
    created_at: String,
    read_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = NotificationBy)]
struct By {
    id: i64,
    name: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = NotificationTicket)]
struct TicketView {
    id: i64,
    ticket_number: String,
    subject: String,
}

impl From<Notification> for View {
    fn from(found: Notification) -> Self {
        Self {
            id: found.id,
            kind: found.kind,
            reason: found.reason.as_str(),
            by: found.by.map(|(id, name)| By { id, name }),
            ticket: TicketView { id: found.ticket, ticket_number: found.ticket_number, subject: found.subject },
            message_id: found.message,
            created_at: found.created_at.to_seconds(),
            read_at: found.read_at.map(Time::to_seconds),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Notifications)]
struct All {
    notifications: Vec<View>,
    /// How many are unread in all; 1000 stands for more.
    unread: i64,
    /// What `cursor` takes to go on; null at the end.
    next_cursor: Option<i64>,
}

#[derive(Deserialize)]
struct Asked {
    unread: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// What happened on tickets that the caller has, watches or was mentioned on, newest first.
#[utoipa::path(get, path = "/api/notifications", tag = "desk",
    params(("unread" = Option<bool>, Query, description = "Only what was not read"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "20 by default"),
        ("cursor" = Option<i64>, Query, minimum = 1, description = "`next_cursor` of the part before")),
    responses((status = 200, body = All)))]
pub async fn list(RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        let asked: Asked = given::query(query.as_deref())?;
        let mut check = Check::default();
        let limit = check.take(number("limit", asked.limit.as_deref(), 1..=100)).flatten().unwrap_or(20);
        let cursor = check.take(number("cursor", asked.cursor.as_deref(), 1..=i64::MAX)).flatten();
        let only_unread = check.take(yes("unread", asked.unread.as_deref())).flatten().unwrap_or_default();
        check.done()?;
        let mut found = notification::list(conn, actor, only_unread, cursor, limit + 1)?;
        let is_more = i64::try_from(found.len()).unwrap_or(i64::MAX) > limit;
        found.truncate(usize::try_from(limit).unwrap_or_default());
        let next_cursor = found.last().filter(|_| is_more).map(|last| last.id);
        let unread = notification::unread(conn, actor, COUNTED)?;
        answer::ok(&All { notifications: found.into_iter().map(View::from).collect(), unread, next_cursor })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ReadNotifications)]
struct Body {
    /// These.
    #[schema(max_items = 1000)]
    ids: Option<Vec<i64>>,
    /// Everything up to this one.
    up_to: Option<i64>,
}

impl Body {
    fn which(self) -> Result<Which> {
        match (self.ids, self.up_to) {
            (Some(ids), None) if ids.len() <= AT_ONCE => Ok(Which::These(ids)),
            (Some(_), None) => Err(Error::field("ids", "Send at most 1000 ids at once.")),
            (None, Some(last)) => Ok(Which::UpTo(last)),
            _ => Err(Error::field("ids", "Send either ids or up_to.")),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = UnreadNotifications)]
struct Unread {
    /// How many are unread now; 1000 stands for more.
    unread: i64,
}

/// Say that notifications were read: some, or everything up to one.
#[utoipa::path(post, path = "/api/notifications/read", tag = "desk", request_body = Body,
    responses((status = 200, body = Unread)))]
pub async fn read(ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        notification::mark(tx, actor, &body.read::<Body>()?.which()?)?;
        answer::ok(&Unread { unread: notification::unread(tx, actor, COUNTED)? })
    })
    .await
}
