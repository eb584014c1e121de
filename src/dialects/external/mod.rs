//! Document 001's other half: other projects' back ends, each with the key pair of its project.

mod conversation;
mod ping;
mod problem;
mod tickets;

use axum::middleware::map_response;

use super::answer::worded;
use super::routes::{Register, routes};

/// Every route of the surface.
pub fn routes<R: Register>() -> R {
    R::default()
        .routes(routes!(ping::ping))
        .routes(routes!(tickets::list, tickets::create))
        .routes(routes!(conversation::show))
        .routes(routes!(conversation::reply))
        .routes(routes!(conversation::close))
        .layer(map_response(async |response| worded(response, problem::translate)))
}
