//! Document 001: tickets for staff and customers, and signing in.

mod conversation;
mod health;
mod key_pairs;
mod login;
mod page;
mod problem;
mod projects;
mod tickets;
mod view;

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
        .routes(routes!(tickets::list, tickets::create))
        .routes(routes!(tickets::show, tickets::change, tickets::delete))
        .routes(routes!(tickets::restore))
        .routes(routes!(conversation::message))
        .routes(routes!(conversation::status))
        .routes(routes!(conversation::assign))
        .routes(routes!(conversation::rate))
        .routes(routes!(conversation::watch, conversation::unwatch))
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
