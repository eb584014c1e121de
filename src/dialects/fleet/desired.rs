//! `/api/agent/desired`: the desired state by long-poll, whole or as what changed, and signed.

use std::time::Duration;

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::base::{Error, Result, Time, Who};
use crate::dialects::answer::{self, Answer, Failure};
use crate::dialects::call::{ByAgent, Call};
use crate::dialects::given;
use crate::store::Conn;
use crate::vpn::desired::{self, Desired};
use crate::vpn::server;
use crate::vpn::told::Told;
use crate::wire::picture::{Outline, statement};
use crate::wire::{self, News};

/// Longest that a poll waits for a change.
const PATIENCE: Duration = Duration::from_secs(50);

fn wired(desired: Desired) -> wire::Desired {
    let server = desired.server;
    let peer = |peer: desired::Wanted| wire::DesiredPeer {
        id: peer.id,
        public_key: peer.public_key,
        preshared_key: peer.preshared_key,
        allowed_ips: peer.allowed_ips,
        expires_at: peer.expires_at.map(Time::to_seconds),
        quota_bytes: peer.quota_bytes,
        used_bytes: peer.used_bytes,
    };
    wire::Desired {
        revision: desired.revision,
        interface: wire::Interface {
            address: server.network.v4.to_string(),
            address6: server.network.v6.map(|net| net.to_string()),
            listen_port: server.endpoint.port,
            mtu: server.mtu,
        },
        peers: desired.peers.into_iter().map(peer).collect(),
        proof: None,
    }
}

/// A desired state as agents are sent it, signed, and its outline.
pub fn whole(conn: &Conn<'_>, desired: Desired) -> Result<(wire::Desired, Outline)> {
    let server_id = desired.server.id.clone();
    let mut desired = wired(desired);
    let outline = Outline::of(&desired);
    let (key, signature) = conn.keys().sign_for_agents(&statement(&server_id, outline.revision, &outline.hash))?;
    let (key, signature) = (STANDARD.encode(key), STANDARD.encode(signature));
    desired.proof = Some(wire::Proof { server_id, hash: outline.hash.clone(), key, signature });
    Ok((desired, outline))
}

#[derive(Deserialize)]
struct Poll {
    revision: Option<String>,
    hash: Option<String>,
}

/// What an agent says that it has.
#[derive(Clone)]
struct Has {
    revision: Option<u64>,
    hash: Option<String>,
}

/// The desired state: at once without `revision`, else as soon as there is another, or 204 after 50 seconds.
///
/// An agent that says with `hash` what it has is answered with what changed since, where this process knows it. Where the hash
/// is that of no state of this revision, it is answered with everything, at once.
#[utoipa::path(get, path = "/api/agent/desired", tag = "fleet", security(("agent" = [])),
    params(("revision" = Option<u64>, Query, description = "what the agent has seen"),
        ("hash" = Option<String>, Query, description = "of the state that the agent has, as `proof` says it")),
    responses((status = 200, body = wire::News), (status = 204, description = "Nothing new within 50 seconds.")))]
pub async fn desired(RawQuery(query): RawQuery, ByAgent(call): ByAgent) -> std::result::Result<Response, Failure> {
    let has = call.read(move |_, _| read(query.as_deref())).await?;
    let number = call.read(|_, actor| own(&actor.who).map(|(number, _)| number)).await?;
    let mut changes = call.app().bus.desired(number);
    let stopping = call.app().stopping.clone();
    let wait = async {
        loop {
            changes.mark_unchanged();
            if let Some(answer) = look(&call, &has).await? {
                return Ok::<Answer, Failure>(answer);
            }
            if changes.changed().await.is_err() {
                return Ok(answer::nothing());
            }
        }
    };
    let answer = tokio::select! {
        answer = wait => answer?,
        () = tokio::time::sleep(PATIENCE) => answer::nothing(),
        () = stopping.cancelled() => answer::nothing(),
    };
    if has.revision.is_some() {
        return Ok(answer.into_response());
    }
    // An agent that was given nothing but a token asks whose it is.
    let owner = call.read(|conn, actor| {
        let (_, id) = own(&actor.who)?;
        Ok((id.to_owned(), server::find(conn, actor, id)?.public_key))
    });
    let (id, key) = owner.await?;
    Ok(([(wire::SERVER_HEADER, id), (wire::SERVER_KEY_HEADER, key.unwrap_or_default())], answer).into_response())
}

fn read(query: Option<&str>) -> Result<Has> {
    let poll: Poll = given::query(query)?;
    let wrong = || Error::field("revision", "The revision must be a number.");
    let revision = poll.revision.map(|text| text.parse().map_err(|_| wrong())).transpose()?;
    Ok(Has { revision, hash: poll.hash.filter(|hash| !hash.is_empty()) })
}

fn own(who: &Who) -> Result<(i64, &str)> {
    match who {
        Who::Server { number, id } => Ok((*number, id)),
        Who::Person { .. } | Who::KeyPair { .. } | Who::Nobody | Who::System => Err(Error::unauthenticated()),
    }
}

/// The state, when the agent does not have it.
async fn look(call: &Call, has: &Has) -> std::result::Result<Option<Answer>, Failure> {
    let (told, seen, asked) = (call.app().told.clone(), has.revision, has.clone());
    let (answer, behind) = call
        .read(move |conn, actor| {
            let (number, id) = own(&actor.who)?;
            let server = server::find(conn, actor, id)?;
            if seen.is_some_and(|seen| seen > server.revision) {
                return Ok((None, true));
            }
            let known = asked.hash.as_deref().and_then(|hash| told.find(number, hash));
            let is_current = match asked.hash {
                Some(_) => known.as_ref().is_some_and(|known| known.revision == server.revision),
                None => true,
            };
            if seen == Some(server.revision) && is_current {
                return Ok((None, false));
            }
            let news = news(conn, &told, desired::of(conn, &server)?, &asked, known.as_deref())?;
            Ok((news.map(|news| answer::ok(&news)).transpose()?, false))
        })
        .await?;
    if !behind {
        return Ok(answer);
    }
    // This control plane was restored from a backup: it steps past what the agent has seen, then answers.
    let seen = seen.unwrap_or_default();
    let lifted = call.clone().write(move |tx, actor, _| {
        let (_, id) = own(&actor.who)?;
        let server = server::find(tx, actor, id)?;
        desired::catch_up(tx, &server, seen)?;
        answer::ok(&whole(tx, desired::of(tx, &server::find(tx, actor, id)?)?)?.0)
    });
    lifted.await.map(Some)
}

/// What an agent must be told that has this much; nothing when that is all there is.
fn news(conn: &Conn<'_>, told: &Told, desired: Desired, has: &Has, known: Option<&Outline>) -> Result<Option<News>> {
    let number = desired.server.number;
    let (mut desired, outline) = whole(conn, desired)?;
    let is_current = has.revision == Some(outline.revision) && has.hash.as_ref() == Some(&outline.hash);
    let news = match (known, desired.proof.take()) {
        _ if is_current => None,
        (Some(known), Some(proof)) => {
            let (revision, interface) = (desired.revision, desired.interface.clone());
            let (changed, removed) = outline.since(known, desired);
            Some(News::Difference(wire::Difference {
                revision,
                since: known.hash.clone(),
                interface,
                changed,
                removed,
                proof,
            }))
        }
        (_, proof) => Some(News::Whole(wire::Desired { proof, ..desired })),
    };
    // Whoever does not say what it has is never answered with less than everything.
    if has.hash.is_some() {
        told.keep(number, outline);
    }
    Ok(news)
}
