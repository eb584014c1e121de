//! `/api/tickets/{id}/time-entries`, `/api/time-entries/{id}/toggle`: time that staff spent on a ticket.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page;
use super::tickets::live;
use crate::base::clock::MINUTE;
use crate::base::{Actor, Check, Error, Result, Scope, Time, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::given;
use crate::store::{Conn, Tx};
use crate::ticket;
use crate::ticket::time_entry::{self, NewTime, TimeEntry};

/// Longest time that is entered at once: a hundred days.
const LONGEST: i64 = 100 * 24 * 60;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TimeEntry)]
struct View {
    id: String,
    ticket_id: String,
    user_id: String,
    user_name: String,
    description: Option<String>,
    /// Of all runs of the timer, the present one included.
    minutes: i64,
    billable: bool,
    is_running: bool,
    started_at: Option<String>,
    stopped_at: Option<String>,
    created_at: String,
}

impl From<TimeEntry> for View {
    fn from(entry: TimeEntry) -> Self {
        Self {
            id: entry.uuid,
            ticket_id: entry.ticket_uuid,
            user_id: entry.user_uuid,
            user_name: entry.user_name,
            description: entry.description,
            minutes: (entry.spent + MINUTE / 2) / MINUTE,
            billable: entry.billable,
            is_running: entry.is_running,
            started_at: entry.started_at.map(Time::to_milliseconds),
            stopped_at: entry.stopped_at.map(Time::to_milliseconds),
            created_at: entry.created_at.to_milliseconds(),
        }
    }
}

/// The time that was spent on a ticket, oldest first.
#[utoipa::path(get, path = "/api/tickets/{id}/time-entries", tag = "helpdesk",
    security(("scope" = ["tickets:read"])),
    params(("id" = String, Path, format = "uuid"), page::Asked),
    responses((status = 200, body = Vec<View>)))]
pub async fn list(Path(id): Path<String>, RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_staff()?;
        let ticket = live(conn, actor, &id)?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let entries = time_entry::list(conn, actor, &ticket, page.after.unwrap_or_default(), page.reach())?;
        let path = format!("/api/tickets/{}/time-entries", ticket.uuid);
        page.answer(entries, &path, query.as_deref(), |entry| entry.number, View::from)
    };
    call.needing(Scope::TicketsRead).read(read).await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewTimeEntry)]
struct New {
    user_id: Option<String>,
    description: Option<String>,
    /// Without them a timer starts.
    #[schema(minimum = 1, maximum = 144_000)]
    minutes: Option<i64>,
    /// True by default.
    billable: Option<bool>,
}

impl New {
    fn parse(&self) -> Result<NewTime> {
        let mut check = Check::default();
        let description = check.take(check::block("description", self.description.as_deref())).flatten();
        if self.minutes.is_some_and(|minutes| !(1..=LONGEST).contains(&minutes)) {
            check.note(Error::field("minutes", format!("The minutes must be a whole number from 1 to {LONGEST}.")));
        }
        check.done()?;
        Ok(NewTime { description, minutes: self.minutes, billable: self.billable.unwrap_or(true) })
    }
}

/// Enter time with `minutes`, or start a timer without. Starting one stops the timer that the user had running. `userId`
/// is by default the caller, or the owner of the key.
#[utoipa::path(post, path = "/api/tickets/{id}/time-entries", tag = "helpdesk",
    security(("scope" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    request_body = New,
    responses((status = 201, body = View), (status = 400)))]
pub async fn create(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must_be_staff()?;
        let ticket = live(tx, actor, &id)?;
        let sent = body.read_if_any::<Option<New>>()?;
        let (new, user) = match &sent {
            Some(sent) => (sent.parse()?, sent.user_id.as_deref()),
            None => (NewTime { description: None, minutes: None, billable: true }, None),
        };
        let author = ticket::author(tx, actor, &ticket, "userId", user)?;
        answer::created(&View::from(time_entry::log(tx, actor, &author, &ticket, &new)?))
    };
    call.needing(Scope::TicketsWrite).write(write).await
}

/// Start the timer of an entry, or stop it. Starting it stops the timer that its user had running. The user and admins may.
#[utoipa::path(post, path = "/api/time-entries/{id}/toggle", tag = "helpdesk",
    security(("scope" = ["tickets:write"])),
    params(("id" = String, Path, format = "uuid")),
    responses((status = 200, body = View)))]
pub async fn toggle(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must_be_staff()?;
        let (entry, _) = time_entry::find(tx, actor, &given::uuid(&id)?)?;
        answer::ok(&View::from(time_entry::toggle(tx, actor, &entry)?))
    };
    call.needing(Scope::TicketsWrite).write(write).await
}
