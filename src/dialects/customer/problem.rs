//! How this surface words a failure: `{"success": false, "message": "…"}`, with `errors` by field and 422 for values that
//! can't be.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::base::{Error, Kind};
use crate::dialects::problem;

/// Words a failure. Without a credential that holds, nobody knows which of the surfaces under `/v1` was meant, so that
/// answer has the shape of both.
pub fn translate(error: &Error) -> Response {
    let message = &*error.message;
    let mut body = Map::new();
    body.insert("success".to_owned(), Value::Bool(false));
    body.insert("message".to_owned(), Value::from(message));
    if !error.fields.is_empty() {
        body.insert("errors".to_owned(), json!(error.fields));
    }
    if error.kind == Kind::Unauthenticated {
        let error = json!({"code": "UNAUTHENTICATED", "message": message, "details": {}});
        body.insert("error".to_owned(), error);
    }
    problem::answer(error, StatusCode::UNPROCESSABLE_ENTITY, Value::Object(body))
}
