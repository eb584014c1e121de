//! `/api/wg-clients`: the devices of a server.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::{Error, Result, Scope, Time};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByOperator;
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::given;
use crate::vpn::key::PublicKeyText;
use crate::vpn::peer::{self, NewPeer, Peer, PeerChange, PeerName};
use crate::vpn::server;

/// A device.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Peer)]
struct View {
    id: String,
    name: String,
    enabled: bool,
    address: String,
    address6: Option<String>,
    public_key: String,
    latest_handshake_at: Option<String>,
    /// Bytes that the server received from it since it was made.
    transfer_rx: u64,
    /// Bytes that the server sent to it.
    transfer_tx: u64,
    endpoint: Option<String>,
    /// The owner's number.
    user_id: Option<String>,
    expires_at: Option<String>,
    /// Received plus sent bytes after which it is cut off.
    quota_bytes: Option<u64>,
    /// Whether it has one.
    preshared_key: bool,
    created_at: String,
}

impl From<Peer> for View {
    fn from(peer: Peer) -> Self {
        Self {
            id: peer.id,
            name: peer.name,
            enabled: peer.enabled,
            address: peer.address,
            address6: peer.address6,
            public_key: peer.public_key,
            latest_handshake_at: peer.usage.latest_handshake.map(Time::to_seconds),
            transfer_rx: peer.usage.rx,
            transfer_tx: peer.usage.tx,
            endpoint: peer.usage.endpoint.map(|endpoint| endpoint.to_string()),
            user_id: peer.user.map(|user| user.to_string()),
            expires_at: peer.expires_at.map(Time::to_seconds),
            quota_bytes: peer.quota_bytes,
            preshared_key: peer.preshared_key.is_some(),
            created_at: peer.created_at.to_seconds(),
        }
    }
}

#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PeerChange)]
struct Body {
    /// Without control characters.
    #[schema(min_length = 1, max_length = 64)]
    name: Option<String>,
    /// Only when changing.
    enabled: Option<bool>,
    /// base64 of 32 bytes. With it no private key is ever held here.
    public_key: Option<String>,
    /// Whether it should have one.
    preshared_key: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    user_id: Option<Option<UserId>>,
    #[serde(default, deserialize_with = "given")]
    expires_at: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(minimum = 1)]
    quota_bytes: Option<Option<u64>>,
    /// Only when changing.
    address: Option<String>,
    /// Only when changing.
    address6: Option<String>,
}

needing!(
    /// A device that is to be made.
    NewPeerBody = Body,
    "name"
);

/// A user's number or UUID.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(untagged)]
enum UserId {
    Number(i64),
    Text(String),
}

impl UserId {
    fn into_text(self) -> String {
        match self {
            UserId::Number(number) => number.to_string(),
            UserId::Text(text) => text,
        }
    }
}

impl Body {
    fn expiry(&self) -> Result<Option<Option<Time>>> {
        let parse = |text: &String| {
            Time::parse(text)
                .ok_or_else(|| Error::field("expiresAt", "It must be a time such as 2026-05-06T12:00:00Z."))
        };
        self.expires_at
            .as_ref()
            .map(|at| at.as_ref().filter(|text| !text.is_empty()).map(parse).transpose())
            .transpose()
    }

    fn quota(&self) -> Result<Option<Option<u64>>> {
        match self.quota_bytes {
            Some(Some(0)) => Err(Error::field("quotaBytes", "It must be at least 1; null means no quota.")),
            given => Ok(given),
        }
    }

    fn key(&self) -> Result<Option<PublicKeyText>> {
        let text = self.public_key.as_deref().filter(|text| !text.trim().is_empty());
        text.map(|text| PublicKeyText::parse("publicKey", text)).transpose()
    }

    fn into_new(self) -> Result<NewPeer> {
        let name = self.name.as_deref().ok_or_else(|| Error::field("name", "The name is required."))?;
        Ok(NewPeer {
            name: PeerName::parse(name)?,
            public_key: self.key()?,
            preshared_key: self.preshared_key.unwrap_or_default(),
            expires_at: self.expiry()?.flatten(),
            quota_bytes: self.quota()?.flatten(),
            user: self.user_id.flatten().map(UserId::into_text),
        })
    }

    fn into_change(self) -> Result<PeerChange> {
        let wrong = |field: &'static str| move |_| Error::field(field, "It must be an IP address.");
        Ok(PeerChange {
            name: self.name.as_deref().map(PeerName::parse).transpose()?,
            enabled: self.enabled,
            public_key: self.key()?,
            preshared_key: self.preshared_key,
            expires_at: self.expiry()?,
            quota_bytes: self.quota()?,
            address: self.address.as_deref().map(|a| a.parse().map_err(wrong("address"))).transpose()?,
            address6: self.address6.as_deref().map(|a| a.parse().map_err(wrong("address6"))).transpose()?,
            user: self.user_id.map(|user| user.map(UserId::into_text)),
        })
    }
}

/// The devices of a server: all of them for admins, their own for customers.
#[utoipa::path(get, path = "/api/wg-clients/{server}", tag = "fleet", security(("scope" = ["fleet:read"])), params(("server" = String, Path)),
    responses((status = 200, body = Vec<View>)))]
pub async fn list(Path(id): Path<String>, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetRead)
        .read(move |conn, actor| {
            let server = server::find(conn, actor, &id)?;
            let peers = peer::list(conn, actor, &server)?;
            answer::ok(&peers.into_iter().map(View::from).collect::<Vec<_>>())
        })
        .await
}

/// Add a device.
#[utoipa::path(post, path = "/api/wg-clients/{server}", tag = "fleet", security(("scope" = ["fleet:write"])), params(("server" = String, Path)),
    request_body = NewPeerBody, responses((status = 201, body = View),
        (status = 409, description = "The public key is taken, or the address pool is full.")))]
pub async fn create(Path(id): Path<String>, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetWrite)
        .write(move |tx, actor, body| {
            let server = server::find(tx, actor, &id)?;
            actor.must_be_admin()?;
            let peer = peer::create(tx, actor, &server, &body.read::<Body>()?.into_new()?)?;
            answer::created(&View::from(peer))
        })
        .await
}

/// Let a device in, or keep it out.
#[utoipa::path(post, path = "/api/wg-clients/{server}/{peer}/{action}", tag = "fleet", security(("scope" = ["fleet:write"])),
    params(("server" = String, Path), ("peer" = String, Path), ("action" = inline(Action), Path)),
    responses((status = 200, body = View), (status = 403)))]
pub async fn switch(
    Path((id, peer, action)): Path<(String, String, String)>,
    ByOperator(call): ByOperator,
) -> Answered {
    call.even_when_full_if(action == "disable")
        .needing(Scope::FleetWrite)
        .write(move |tx, actor, _| {
            let server = server::find(tx, actor, &id)?;
            let peer = peer::find(tx, actor, &server, &peer)?;
            let peer = match action.as_str() {
                "enable" => peer::enable(tx, actor, &server, &peer)?,
                "disable" => peer::disable(tx, actor, &server, &peer)?,
                _ => return Err(Error::field("action", "The action must be enable or disable.")),
            };
            answer::ok(&View::from(peer))
        })
        .await
}

/// Change a device; what is left out stays, null clears.
#[utoipa::path(put, path = "/api/wg-clients/{server}/{peer}", tag = "fleet", security(("scope" = ["fleet:write"])),
    params(("server" = String, Path), ("peer" = String, Path)), request_body = Body,
    responses((status = 200, body = View), (status = 403), (status = 409, description = "The public key or the address is taken.")))]
pub async fn change(Path((id, peer)): Path<(String, String)>, ByOperator(call): ByOperator) -> Answered {
    let keeps_out = call.body.read::<Body>().is_ok_and(|body| body.enabled == Some(false));
    call.even_when_full_if(keeps_out)
        .needing(Scope::FleetWrite)
        .write(move |tx, actor, body| {
            let server = server::find(tx, actor, &id)?;
            let peer = peer::find(tx, actor, &server, &peer)?;
            actor.must_be_admin()?;
            let peer = peer::change(tx, actor, &server, &peer, &body.read::<Body>()?.into_change()?)?;
            answer::ok(&View::from(peer))
        })
        .await
}

/// Remove a device for good.
#[utoipa::path(delete, path = "/api/wg-clients/{server}/{peer}", tag = "fleet", security(("scope" = ["fleet:write"])),
    params(("server" = String, Path), ("peer" = String, Path)), responses((status = 204), (status = 403)))]
pub async fn delete(Path((id, peer)): Path<(String, String)>, ByOperator(call): ByOperator) -> Answered {
    call.even_when_full()
        .needing(Scope::FleetWrite)
        .write(move |tx, actor, _| {
            let server = server::find(tx, actor, &id)?;
            let peer = peer::find(tx, actor, &server, &peer)?;
            peer::delete(tx, actor, &server, &peer)?;
            Ok(answer::nothing())
        })
        .await
}

words! {
    /// What to do with a device.
    Action = ["enable", "disable"];
}

/// A device's configuration, as wg-quick reads it. It holds the private key, so that to read it is for keys that may write.
#[utoipa::path(get, path = "/api/wg-clients/{server}/{peer}/configuration", tag = "fleet", security(("scope" = ["fleet:write"])),
    params(("server" = String, Path), ("peer" = String, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 403),
        (status = 409, description = "No agent has given the server's key yet.")))]
pub async fn configuration(Path((id, peer)): Path<(String, String)>, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetWrite)
        .read(move |conn, actor| {
            let server = server::find(conn, actor, &id)?;
            let peer = peer::find(conn, actor, &server, &peer)?;
            let text = peer::configuration(conn, actor, &server, &peer)?;
            Ok(answer::of_type("text/plain; charset=utf-8", text.as_bytes().to_vec()))
        })
        .await
}

/// A device's configuration as an SVG QR code, for keys that may write.
#[utoipa::path(get, path = "/api/wg-clients/{server}/{peer}/qrcode", tag = "fleet", security(("scope" = ["fleet:write"])),
    params(("server" = String, Path), ("peer" = String, Path)),
    responses((status = 200, body = String, content_type = "image/svg+xml"), (status = 403),
        (status = 409, description = "No agent has given the server's key yet, or no private key is held here.")))]
pub async fn qr_code(Path((id, peer)): Path<(String, String)>, ByOperator(call): ByOperator) -> Answered {
    call.needing(Scope::FleetWrite)
        .read(move |conn, actor| {
            let server = server::find(conn, actor, &id)?;
            let peer = peer::find(conn, actor, &server, &peer)?;
            Ok(answer::of_type("image/svg+xml", peer::qr_code(conn, actor, &server, &peer)?.into_bytes()))
        })
        .await
}
