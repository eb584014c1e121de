//! Document 001: signing in, and the health of this instance. Tickets follow.

mod health;
mod login;
mod page;
mod problem;

use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Failure;
use crate::app::App;

/// Every route of the surface.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(health::health))
        .routes(routes!(login::login))
        .layer(axum::middleware::map_response(word))
}

async fn word(response: Response) -> Response {
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => problem::translate(error),
        None => response,
    }
}
