//! How this surface words a failure: `{"error": "…"}`, with `details` by field and 400 for values that can't be.

use axum::http::StatusCode;
use axum::response::Response;

use crate::base::Error;
use crate::dialects::problem;

/// Words a failure.
pub fn translate(error: &Error) -> Response {
    problem::plain(error, StatusCode::BAD_REQUEST)
}
