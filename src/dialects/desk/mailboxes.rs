//! `/api/mailboxes`: where mails are fetched from, and how that goes.

use std::time::Duration;

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::done::Done;
use crate::base::{Capability, Result, Secret, Time};
use crate::dialects::answer::{self, Answer, Answered, Failure};
use crate::dialects::call::{ByPerson, Call};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::{self, given};
use crate::imap::Security;
use crate::mailbox::{self, Fields, Given, Mailbox};
use crate::outbound::{self, Guard};
use crate::vpn::server;

/// Longest that trying a mailbox out may take.
const PATIENCE: Duration = Duration::from_secs(20);

words! {
    /// How the way to a mail server is kept secret: TLS from the beginning, TLS before anything else is said, or not at all.
    SecurityWord = Security::ALL.map(Security::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = Mailbox)]
struct View {
    id: i64,
    name: String,
    host: String,
    port: u16,
    #[schema(value_type = SecurityWord)]
    security: &'static str,
    username: String,
    folder: String,
    /// Where its tickets go; null means the default project.
    project_id: Option<i64>,
    is_active: bool,
    /// When it was looked into the last time, to the minute.
    last_fetch_at: Option<String>,
    /// Why it could not be read then, for people.
    last_error: Option<String>,
    /// It could not be read from then on.
    failing_since: Option<String>,
    /// Mails that became a ticket, an answer or a note.
    taken: i64,
    created_at: String,
    updated_at: String,
}

impl From<Mailbox> for View {
    fn from(mailbox: Mailbox) -> Self {
        Self {
            id: mailbox.id,
            name: mailbox.name,
            host: mailbox.host,
            port: mailbox.port,
            security: mailbox.security.as_str(),
            username: mailbox.username,
            folder: mailbox.folder,
            project_id: mailbox.project,
            is_active: mailbox.is_active,
            last_fetch_at: mailbox.last_fetch_at.map(Time::to_seconds),
            last_error: mailbox.last_error,
            failing_since: mailbox.failing_since.map(Time::to_seconds),
            taken: mailbox.taken,
            created_at: mailbox.created_at.to_seconds(),
            updated_at: mailbox.updated_at.to_seconds(),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = OneMailbox)]
struct One {
    mailbox: View,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Mailboxes)]
struct All {
    mailboxes: Vec<View>,
}

#[derive(Clone, Deserialize, ToSchema)]
#[schema(as = MailboxChange)]
struct Body {
    #[schema(max_length = 255)]
    name: Option<String>,
    /// The name or address of the mail server alone: imap.example.org.
    host: Option<String>,
    /// 143, 993, or from 1024 up; by default what is usual for the security.
    port: Option<i64>,
    /// `tls` by default; `none` only to what the operator allows with `--webhook-allow`.
    #[schema(value_type = Option<SecurityWord>)]
    security: Option<String>,
    username: Option<String>,
    /// It is sealed, and never shown. It must be given again when host, port, security or username change.
    password: Option<String>,
    /// INBOX by default.
    folder: Option<String>,
    #[serde(default, deserialize_with = "given")]
    project_id: Option<Option<i64>>,
    is_active: Option<bool>,
}

needing!(
    /// A mailbox that is to be added.
    NewMailbox = Body,
    "name",
    "host",
    "username",
    "password"
);

impl From<Body> for Given {
    fn from(body: Body) -> Self {
        let Body { name, host, port, security, username, password, folder, project_id, is_active } = body;
        let password = password.map(Secret::new);
        Self { name, host, port, security, username, password, folder, project: project_id, is_active }
    }
}

/// What is asked of a mailbox, if its host may be connected to. Names are looked up before the transaction: they may take
/// seconds.
async fn judged(call: &Call, id: Option<String>) -> std::result::Result<Fields, Failure> {
    let body = call.body.clone();
    let (fields, own) = call
        .read(move |conn, actor| {
            actor.must(Capability::Administer)?;
            let known = id.map(|id| mailbox::find(conn, actor, given::id(&id)?)).transpose()?;
            Ok((Fields::parse(&body.read::<Body>()?.into(), known.as_ref())?, server::networks(conn)?))
        })
        .await?;
    if fields.is_elsewhere {
        let guard = Guard { allowed: call.app().settings.webhook_allow.clone(), own };
        outbound::check_host(&fields.host, fields.port, fields.security.is_tls(), &guard).await?;
    }
    Ok(fields)
}

/// The mailboxes that admins added, oldest first, and how it goes with them; those that the operator names are not among them.
#[utoipa::path(get, path = "/api/mailboxes", tag = "desk", responses((status = 200, body = All), (status = 403)))]
pub async fn list(ByPerson(call): ByPerson) -> Answered {
    call.read(|conn, actor| {
        actor.must(Capability::Administer)?;
        answer::ok(&All { mailboxes: mailbox::list(conn, actor)?.into_iter().map(View::from).collect() })
    })
    .await
}

/// Add a mailbox (IMAP): its mails become tickets, and answers of customers join their ticket.
///
/// It is read at once. The host may not lead into private networks, unless the operator allows that with `--webhook-allow`.
#[utoipa::path(post, path = "/api/mailboxes", tag = "desk", request_body = NewMailbox,
    responses((status = 201, body = One), (status = 409, description = "This mailbox is there already.")))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    let fields = judged(&call, None).await?;
    call.write(move |tx, actor, _| answer::created(&One { mailbox: mailbox::create(tx, actor, &fields)?.into() })).await
}

fn shown(mailbox: Mailbox) -> Result<Answer> {
    answer::ok(&One { mailbox: mailbox.into() })
}

/// A mailbox.
#[utoipa::path(get, path = "/api/mailboxes/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = One), (status = 403)))]
pub async fn show(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must(Capability::Administer)?;
        shown(mailbox::find(conn, actor, given::id(&id)?)?)
    })
    .await
}

/// Change a mailbox; what is left out stays.
#[utoipa::path(patch, path = "/api/mailboxes/{id}", tag = "desk", params(("id" = i64, Path)), request_body = Body,
    responses((status = 200, body = One), (status = 409, description = "There is such a mailbox already.")))]
pub async fn change(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let fields = judged(&call, Some(id.clone())).await?;
    call.write(move |tx, actor, _| {
        actor.must(Capability::Administer)?;
        let mailbox = mailbox::find(tx, actor, given::id(&id)?)?;
        shown(mailbox::change(tx, actor, &mailbox, &fields)?)
    })
    .await
}

/// Remove a mailbox. What its mails became stays.
#[utoipa::path(delete, path = "/api/mailboxes/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = Done)))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must(Capability::Administer)?;
        mailbox::delete(tx, actor, &mailbox::find(tx, actor, given::id(&id)?)?)?;
        Done::answer("Mailbox removed")
    })
    .await
}

#[derive(Serialize, ToSchema)]
#[schema(as = MailboxTest)]
struct Tested {
    /// Whether its folder could be opened.
    works: bool,
    /// What happened, for people.
    message: String,
}

/// Sign in to a mailbox now, open its folder, and hear what went wrong. Nothing is taken out of it.
#[utoipa::path(post, path = "/api/mailboxes/{id}/test", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = Tested), (status = 403)))]
pub async fn test(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    if let Some(answer) = call.replayed().await? {
        return Ok(answer);
    }
    let allowed = call.app().settings.webhook_allow.clone();
    let named = id.clone();
    let way = call
        .read(move |conn, actor| {
            actor.must(Capability::Administer)?;
            let mailbox = mailbox::find(conn, actor, given::id(&named)?)?;
            mailbox::way(conn, actor, &mailbox, &Guard { allowed, own: server::networks(conn)? })
        })
        .await?;
    let opened = tokio::time::timeout(PATIENCE, async {
        let mut reading = way.to.open().await?;
        let unread = reading.unread().await?.len();
        let tells = reading.tells;
        reading.close().await;
        Ok::<_, String>((unread, tells))
    });
    let tested = match opened.await {
        Ok(Ok((unread, tells))) => {
            let folder = way.to.folder;
            let message = if tells {
                format!(
                    "The folder {folder} is open, with {unread} unread mails; its server tells at once what comes in."
                )
            } else {
                format!(
                    "The folder {folder} is open, with {unread} unread mails; its server is asked every 20 seconds."
                )
            };
            Tested { works: true, message }
        }
        Ok(Err(message)) => Tested { works: false, message },
        Err(_) => Tested { works: false, message: "The mail server did not answer within 20 seconds.".to_owned() },
    };
    call.write(move |tx, actor, _| {
        mailbox::note_test(tx, actor, &mailbox::find(tx, actor, given::id(&id)?)?)?;
        answer::ok(&tested)
    })
    .await
}
