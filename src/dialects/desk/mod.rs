//! Document 001: tickets for staff and customers, and signing in.

mod conversation;
mod health;
mod login;
mod page;
mod problem;
mod reports;
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
        .routes(routes!(reports::dashboard))
        .routes(routes!(reports::by_project))
        .routes(routes!(reports::agents))
        .routes(routes!(reports::volume))
        .routes(routes!(reports::sla))
        .routes(routes!(reports::categories))
        .layer(axum::middleware::map_response(word))
}

async fn word(response: Response) -> Response {
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => problem::translate(error),
        None => response,
    }
}
