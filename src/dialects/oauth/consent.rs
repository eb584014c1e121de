//! `/oauth/authorize`: a person says whether an application may act for them.
//!
//! A plain form without script: what is asked for, by whom, and two buttons. It carries a token that only this session was
//! shown for this very request, and may be framed by nobody.

use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use url::form_urlencoded::{Serializer, byte_serialize};
use utoipa::ToSchema;

use super::form::{Form, parameters};
use super::page::{ask, lost};
use super::problem::Problem;
use crate::access::oauth::{self, Asked, Asking, Parameters, Refusal};
use crate::base::{Actor, Error, Kind};
use crate::dialects::answer::{self, Answer, Answered, Failure};
use crate::dialects::call::{ByVisitor, Call};
use crate::store::Conn;

fn see(place: &str) -> Answer {
    let answer = Answer { status: StatusCode::SEE_OTHER, ..answer::nothing() };
    answer.with_header(header::LOCATION, place)
}

/// Back to the application, with an answer, its own `state`, and who answers (RFC 9207).
fn back(redirect_uri: &str, pairs: &[(&str, &str)], state: Option<&str>, issuer: &str) -> Answer {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs).extend_pairs(state.map(|state| ("state", state))).append_pair("iss", issuer);
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    // It may hold a code.
    see(&format!("{redirect_uri}{joint}{}", query.finish())).once()
}

fn refused(redirect_uri: &str, state: Option<&str>, refusal: Refusal, issuer: &str) -> Answer {
    back(redirect_uri, &[("error", refusal.code()), ("error_description", refusal.why())], state, issuer)
}

fn sign_in(query: &str) -> Answer {
    let next: String = byte_serialize(format!("/oauth/authorize?{query}").as_bytes()).collect();
    see(&format!("/sign-in?next={next}"))
}

/// A request as it was sent, and what can be answered about it without knowing who the person is.
enum Looked {
    At(Box<Asking>, Parameters, Form),
    Done(Answer),
}

async fn look(call: &Call, sent: &[u8]) -> std::result::Result<Looked, Failure> {
    let (given, form) = match parameters(sent) {
        Ok(Ok(read)) => read,
        Ok(Err(refusal)) => return Ok(Looked::Done(lost(StatusCode::BAD_REQUEST, refusal.why()))),
        Err(error) => return Ok(Looked::Done(lost(StatusCode::BAD_REQUEST, &error.message))),
    };
    let looking = given.clone();
    let asked = call.app().store.read(move |conn| oauth::ask(conn, &looking)).await?;
    Ok(match asked {
        Asked::Fine(asking) => Looked::At(asking, given, form),
        Asked::Lost(what) => Looked::Done(lost(StatusCode::BAD_REQUEST, what)),
        Asked::Wrong { redirect_uri, state, refusal } => {
            Looked::Done(refused(&redirect_uri, state.as_deref(), refusal, &call.origin()))
        }
    })
}

/// Sends those to sign in who have not, or no more.
fn or_sign_in(done: Answered, query: &str) -> Answered {
    match done {
        Err(Failure(error)) if error.kind == Kind::Unauthenticated => Ok(sign_in(query)),
        done => done,
    }
}

/// Ask the person who is signed in whether an application may act for them (RFC 6749, section 4.1; PKCE with S256).
///
/// Answers a page; without a session it leads to sign-in and back. What is wrong with the request goes to the client, but
/// for a client or a redirect URI that is not known, and for doubled parameters: those the person alone is told.
#[utoipa::path(get, path = "/oauth/authorize", tag = "oauth", security(()), params(
    ("response_type" = String, Query, description = "code"), ("client_id" = String, Query),
    ("redirect_uri" = Option<String>, Query, description = "as registered, letter by letter"),
    ("scope" = Option<String>, Query), ("state" = Option<String>, Query),
    ("code_challenge" = String, Query), ("code_challenge_method" = String, Query, description = "S256")),
    responses((status = 200, body = String, content_type = "text/html"),
        (status = 303, description = "To sign-in, or back to the application."),
        (status = 400, body = String, content_type = "text/html",
            description = "The application or its address is not known, or a parameter is there twice.")))]
pub async fn show(RawQuery(query): RawQuery, ByVisitor(call): ByVisitor) -> Answered {
    let query = query.unwrap_or_default();
    let (asking, given) = match look(&call, query.as_bytes()).await? {
        Looked::At(asking, given, _) => (asking, given),
        Looked::Done(answer) => return Ok(answer),
    };
    let issuer = call.origin();
    let shown = call.read(move |conn: &Conn<'_>, actor: &Actor| {
        let role = actor.role().ok_or_else(Error::unauthenticated)?;
        let scopes = match oauth::may_grant(&asking, role) {
            Ok(scopes) => scopes,
            Err(refusal) => return Ok(refused(&asking.redirect_uri, asking.state.as_deref(), refusal, &issuer)),
        };
        let token = oauth::consent_token(conn.keys(), actor, &asking)?;
        Ok(ask(actor, &asking, scopes, &given, &token))
    });
    or_sign_in(shown.await, &query)
}

/// What the page's own form sends back.
#[allow(dead_code, reason = "only described: a form is read field by field")]
#[derive(ToSchema)]
struct Decision {
    /// `allow` or `deny`.
    decision: String,
    /// As the page has it.
    csrf_token: String,
    response_type: String,
    client_id: String,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    code_challenge: String,
    code_challenge_method: String,
}

/// The person's answer: `decision` is `allow` or `deny`, beside the fields of the page's own form.
#[utoipa::path(post, path = "/oauth/authorize", tag = "oauth", security(()),
    request_body(content = Decision, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "Back to the application, or to sign-in."),
        (status = 400, content((String = "text/html"), (Problem = "application/json"))),
        (status = 403, content((String = "text/html"), (Problem = "application/json")),
            description = "The answer was not given on our own page.")))]
pub async fn decide(ByVisitor(call): ByVisitor) -> Answered {
    // Only a form is taken: what a script on another page can send as text is not.
    call.body.read_form()?;
    let (asking, given, form) = match look(&call, &call.body.bytes).await? {
        Looked::At(asking, given, form) => (asking, given, form),
        Looked::Done(answer) => return Ok(answer),
    };
    let (issuer, query) = (call.origin(), query(&given));
    let decided = call.write(move |tx, actor, _| {
        let role = actor.role().ok_or_else(Error::unauthenticated)?;
        let token = form.get("csrf_token").unwrap_or_default();
        if !oauth::is_consent_token(tx.keys(), actor, &asking, token)? {
            let what = "This answer was not given on our own page. Go back to the application and begin again.";
            return Ok(lost(StatusCode::FORBIDDEN, what));
        }
        let state = asking.state.as_deref();
        let scopes = match oauth::may_grant(&asking, role) {
            Ok(scopes) => scopes,
            Err(refusal) => return Ok(refused(&asking.redirect_uri, state, refusal, &issuer)),
        };
        match form.get("decision") {
            Some("allow") => {
                let code = oauth::allow(tx, actor, &asking, scopes)?;
                Ok(back(&asking.redirect_uri, &[("code", code.expose())], state, &issuer))
            }
            Some("deny") => Ok(refused(&asking.redirect_uri, state, Refusal::AccessDenied, &issuer)),
            _ => Ok(lost(StatusCode::BAD_REQUEST, "The decision must be allow or deny.")),
        }
    });
    or_sign_in(decided.await, &query)
}

/// The query that asks the same again.
fn query(given: &Parameters) -> String {
    let fields = [
        ("response_type", &given.response_type),
        ("client_id", &given.client_id),
        ("redirect_uri", &given.redirect_uri),
        ("scope", &given.scope),
        ("state", &given.state),
        ("code_challenge", &given.code_challenge),
        ("code_challenge_method", &given.code_challenge_method),
    ];
    let pairs = fields.into_iter().filter_map(|(name, value)| value.as_deref().map(|value| (name, value)));
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}
