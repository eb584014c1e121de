//! `/api/servers`: registering, changing and removing VPN servers, and enrolling their agents.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::{Actor, Result, Scope};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByOperator;
use crate::dialects::description::words::needing;
use crate::dialects::given::given;
use crate::store::Tx;
use crate::vpn::enrollment;
use crate::vpn::server::{self, NewServer, RawServer, Server, ServerChange};

#[derive(Clone, Deserialize, ToSchema)]
#[schema(as = ServerChange)]
struct Body {
    /// `[a-z0-9][a-z0-9-]{0,62}`; never changes.
    id: Option<String>,
    /// The id where none is given.
    name: Option<String>,
    /// `host:port` that devices dial.
    endpoint: Option<String>,
    /// The server's own address with the length of its network, `10.8.0.1/24`.
    address: Option<String>,
    address6: Option<String>,
    /// Addresses of resolvers, for the devices.
    dns: Option<Vec<String>>,
    /// What devices send through the tunnel, as networks.
    allowed_ips: Option<Vec<String>>,
    /// Bytes; null for what suits the way.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    mtu: Option<Option<i64>>,
    /// Seconds; 0 for none.
    keepalive: Option<i64>,
    /// Whether anybody may see how it is, at `/api/public/status`; false by default.
    is_public: Option<bool>,
}

needing!(
    /// A server that is to be registered.
    NewServerBody = Body,
    "id",
    "endpoint",
    "address"
);

impl From<Body> for RawServer {
    fn from(body: Body) -> Self {
        let Body { id, name, endpoint, address, address6, dns, allowed_ips, mtu, keepalive, is_public } = body;
        Self { id, name, endpoint, address, address6, dns, allowed_ips, mtu, keepalive, is_public }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Server)]
struct View {
    id: String,
    name: String,
    endpoint: String,
    address: String,
    address6: Option<String>,
    dns: Vec<String>,
    allowed_ips: Vec<String>,
    mtu: Option<u16>,
    keepalive: u16,
    is_public: bool,
    /// Null until an agent has enrolled.
    public_key: Option<String>,
    /// Of the desired state; rises with every change.
    revision: u64,
    created_at: String,
    /// As its agent's newest report says it; null where it says nothing of it.
    agent_version: Option<String>,
    /// The agent says that it is older than this control plane. It works all the same; update it when there is time.
    agent_outdated: bool,
}

impl From<Server> for View {
    fn from(server: Server) -> Self {
        Self {
            endpoint: server.endpoint.to_string(),
            address: server.network.v4.to_string(),
            address6: server.network.v6.map(|net| net.to_string()),
            created_at: server.created_at.to_seconds(),
            agent_outdated: server.has_older_agent(),
            agent_version: server.agent_version,
            id: server.id,
            name: server.name,
            dns: server.dns,
            allowed_ips: server.allowed_ips,
            mtu: server.mtu,
            keepalive: server.keepalive,
            is_public: server.is_public,
            public_key: server.public_key,
            revision: server.revision,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct Registered {
    #[serde(flatten)]
    server: View,
    #[serde(flatten)]
    enrollment: Enrollment,
}

#[derive(Serialize, ToSchema)]
struct Enrollment {
    /// Valid once, for 15 minutes; shown this once.
    enrollment_token: String,
    /// What to run on the server.
    install_command: String,
}

fn enroll(tx: &Tx<'_>, actor: &Actor, server: &Server, origin: &str) -> Result<Enrollment> {
    let token = enrollment::offer(tx, actor, server)?.expose().clone();
    let install_command =
        format!("curl -fsSL '{origin}/install.sh' | sh -s -- agent --url '{origin}' --enroll {token}");
    Ok(Enrollment { enrollment_token: token, install_command })
}

/// Every registered server.
#[utoipa::path(get, path = "/api/servers", tag = "fleet", security(("scope" = ["fleet:read"])), responses((status = 200, body = Vec<View>), (status = 403)))]
pub async fn list(ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetRead)
        .read(|conn, actor| {
            actor.must_be_admin()?;
            let servers = server::list(conn, actor)?;
            answer::ok(&servers.into_iter().map(View::from).collect::<Vec<_>>())
        })
        .await
}

/// Register a server; the answer holds the single-use token that its agent enrols with.
#[utoipa::path(post, path = "/api/servers", tag = "fleet", security(("scope" = ["fleet:write"])), request_body = NewServerBody,
    responses((status = 201, body = Registered), (status = 403), (status = 409, description = "The id is taken.")))]
pub async fn create(ByOperator(call): ByOperator) -> Answered {
    let origin = call.origin();
    call.needing(Scope::FleetWrite)
        .write(move |tx, actor, body| {
            actor.must_be_admin()?;
            let new = NewServer::parse(&body.read::<Body>()?.into())?;
            server::create(tx, actor, &new)?;
            let server = server::find(tx, actor, &new.id)?;
            let enrollment = enroll(tx, actor, &server, &origin)?;
            Ok(answer::created(&Registered { server: server.into(), enrollment })?.once())
        })
        .await
}

/// One server.
#[utoipa::path(get, path = "/api/servers/{server}", tag = "fleet", security(("scope" = ["fleet:read"])), params(("server" = String, Path)),
    responses((status = 200, body = View), (status = 403)))]
pub async fn show(Path(id): Path<String>, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetRead)
        .read(move |conn, actor| {
            let server = server::find(conn, actor, &id)?;
            actor.must_be_admin()?;
            answer::ok(&View::from(server))
        })
        .await
}

/// Change a server; what is left out stays.
#[utoipa::path(put, path = "/api/servers/{server}", tag = "fleet", security(("scope" = ["fleet:write"])), params(("server" = String, Path)),
    request_body = Body, responses((status = 200, body = View), (status = 403)))]
pub async fn change(Path(id): Path<String>, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetWrite)
        .write(move |tx, actor, body| {
            let server = server::find(tx, actor, &id)?;
            actor.must_be_admin()?;
            server::change(tx, actor, &server, ServerChange(body.read::<Body>()?.into()))?;
            answer::ok(&View::from(server::find(tx, actor, &id)?))
        })
        .await
}

/// Remove a server, its peers and its agent's token.
#[utoipa::path(delete, path = "/api/servers/{server}", tag = "fleet", security(("scope" = ["fleet:write"])), params(("server" = String, Path)),
    responses((status = 204), (status = 403)))]
pub async fn delete(Path(id): Path<String>, ByOperator(call): ByOperator) -> Answered {
    call.even_when_full()
        .needing(Scope::FleetWrite)
        .write(move |tx, actor, _| {
            let server = server::find(tx, actor, &id)?;
            server::delete(tx, actor, &server)?;
            Ok(answer::nothing())
        })
        .await
}

/// A new enrolment token; earlier unused ones are void at once.
#[utoipa::path(post, path = "/api/servers/{server}/enrollment", tag = "fleet", security(("scope" = ["fleet:write"])), params(("server" = String, Path)),
    responses((status = 201, body = Enrollment), (status = 403)))]
pub async fn enrollment(Path(id): Path<String>, ByOperator(call): ByOperator) -> Answered {
    let origin = call.origin();
    call.needing(Scope::FleetWrite)
        .write(move |tx, actor, _| {
            let server = server::find(tx, actor, &id)?;
            Ok(answer::created(&enroll(tx, actor, &server, &origin)?)?.once())
        })
        .await
}
