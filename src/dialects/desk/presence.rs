//! `/api/tickets/{id}/presence`: who else is at a ticket.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::{Error, Result};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::description::words::words;
use crate::dialects::given;
use crate::live::{Doing, Present};
use crate::person;
use crate::ticket;

/// What callers may say of themselves.
const STATES: [&str; 3] = ["looking", "typing", "left"];

words! {
    /// What somebody does at a ticket.
    pub PresenceWord = STATES;
}

#[derive(Deserialize, ToSchema)]
#[schema(as = Presence)]
struct Body {
    #[schema(value_type = PresenceWord)]
    state: Option<String>,
}

impl Body {
    fn doing(&self) -> Result<Option<Doing>> {
        match self.state.as_deref() {
            Some("looking") => Ok(Some(Doing::Looking)),
            Some("typing") => Ok(Some(Doing::Typing)),
            Some("left") => Ok(None),
            _ => Err(Error::field("state", format!("The state must be one of {}.", STATES.join(", ")))),
        }
    }
}

/// Somebody who is at a ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = Present)]
pub struct View<'p> {
    id: i64,
    name: &'p str,
    #[schema(value_type = PresenceWord)]
    state: &'static str,
}

impl<'p> From<&'p Present> for View<'p> {
    fn from(present: &'p Present) -> Self {
        Self { id: present.user, name: &present.name, state: present.doing.as_str() }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PresentUsers)]
struct All<'p> {
    /// Everybody who is there, the caller too.
    users: Vec<View<'p>>,
}

/// Say that one looks at a ticket, writes on it, or has left; answers who is there. For staff.
///
/// It holds for 30 seconds: say it again before. Other staff who may see the ticket are told by `/api/events`.
#[utoipa::path(post, path = "/api/tickets/{id}/presence", tag = "desk", params(("id" = i64, Path)),
    request_body = Body, responses((status = 200, body = All)))]
pub async fn note(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let body = call.body.clone();
    let (ticket, user, name, doing, now) = call
        .read(move |conn, actor| {
            let ticket = ticket::find_live(conn, actor, given::id(&id)?)?;
            actor.must_be_staff()?;
            let doing = body.read::<Body>()?.doing()?;
            let own = person::find(conn, actor, actor.user().ok_or_else(Error::forbidden)?)?;
            Ok((ticket.id, own.id, own.name, doing, conn.now()))
        })
        .await?;
    let present = call.app().live.present(ticket, user, &name, doing, now);
    Ok(answer::ok(&All { users: present.iter().map(View::from).collect() })?)
}
