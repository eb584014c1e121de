//! `GET /api/health`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByAnyone;

#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
    version: &'static str,
}

/// Whether this instance answers and its database can be read.
#[utoipa::path(get, path = "/api/health", tag = "desk", security(()), responses((status = 200, body = Health)))]
pub async fn health(ByAnyone(call): ByAnyone) -> Answered {
    call.read(|_, _| Ok(())).await?;
    Ok(answer::ok(&Health { status: "ok", version: env!("CARGO_PKG_VERSION") })?)
}
