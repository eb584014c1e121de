//! How this surface words a failure: `{"error": {"code": "SCREAMING_SNAKE", "message": "…", "details": {}}}`, and 422 for
//! values that can't be.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::access::throttle::Allowance;
use crate::base::{Error, Kind};
use crate::dialects::problem;

/// What went wrong.
#[derive(Serialize, ToSchema)]
pub struct Problem<'e> {
    #[schema(inline)]
    error: Code<'e>,
    /// With 401 alone, and then false: the failure as the other surface under `/v1` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool)]
    success: Option<bool>,
    /// With 401 alone: the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    message: Option<&'e str>,
}

#[derive(Serialize, ToSchema)]
struct Code<'e> {
    /// A word for programs: `VALIDATION_FAILED`.
    code: &'static str,
    /// What was wrong and what would be right.
    message: &'e str,
    /// Messages by field where values can't be; `retry_after` (seconds), `limit` and `remaining` where it was too often.
    #[schema(value_type = Object)]
    details: Value,
}

fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Malformed => "BAD_REQUEST",
        Kind::Unsupported => "UNSUPPORTED_MEDIA_TYPE",
        Kind::TooLarge => "PAYLOAD_TOO_LARGE",
        Kind::NotFound => "NOT_FOUND",
        Kind::Invalid => "VALIDATION_FAILED",
        Kind::Unauthenticated => "UNAUTHENTICATED",
        Kind::Forbidden => "FORBIDDEN",
        Kind::Conflict => "CONFLICT",
        Kind::Mismatch => "IDEMPOTENCY_KEY_REUSED",
        Kind::TooMany { .. } => "RATE_LIMIT_EXCEEDED",
        Kind::Gone => "EXPIRED",
        Kind::Unavailable { .. } => "SERVICE_UNAVAILABLE",
        Kind::Full => "INSUFFICIENT_STORAGE",
        Kind::Internal => "INTERNAL_ERROR",
    }
}

/// Words a failure. Without a credential that holds, nobody knows which of the surfaces under `/v1` was meant, so that
/// answer has the shape of both.
pub fn translate(error: &Error, spent: Option<Allowance>) -> Response {
    let (code, message) = (code(error.kind), &*error.message);
    let code = match (error.kind, spent) {
        (Kind::TooMany { retry_after }, Some(spent)) => {
            let details = json!({"retry_after": retry_after, "limit": spent.quota, "remaining": spent.left});
            Code { code, message: "API rate limit exceeded", details }
        }
        _ => Code { code, message, details: json!(error.fields) },
    };
    let is_open = error.kind == Kind::Unauthenticated;
    let body = Problem { error: code, success: is_open.then_some(false), message: is_open.then_some(message) };
    problem::answer(error, StatusCode::UNPROCESSABLE_ENTITY, &body)
}
