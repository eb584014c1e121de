//! `/api/statuses`: how the servers are.

use axum::Extension;
use axum::body::Bytes;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Error, Scope, Time};
use crate::dialects::answer::Failure;
use crate::dialects::cached::Cached;
use crate::dialects::call::ByOperator;
use crate::dialects::flow;
use crate::vpn::report::{self, Status};

/// How a server is; null is what no report has told yet.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerStatus)]
struct StatusView {
    server_id: String,
    /// Whether it reported within three intervals.
    online: bool,
    /// Milliseconds.
    ping_ms: Option<f64>,
    /// Devices with a handshake in the last 180 seconds, unless the report says otherwise.
    peers: Option<i64>,
    transfer_rx: Option<u64>,
    transfer_tx: Option<u64>,
    reported_at: Option<String>,
    applied_revision: Option<u64>,
    /// What went wrong lately, for admins; empty for everybody else.
    errors: Vec<FaultView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ServerFault)]
struct FaultView {
    code: String,
    message: String,
    at: String,
}

impl From<Status> for StatusView {
    fn from(status: Status) -> Self {
        let fault = |f: report::Fault| FaultView { code: f.code, message: f.message, at: f.at.to_seconds() };
        Self {
            server_id: status.server_id,
            online: status.online,
            ping_ms: status.ping_ms,
            peers: status.peers,
            transfer_rx: status.transfer_rx,
            transfer_tx: status.transfer_tx,
            reported_at: status.reported_at.map(Time::to_seconds),
            applied_revision: status.applied_revision,
            errors: status.errors.into_iter().map(fault).collect(),
        }
    }
}

/// The answer for those who see what went wrong, and the one for everybody else.
#[derive(Clone, Default)]
pub struct Shared {
    admins: Cached,
    others: Cached,
}

/// The newest snapshot of every registered server.
#[utoipa::path(get, path = "/api/statuses", tag = "fleet", security(("scope" = ["fleet:read"])), responses((status = 200, body = Vec<StatusView>)))]
pub async fn statuses(
    Extension(shared): Extension<Shared>,
    ByOperator(call): ByOperator,
) -> std::result::Result<Response, Failure> {
    let commits = call.app().store.commits();
    let call = call.needing(Scope::FleetRead);
    let body = call.read(move |conn, actor| {
        let cached = if actor.is_admin() { &shared.admins } else { &shared.others };
        if let Some(body) = cached.at(commits, conn.now()) {
            return Ok(body);
        }
        let statuses = report::statuses(conn, actor)?;
        let views: Vec<_> = statuses.all.into_iter().map(StatusView::from).collect();
        let body = Bytes::from(serde_json::to_vec(&views).map_err(Error::internal)?);
        cached.keep(commits, statuses.holds, &body);
        Ok(body)
    });
    Ok(flow::shared(body.await?))
}
