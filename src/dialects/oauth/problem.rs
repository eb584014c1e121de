//! How failures are worded where applications are let in: RFC 6749, section 5.2.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::oauth::Refusal;
use crate::base::{Error, Kind, Result};
use crate::dialects::answer::{self, Answer};
use crate::dialects::problem;

/// What went wrong, for whoever writes the application.
#[derive(Serialize, ToSchema)]
pub struct Problem<'e> {
    /// A word for programs, as RFC 6749 has them.
    error: &'static str,
    /// What was wrong and what would be right.
    error_description: &'e str,
}

fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Unauthenticated => "invalid_client",
        Kind::Forbidden => "access_denied",
        Kind::TooMany { .. } | Kind::Unavailable { .. } => "temporarily_unavailable",
        Kind::Full | Kind::Internal => "server_error",
        Kind::Malformed
        | Kind::Unsupported
        | Kind::TooLarge
        | Kind::NotFound
        | Kind::Invalid
        | Kind::Conflict
        | Kind::Mismatch
        | Kind::Gone => "invalid_request",
    }
}

/// Words a failure.
pub fn translate(error: &Error) -> Response {
    let body = Problem { error: code(error.kind), error_description: &error.message };
    let mut response = problem::answer(error, StatusCode::BAD_REQUEST, &body);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer to an application that did something wrong.
pub fn refuse(refusal: Refusal) -> Result<Answer> {
    let is_client = refusal == Refusal::InvalidClient;
    let status = if is_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let answer = answer::json(status, &Problem { error: refusal.code(), error_description: refusal.why() })?;
    let answer = answer.with_header(header::PRAGMA, "no-cache");
    Ok(if is_client { answer.with_header(header::WWW_AUTHENTICATE, "Basic realm=\"gatehouse\"") } else { answer })
}
