//! Document 000: the tickets of whoever calls, for the apps of VPN users.

mod problem;
mod tickets;

use axum::response::Response;
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Failure;
use crate::app::App;

/// Every route of the surface.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(tickets::list, tickets::create))
        .routes(routes!(tickets::show))
        .routes(routes!(tickets::reply))
        .routes(routes!(tickets::close))
        .layer(axum::middleware::map_response(word))
}

/// How a failure looks here.
pub fn problem() -> RefOr<Schema> {
    problem::Problem::schema()
}

async fn word(response: Response) -> Response {
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => problem::translate(error),
        None => response,
    }
}
