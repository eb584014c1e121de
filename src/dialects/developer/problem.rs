//! How this surface words a failure: `{"error": {"code": "SCREAMING_SNAKE", "message": "…", "details": {}}}`, 422 for values
//! that can't be; and, where applications are let in, as RFC 6749 does.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::access::throttle::Allowance;
use crate::base::{Error, Kind};
use crate::dialects::problem;

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
    let message = &*error.message;
    let code = code(error.kind);
    let body = match (error.kind, spent) {
        (Kind::Unauthenticated, _) => {
            json!({"success": false, "message": message, "error": {"code": code, "message": message, "details": {}}})
        }
        (Kind::TooMany { retry_after }, Some(spent)) => {
            let details = json!({"retry_after": retry_after, "limit": spent.quota, "remaining": spent.left});
            json!({"error": {"code": code, "message": "API rate limit exceeded", "details": details}})
        }
        _ => json!({"error": {"code": code, "message": message, "details": error.fields}}),
    };
    problem::answer(error, StatusCode::UNPROCESSABLE_ENTITY, body)
}

/// Words a failure in the terms of RFC 6749, section 5.2.
pub fn translate_oauth(error: &Error) -> Response {
    let code = match error.kind {
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
    };
    let body: Value = json!({"error": code, "error_description": error.message});
    let mut response = problem::answer(error, StatusCode::BAD_REQUEST, body);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
