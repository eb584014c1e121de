//! `/api/agent`: enrolment, and the desired state by long-poll.

use std::time::Duration;

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::{Error, Kind, Time, Who};
use crate::dialects::answer::{self, Answer, Answered, Failure};
use crate::dialects::call::{ByAgent, ByAnyone, Call};
use crate::dialects::given;
use crate::vpn::desired::{self, Desired};
use crate::vpn::enrollment;
use crate::vpn::key::PublicKeyText;
use crate::vpn::report;
use crate::vpn::server;
use crate::wire;

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
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = Enroll)]
struct EnrollBody {
    /// What registering the server gave out: valid once, for 15 minutes.
    #[schema(value_type = String)]
    enrollment_token: Option<String>,
    /// The agent's WireGuard public key, base64 of 32 bytes.
    #[schema(value_type = String)]
    public_key: Option<String>,
}

/// Exchange an enrolment token for an agent token.
#[utoipa::path(post, path = "/api/agent/enroll", tag = "fleet", security(()), request_body = EnrollBody,
    responses((status = 200, body = wire::Enrolled), (status = 401), (status = 410)))]
pub async fn enroll(ByAnyone(call): ByAnyone) -> Answered {
    call.write(|tx, actor, body| {
        let body: EnrollBody = body.read()?;
        let given = |field: &'static str, value: Option<String>| {
            let value = value.filter(|text| !text.trim().is_empty());
            value.ok_or_else(|| Error::field(field, format!("The {field} is required.")))
        };
        let token = given("enrollment_token", body.enrollment_token)?;
        let key = PublicKeyText::parse("public_key", &given("public_key", body.public_key)?)?;
        let accepted = enrollment::accept(tx, actor, token.trim(), &key)?;
        let enrolled = wire::Enrolled {
            server_id: accepted.server_id,
            token: accepted.token.expose().clone(),
            desired: wired(accepted.desired),
        };
        Ok(answer::ok(&enrolled)?.once())
    })
    .await
}

#[derive(Deserialize)]
struct Poll {
    revision: Option<String>,
}

/// The desired state: at once without `revision`, else as soon as there is a newer one, or 204 after 50 seconds.
#[utoipa::path(get, path = "/api/agent/desired", tag = "fleet", security(("agent" = [])),
    params(("revision" = Option<u64>, Query, description = "what the agent has seen")),
    responses((status = 200, body = wire::Desired), (status = 204, description = "Nothing new within 50 seconds.")))]
pub async fn desired(RawQuery(query): RawQuery, ByAgent(call): ByAgent) -> Result<Response, Failure> {
    let seen = call.read(move |_, _| revision(query.as_deref())).await?;
    let number = call.read(|_, actor| own_number(&actor.who)).await?;
    let mut changes = call.app().bus.desired(number);
    let stopping = call.app().stopping.clone();
    let wait = async {
        loop {
            changes.mark_unchanged();
            if let Some(answer) = look(&call, seen).await? {
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
    if seen.is_some() {
        return Ok(answer.into_response());
    }
    // An agent that was given nothing but a token asks whose it is.
    let owner = call.read(|conn, actor| {
        let Who::Server { id, .. } = &actor.who else { return Err(Error::unauthenticated()) };
        Ok((id.clone(), server::find(conn, actor, id)?.public_key))
    });
    let (id, key) = owner.await?;
    Ok(([(wire::SERVER_HEADER, id), (wire::SERVER_KEY_HEADER, key.unwrap_or_default())], answer).into_response())
}

#[derive(Serialize, ToSchema)]
struct Taken {
    ok: bool,
}

/// Push what a server measured.
#[utoipa::path(post, path = "/api/report", tag = "fleet", security(("agent" = [])), request_body = wire::Report,
    responses((status = 200, body = Taken), (status = 403, description = "The token belongs to another server."),
        (status = 429)))]
pub async fn report(ByAgent(call): ByAgent) -> Answered {
    let (app, spent) = (call.app().clone(), call.spent.clone());
    // Read here and not on the one thread that writes: parsing costs more than counting.
    let sent = call.body.read::<wire::Report>();
    let claimed = sent.as_ref().ok().map(|sent| sent.server_id.clone());
    let measured = sent.and_then(|sent| report::parse(sent, app.clock.now()));
    call.write(move |tx, actor, _| {
        let Who::Server { number, id } = &actor.who else { return Err(Error::unauthenticated()) };
        spent.take(&app.reports, id)?;
        if claimed.as_ref().is_some_and(|claimed| claimed != id) {
            return Err(Error::new(Kind::Forbidden, "This token belongs to another server."));
        }
        report::take(tx, *number, measured.as_ref().map_err(Clone::clone)?)?;
        answer::ok(&Taken { ok: true })
    })
    .await
}

fn revision(query: Option<&str>) -> crate::base::Result<Option<u64>> {
    let poll: Poll = given::query(query)?;
    let wrong = || Error::field("revision", "The revision must be a number.");
    poll.revision.map(|text| text.parse().map_err(|_| wrong())).transpose()
}

fn own_number(who: &Who) -> crate::base::Result<i64> {
    match who {
        Who::Server { number, .. } => Ok(*number),
        Who::Person { .. } | Who::KeyPair { .. } | Who::Nobody | Who::System => Err(Error::unauthenticated()),
    }
}

/// The state, when the agent has not seen it yet.
async fn look(call: &Call, seen: Option<u64>) -> Result<Option<Answer>, Failure> {
    let (answer, behind) = call
        .read(move |conn, actor| {
            let Who::Server { id, .. } = &actor.who else { return Err(Error::unauthenticated()) };
            let server = server::find(conn, actor, id)?;
            if seen == Some(server.revision) {
                return Ok((None, false));
            }
            if seen.is_some_and(|seen| seen > server.revision) {
                return Ok((None, true));
            }
            Ok((Some(answer::ok(&wired(desired::of(conn, &server)?))?), false))
        })
        .await?;
    if !behind {
        return Ok(answer);
    }
    // This control plane was restored from a backup: it steps past what the agent has seen, then answers.
    let seen = seen.unwrap_or_default();
    let lifted = call.clone().write(move |tx, actor, _| {
        let Who::Server { id, .. } = &actor.who else { return Err(Error::unauthenticated()) };
        let server = server::find(tx, actor, id)?;
        desired::catch_up(tx, &server, seen)?;
        answer::ok(&wired(desired::of(tx, &server::find(tx, actor, id)?)?))
    });
    lifted.await.map(Some)
}
