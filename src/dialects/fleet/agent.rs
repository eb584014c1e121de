//! What agents send: who they are, and what they measured.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::desired::whole;
use crate::base::{Error, Kind, Who};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{ByAgent, ByAnyone};
use crate::vpn::enrollment;
use crate::vpn::key::PublicKeyText;
use crate::vpn::report;
use crate::wire;

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
            desired: whole(tx, accepted.desired)?.0,
        };
        Ok(answer::ok(&enrolled)?.once())
    })
    .await
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
