//! Document 002: servers, peers, reports and the audit log.

mod agent;
mod audit;
mod desired;
mod history;
mod login;
mod peers;
mod problem;
mod servers;
mod statuses;

use axum::middleware::map_response;

use super::answer::worded;
use super::routes::{Register, routes};

/// Every route of the surface.
pub fn routes<R: Register>() -> R {
    R::default()
        .routes(routes!(login::login))
        .routes(routes!(servers::list, servers::create))
        .routes(routes!(servers::show, servers::change, servers::delete))
        .routes(routes!(servers::enrollment))
        .routes(routes!(peers::list, peers::create))
        .routes(routes!(peers::switch))
        .routes(routes!(peers::change, peers::delete))
        .routes(routes!(peers::configuration))
        .routes(routes!(peers::qr_code))
        .routes(routes!(audit::list))
        .routes(routes!(audit::export))
        .routes(routes!(statuses::statuses))
        .routes(routes!(statuses::public))
        .routes(routes!(history::history))
        .routes(routes!(agent::report))
        .routes(routes!(agent::enroll))
        .routes(routes!(desired::desired))
        .layer(axum::Extension(statuses::Shared::default()))
        .layer(map_response(async |response| worded(response, problem::translate)))
}
