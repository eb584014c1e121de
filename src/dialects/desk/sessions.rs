//! `/api/auth/sessions` and `/api/admin/users/{id}/sessions`: where somebody is signed in.

use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;

use super::done::Done;
use crate::access::session::{self, Session};
use crate::base::clock::MINUTE;
use crate::base::{Actor, Capability, Error, Result, Who};
use crate::dialects::answer::{self, Answer, Answered};
use crate::dialects::call::{ByPerson, Call};
use crate::dialects::given;
use crate::person;
use crate::store::Conn;

#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct View {
    id: String,
    created_at: String,
    expires_at: String,
    ip: Option<String>,
    user_agent: Option<String>,
    /// Whether this request came with it.
    current: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Sessions)]
struct All {
    sessions: Vec<View>,
}

fn view(actor: &Actor, found: Session) -> View {
    let current = matches!(&actor.who, Who::Person { session, .. } if *session == found.id);
    View {
        id: found.id,
        created_at: found.created_at.to_seconds(),
        expires_at: found.expires_at.to_seconds(),
        ip: found.ip,
        user_agent: found.user_agent,
        current,
    }
}

fn window(call: &Call) -> i64 {
    i64::from(call.app().settings.jwt_refresh_ttl).saturating_mul(MINUTE)
}

fn listed(conn: &Conn<'_>, actor: &Actor, user: i64, window: i64) -> Result<Answer> {
    let sessions = session::list(conn, actor, user, window)?;
    answer::ok(&All { sessions: sessions.into_iter().map(|session| view(actor, session)).collect() })
}

/// One's own sessions, newest first: those whose token can still be used or refreshed.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "desk", responses((status = 200, body = All)))]
pub async fn list(ByPerson(call): ByPerson) -> Answered {
    let window = window(&call);
    call.read(move |conn, actor| {
        let own = actor.user().ok_or_else(Error::unauthenticated)?;
        listed(conn, actor, own, window)
    })
    .await
}

/// End one of one's own sessions.
#[utoipa::path(delete, path = "/api/auth/sessions/{session}", tag = "desk", params(("session" = String, Path)),
    responses((status = 200, body = Done)))]
pub async fn end(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.even_when_full()
        .write(move |tx, actor, _| {
            session::end(tx, actor, &id)?;
            Done::answer("Session ended")
        })
        .await
}

/// A user's sessions, newest first.
#[utoipa::path(get, path = "/api/admin/users/{user}/sessions", tag = "desk", params(("user" = i64, Path)),
    responses((status = 200, body = All), (status = 403)))]
pub async fn of_user(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let window = window(&call);
    call.read(move |conn, actor| {
        actor.must(Capability::Administer)?;
        let person = person::find(conn, actor, given::id(&id)?)?;
        listed(conn, actor, person.id, window)
    })
    .await
}

/// Sign a user out everywhere. Only a super admin signs out a super admin.
#[utoipa::path(delete, path = "/api/admin/users/{user}/sessions", tag = "desk", params(("user" = i64, Path)),
    responses((status = 200, body = Done)))]
pub async fn sign_out(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.even_when_full()
        .write(move |tx, actor, _| {
            actor.must(Capability::Administer)?;
            let person = person::find(tx, actor, given::id(&id)?)?;
            session::sign_out(tx, actor, &person)?;
            Done::answer("Sessions ended")
        })
        .await
}
