//! Document 003: for agencies' integrations, with an API key or an OAuth access token.
//!
//! A program needs the scope that each operation names, and has so many requests an hour. The credentials that customers
//! share are read by people alone. `oauth` and `consent` let applications in; they speak RFC 6749, not document 003.

mod consent;
mod credentials;
mod health;
mod id;
mod oauth;
mod problem;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Failure;
use super::limit::Spent;
use crate::app::App;

/// Every route of the surface.
pub fn routes() -> OpenApiRouter<App> {
    let own = OpenApiRouter::default()
        .routes(routes!(health::health))
        .routes(routes!(credentials::list, credentials::create))
        .routes(routes!(credentials::reveal))
        .layer(axum::middleware::from_fn(word));
    let of_oauth = OpenApiRouter::default()
        .routes(routes!(consent::show, consent::decide))
        .routes(routes!(oauth::token))
        .routes(routes!(oauth::revoke))
        .routes(routes!(oauth::metadata))
        .layer(axum::middleware::map_response(word_oauth));
    own.merge(of_oauth)
}

async fn word(request: Request, next: Next) -> Response {
    let spent = request.extensions().get::<Spent>().cloned().unwrap_or_default();
    let response = next.run(request).await;
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => problem::translate(error, spent.tightest()),
        None => response,
    }
}

async fn word_oauth(response: Response) -> Response {
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => problem::translate_oauth(error),
        None => response,
    }
}
