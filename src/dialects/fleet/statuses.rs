//! `/api/statuses`: how the servers are. `/api/public/status`: those that anybody may look at.

use axum::Extension;
use axum::body::Bytes;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Actor, Error, Result, Scope, Time};
use crate::dialects::answer::Failure;
use crate::dialects::cached::Cached;
use crate::dialects::call::{ByAnyone, ByOperator};
use crate::dialects::flow;
use crate::store::Conn;
use crate::vpn::report::{self, Status};

/// How a server is; null is what no report has told yet.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerStatus)]
struct StatusView {
    server_id: String,
    /// For people.
    name: String,
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
            name: status.name,
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

/// Bytes that are kept at most: three answers about ten thousand servers take five million.
const KEPT: usize = 32 << 20;

/// Those who see what went wrong, everybody else who is signed in, and anybody: what each of them is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Reader {
    Admin,
    Other,
    Anybody,
}

/// The newest answers, which all of a kind are given.
#[derive(Clone)]
pub struct Shared(Cached<Reader, Bytes>);

impl Default for Shared {
    fn default() -> Self {
        Self(Cached::up_to(KEPT))
    }
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
        let reader = if actor.is_admin() { Reader::Admin } else { Reader::Other };
        shown::<StatusView>(&shared, reader, commits, conn, actor)
    });
    Ok(flow::shared(body.await?))
}

/// The kept answer while it holds, else a new one that is kept.
fn shown<V: From<Status> + Serialize>(
    Shared(cached): &Shared,
    reader: Reader,
    commits: u64,
    conn: &Conn<'_>,
    actor: &Actor,
) -> Result<Bytes> {
    if let Some(body) = cached.at(&reader, commits, conn.now()) {
        return Ok(body);
    }
    let statuses = report::statuses(conn, actor)?;
    let views: Vec<V> = statuses.all.into_iter().map(V::from).collect();
    let body = Bytes::from(serde_json::to_vec(&views).map_err(Error::internal)?);
    cached.keep(reader, commits, statuses.holds, &body, body.len());
    Ok(body)
}

/// How a server is that anybody may look at.
#[derive(Serialize, ToSchema)]
#[schema(as = PublicStatus)]
struct PublicView {
    name: String,
    /// Whether it reported within three intervals.
    online: bool,
    /// Null until its first report.
    reported_at: Option<String>,
}

impl From<Status> for PublicView {
    fn from(status: Status) -> Self {
        Self { name: status.name, online: status.online, reported_at: status.reported_at.map(Time::to_seconds) }
    }
}

/// How the servers are whose `is_public` an admin has set.
#[utoipa::path(get, path = "/api/public/status", tag = "fleet", security(()), responses((status = 200, body = Vec<PublicView>)))]
pub async fn public(
    Extension(shared): Extension<Shared>,
    ByAnyone(call): ByAnyone,
) -> std::result::Result<Response, Failure> {
    let commits = call.app().store.commits();
    let body = call.read(move |conn, actor| shown::<PublicView>(&shared, Reader::Anybody, commits, conn, actor));
    Ok(flow::shared(body.await?))
}
