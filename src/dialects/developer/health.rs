//! `GET /v1/health`.

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::Kind;
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByAnyone;

#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
    timestamp: String,
    version: &'static str,
    service: &'static str,
    database: &'static str,
    database_message: &'static str,
    environment: &'static str,
    note: &'static str,
}

/// Whether the service answers and its database can be read; 503 where it cannot.
#[utoipa::path(get, path = "/v1/health", tag = "developer", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health, description = "The database cannot be read.")))]
pub async fn health(ByAnyone(call): ByAnyone) -> Answered {
    let read = call.read(|conn, _| Ok(conn.now())).await;
    let (status, state, message) = match &read {
        Ok(_) => (StatusCode::OK, "healthy", ""),
        Err(failure) if matches!(failure.0.kind, Kind::Unavailable { .. }) => {
            (StatusCode::SERVICE_UNAVAILABLE, "unhealthy", "The database is busy or the server is stopping.")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "unhealthy", "The database cannot be read."),
    };
    let health = Health {
        status: state,
        timestamp: call.app().clock.now().to_milliseconds(),
        version: env!("CARGO_PKG_VERSION"),
        service: "gatehouse",
        database: state,
        database_message: message,
        environment: "self_hosted",
        note: "",
    };
    Ok(answer::json(status, &health)?)
}
