//! Where applications are let in: RFC 6749 for consent and tokens, RFC 7009 for taking them back, RFC 8414 for what to read
//! of it first. Their failures are worded as those RFCs do, not as document 003 does.

mod consent;
mod form;
mod metadata;
mod page;
mod problem;
mod token;

use axum::middleware::map_response;
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::answer::worded;
use super::routes::{Register, routes};

/// Every route of the surface.
pub fn routes<R: Register>() -> R {
    R::default()
        .routes(routes!(consent::show, consent::decide))
        .routes(routes!(token::token))
        .routes(routes!(token::revoke))
        .routes(routes!(metadata::metadata))
        .layer(map_response(async |response| worded(response, problem::translate)))
}

/// How a failure looks here.
pub fn problem() -> RefOr<Schema> {
    problem::Problem::schema()
}
