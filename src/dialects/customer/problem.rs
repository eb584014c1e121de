//! How this surface words a failure: `{"success": false, "message": "…"}`, with `errors` by field and 422 for values that
//! can't be.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Error, Fields, Kind};
use crate::dialects::problem;

/// What went wrong, for people.
#[derive(Serialize, ToSchema)]
pub struct Problem<'e> {
    /// Never true.
    success: bool,
    /// What was wrong and what would be right.
    message: &'e str,
    /// The same by field, where single fields are wrong.
    #[serde(skip_serializing_if = "Fields::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, Vec<String>>)]
    errors: &'e Fields,
    /// With 401 alone: the failure as the other surface under `/v1` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, value_type = Code)]
    error: Option<Code<'e>>,
}

/// A failure as integrators see it.
#[derive(Serialize, ToSchema)]
pub struct Code<'e> {
    /// A word for programs.
    code: &'static str,
    message: &'e str,
    #[schema(inline)]
    details: Empty,
}

#[derive(Serialize, ToSchema)]
struct Empty {}

/// Words a failure. Without a credential that holds, nobody knows which of the surfaces under `/v1` was meant, so that
/// answer has the shape of both.
pub fn translate(error: &Error) -> Response {
    let message = &*error.message;
    let code = Code { code: "UNAUTHENTICATED", message, details: Empty {} };
    let body = Problem {
        success: false,
        message,
        errors: &error.fields,
        error: (error.kind == Kind::Unauthenticated).then_some(code),
    };
    problem::answer(error, StatusCode::UNPROCESSABLE_ENTITY, &body)
}
