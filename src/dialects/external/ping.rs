//! `GET /api/external/ping`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::Error;
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPair;
use crate::project;

#[derive(Serialize, ToSchema)]
struct Pong<'p> {
    status: &'static str,
    project: Project<'p>,
    timestamp: String,
}

#[derive(Serialize, ToSchema)]
struct Project<'p> {
    id: i64,
    name: &'p str,
    slug: &'p str,
}

/// Whether a key pair is good, and which project it belongs to.
#[utoipa::path(get, path = "/api/external/ping", tag = "external",
    responses((status = 200, body = Pong), (status = 401, description = "The pair is unknown, revoked, expired, or not a pair"),
        (status = 403, description = "The pair may not be used from this address")))]
pub async fn ping(ByPair(call): ByPair) -> Answered {
    call.read(|conn, actor| {
        let project = project::find(conn, actor, actor.project().ok_or_else(Error::not_found)?)?;
        answer::ok(&Pong {
            status: "ok",
            project: Project { id: project.id, name: &project.name, slug: &project.slug },
            timestamp: conn.now().to_seconds(),
        })
    })
    .await
}
