//! Document 000: the tickets of whoever calls, and what everybody asks, for the apps of VPN users.

mod faq;
mod problem;
mod tickets;

use axum::http::StatusCode;
use axum::middleware::map_response;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::answer::{self, Answer, worded};
use super::routes::{Register, routes};
use crate::base::Result;

#[derive(Serialize, ToSchema)]
struct Good<T> {
    success: bool,
    data: T,
}

/// How this surface wraps what it answers.
fn good<T: Serialize>(status: StatusCode, data: T) -> Result<Answer> {
    answer::json(status, &Good { success: true, data })
}

/// Every route of the surface.
pub fn routes<R: Register>() -> R {
    R::default()
        .routes(routes!(tickets::list, tickets::create))
        .routes(routes!(tickets::show))
        .routes(routes!(tickets::reply))
        .routes(routes!(tickets::close))
        .routes(routes!(faq::list))
        .layer(map_response(async |response| worded(response, problem::translate)))
}

/// How a failure looks here.
pub fn problem() -> RefOr<Schema> {
    problem::Problem::schema()
}
