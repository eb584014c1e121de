//! Document 003: for agencies' integrations, with an API key or an OAuth access token.
//!
//! A program needs the scope that each operation names, and has so many requests an hour. The credentials that customers
//! share are read by people alone.

mod comments;
mod credentials;
mod health;
mod id;
mod problem;
mod sent;
mod tickets;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::answer::worded;
use super::limit::Spent;
use super::routes::{Register, routes};

/// Every route of the surface.
pub fn routes<R: Register>() -> R {
    R::default()
        .routes(routes!(health::health))
        .routes(routes!(tickets::list, tickets::create))
        .routes(routes!(tickets::show, tickets::replace, tickets::change))
        .routes(routes!(comments::list, comments::create))
        .routes(routes!(comments::replace, comments::change))
        .routes(routes!(credentials::list, credentials::create))
        .routes(routes!(credentials::reveal))
        .layer(axum::middleware::from_fn(word))
}

/// How a failure looks here.
pub fn problem() -> RefOr<Schema> {
    problem::Problem::schema()
}

async fn word(request: Request, next: Next) -> Response {
    let spent = request.extensions().get::<Spent>().cloned().unwrap_or_default();
    worded(next.run(request).await, |error| problem::translate(error, spent.tightest()))
}
