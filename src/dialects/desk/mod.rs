//! Document 001: signing in, projects and their key pairs, and the health of this instance. Tickets follow.

mod health;
mod key_pairs;
mod login;
mod page;
mod problem;
mod projects;

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
        .routes(routes!(projects::list, projects::create))
        .routes(routes!(projects::show, projects::change))
        .routes(routes!(projects::assign))
        .routes(routes!(projects::remove))
        .routes(routes!(projects::open))
        .routes(routes!(key_pairs::list, key_pairs::create))
        .routes(routes!(key_pairs::revoke))
        .layer(axum::middleware::map_response(word))
}

async fn word(response: Response) -> Response {
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => problem::translate(error),
        None => response,
    }
}
