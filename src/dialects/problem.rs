//! What the dialects' `problem` files share: the status of each kind of failure, and the body under `/api`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Error, Fields, Kind};

/// What went wrong, for people.
#[derive(Serialize, ToSchema)]
pub struct Problem<'e> {
    /// What was wrong and what would be right.
    error: &'e str,
    /// The same by field, where single fields are wrong.
    #[serde(skip_serializing_if = "Fields::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, Vec<String>>)]
    details: &'e Fields,
}

/// The status of a failure; `invalid` is the dialect's own for values that can't be.
pub fn status(kind: Kind, invalid: StatusCode) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Invalid => invalid,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Mismatch => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Kind::Gone => StatusCode::GONE,
        Kind::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Full => StatusCode::INSUFFICIENT_STORAGE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// `{"error": "…"}`, with `details` by field.
pub fn plain(error: &Error, invalid: StatusCode) -> Response {
    answer(error, invalid, &Problem { error: &error.message, details: &error.fields })
}

/// Puts a worded failure into its answer, and what the operator should know into the log.
pub fn answer(error: &Error, invalid: StatusCode, body: &impl Serialize) -> Response {
    let mut response = (status(error.kind, invalid), axum::Json(body)).into_response();
    match error.kind {
        Kind::TooMany { retry_after } | Kind::Unavailable { retry_after } => {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
        }
        _ => {}
    }
    if let Some(cause) = &error.cause {
        tracing::error!(%cause, kind = ?error.kind, "a request failed");
    }
    response
}
