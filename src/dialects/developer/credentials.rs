//! `/v1/tickets/{ticket}/credentials`: programs share them, the ticket's assignee reads them in person.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::id;
use super::tickets::find;
use crate::base::clock::DAY;
use crate::base::{Actor, Check, Error, Result, Scope, Time, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByPerson, ByProgram};
use crate::dialects::given;
use crate::store::{Conn, Tx};
use crate::ticket::Ticket;
use crate::ticket::credential::{self, Credential, NewCredential};

/// How long a credential is kept where nobody says, in milliseconds.
const USUAL: i64 = DAY;
/// How long at most.
const LONGEST: i64 = 30 * DAY;

#[derive(Serialize, ToSchema)]
#[schema(as = Credential)]
struct View {
    id: String,
    ticket_id: String,
    r#type: String,
    expires_at: String,
    created_at: String,
}

impl View {
    fn of(ticket: &Ticket, credential: Credential) -> Self {
        Self {
            id: id::credential(credential.id),
            ticket_id: id::ticket(ticket.id),
            r#type: credential.kind,
            expires_at: credential.expires_at.to_milliseconds(),
            created_at: credential.created_at.to_milliseconds(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = NewCredential)]
struct New {
    /// What it opens: `wordpress_admin`.
    #[schema(value_type = String, max_length = 64)]
    r#type: Option<String>,
    /// Names and values, at most 64 KiB.
    #[schema(value_type = Object)]
    credentials: Option<Value>,
    notes: Option<String>,
    /// A date, which ends as it begins (UTC), or a time.
    #[schema(format = "date or date-time")]
    expires_at: Option<String>,
}

impl New {
    fn into_new(self, now: Time) -> Result<NewCredential> {
        let mut check = Check::default();
        let kind = check.take(check::required_line("type", self.r#type.as_deref(), 64));
        let values = check.take(check::required("credentials", self.credentials.filter(|values| !values.is_null())));
        if let Some(values) = &values {
            check.take(check::object("credentials", values));
            if values.as_object().is_some_and(Map::is_empty) {
                check.note(Error::field("credentials", "The credentials field must hold something."));
            }
        }
        let notes = check.take(check::block("notes", self.notes.as_deref())).flatten();
        let given = check.take(given::moment("expires_at", self.expires_at.as_deref())).flatten();
        let expires_at = given.unwrap_or(now.plus(USUAL));
        if expires_at <= now || expires_at > now.plus(LONGEST) {
            check.note(Error::field("expires_at", "Credentials must expire in the future, and within 30 days."));
        }
        let (kind, values) = (check.need(kind)?, check.need(values)?);
        check.done()?;
        Ok(NewCredential { kind, values, notes, expires_at })
    }
}

/// Share credentials with whoever has the ticket: sealed, never shown again here, and gone when they expire.
///
/// `expires_at` lies ahead, 30 days at most; without it, they are gone in 24 hours.
#[utoipa::path(post, path = "/v1/tickets/{ticket}/credentials", tag = "developer",
    security(("scope" = ["tickets:write"])), params(("ticket" = String, Path)), request_body = New,
    responses((status = 201, body = View), (status = 429)))]
pub async fn create(Path(ticket): Path<String>, ByProgram(call): ByProgram) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        let ticket = find(tx, actor, &ticket)?;
        let new = body.read::<New>()?.into_new(tx.now())?;
        let kept = credential::keep(tx, actor, &ticket, &new)?;
        answer::created(&View::of(&ticket, kept))
    };
    call.hourly().needing(Scope::TicketsWrite).write(write).await
}

#[derive(Serialize, ToSchema)]
#[schema(as = Credentials)]
struct List {
    credentials: Vec<View>,
}

/// The credentials that were shared and have not expired, without their values. For the ticket's present assignee alone.
#[utoipa::path(get, path = "/v1/tickets/{ticket}/credentials", tag = "developer",
    security(("session" = [])), params(("ticket" = String, Path)),
    responses((status = 200, body = List), (status = 403)))]
pub async fn list(Path(ticket): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        let ticket = find(conn, actor, &ticket)?;
        let found = credential::list(conn, actor, &ticket)?;
        let credentials = found.into_iter().map(|credential| View::of(&ticket, credential)).collect();
        answer::ok(&List { credentials })
    };
    call.read(read).await
}

#[derive(Serialize, ToSchema)]
#[schema(as = RevealedCredential)]
struct Shown {
    #[serde(flatten)]
    view: View,
    #[schema(value_type = Object)]
    credentials: Value,
    notes: Option<String>,
}

/// What was shared. For the ticket's present assignee alone; each reading is noted in the audit log and the ticket's trail.
#[utoipa::path(get, path = "/v1/tickets/{ticket}/credentials/{credential}", tag = "developer",
    security(("session" = [])), params(("ticket" = String, Path), ("credential" = String, Path)),
    responses((status = 200, body = Shown), (status = 403), (status = 410), (status = 507)))]
pub async fn reveal(Path((ticket, credential)): Path<(String, String)>, ByPerson(call): ByPerson) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        let ticket = find(tx, actor, &ticket)?;
        // Who may read none is told so before anything about this one; no credential has the number 0.
        let number = id::credential_number(&credential).unwrap_or_default();
        let (found, revealed) = credential::reveal(tx, actor, &ticket, number)?;
        let credentials = revealed.values;
        answer::ok(&Shown { view: View::of(&ticket, found), credentials, notes: revealed.notes })
    };
    call.write(write).await
}
