//! What a ticket knows of the VPN: its customer's devices, and how their servers are.

use std::collections::HashMap;

use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::Time;
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given;
use crate::ticket;
use crate::vpn::peer::{self, Peer};
use crate::vpn::report::{self, Status};

#[derive(Serialize, ToSchema)]
#[schema(as = TicketDevices)]
struct View {
    /// Those that the caller may see, oldest first.
    devices: Vec<Device>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketDevice)]
struct Device {
    id: String,
    name: String,
    enabled: bool,
    address: String,
    address6: Option<String>,
    latest_handshake_at: Option<String>,
    /// Bytes that the server received from it since it was made.
    transfer_rx: u64,
    /// Bytes that the server sent to it.
    transfer_tx: u64,
    expires_at: Option<String>,
    /// Received plus sent bytes after which it is cut off.
    quota_bytes: Option<u64>,
    server: ServerView,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketDeviceServer)]
struct ServerView {
    id: String,
    name: String,
    /// Reported within three intervals.
    online: bool,
    ping_ms: Option<f64>,
    reported_at: Option<String>,
}

impl Device {
    fn new(server: String, name: String, peer: Peer, status: Option<&Status>) -> Self {
        Self {
            id: peer.id,
            name: peer.name,
            enabled: peer.enabled,
            address: peer.address,
            address6: peer.address6,
            latest_handshake_at: peer.usage.latest_handshake.map(Time::to_seconds),
            transfer_rx: peer.usage.rx,
            transfer_tx: peer.usage.tx,
            expires_at: peer.expires_at.map(Time::to_seconds),
            quota_bytes: peer.quota_bytes,
            server: ServerView {
                id: server,
                name,
                online: status.is_some_and(|status| status.online),
                ping_ms: status.and_then(|status| status.ping_ms),
                reported_at: status.and_then(|status| status.reported_at).map(Time::to_seconds),
            },
        }
    }
}

/// The devices of a ticket's customer, for staff: when each was last there, what it has used, and how its server is.
#[utoipa::path(get, path = "/api/tickets/{id}/devices", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = View), (status = 403)))]
pub async fn list(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must_be_staff()?;
        let ticket = ticket::find(conn, actor, given::id(&id)?)?;
        let found = ticket.creator.map_or(Ok(Vec::new()), |creator| peer::of_user(conn, actor, creator))?;
        let statuses = report::statuses(conn, actor)?.all;
        let known: HashMap<&str, &Status> = statuses.iter().map(|status| (status.server_id.as_str(), status)).collect();
        let device = |(server, name, peer): (String, String, Peer)| {
            let status = known.get(server.as_str()).copied();
            Device::new(server, name, peer, status)
        };
        answer::ok(&View { devices: found.into_iter().map(device).collect() })
    })
    .await
}
