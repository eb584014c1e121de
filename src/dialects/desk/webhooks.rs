//! `/api/webhooks`: who outside is told what happens, and what became of each telling.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::done::Done;
use super::events::KindWord;
use crate::base::{Capability, Check, DeliveryState as State, Error, Result, Time};
use crate::dialects::answer::{self, Answer, Answered, Failure};
use crate::dialects::call::{ByPerson, Call};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::{self, given, number};
use crate::feed::Kind;
use crate::outbound::{self, Guard};
use crate::vpn::server;
use crate::webhook::delivery::{self, Delivery};
use crate::webhook::{self, Fields, Given, Webhook};

words! {
    /// Where a delivery stands: `waiting` for its next try, `delivered`, or `failed` for good.
    pub DeliveryState = State::ALL.map(State::as_str);
}

#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
struct View {
    id: i64,
    name: String,
    url: String,
    /// Empty means all.
    #[schema(value_type = Vec<KindWord>)]
    events: Vec<&'static str>,
    /// Only what happens to tickets of this project; null means everything.
    project_id: Option<i64>,
    /// Whether it tells what customers never learn of, such as internal notes.
    includes_internal: bool,
    is_active: bool,
    /// Why Gatehouse itself switched it off.
    disabled_reason: Option<String>,
    /// Until then the secret before this one signs along.
    old_secret_until: Option<String>,
    /// Nothing has arrived from then on.
    failing_since: Option<String>,
    created_at: String,
    updated_at: String,
    /// What signs deliveries, when it is made and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    secret: Option<String>,
}

impl From<Webhook> for View {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            name: webhook.name,
            url: webhook.url,
            events: webhook.events.into_iter().map(Kind::as_str).collect(),
            project_id: webhook.project,
            includes_internal: webhook.includes_internal,
            is_active: webhook.is_active,
            disabled_reason: webhook.off_because,
            old_secret_until: webhook.old_secret_until.map(Time::to_seconds),
            failing_since: webhook.failing_since.map(Time::to_seconds),
            created_at: webhook.created_at.to_seconds(),
            updated_at: webhook.updated_at.to_seconds(),
            secret: None,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = OneWebhook)]
struct One {
    webhook: View,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Webhooks)]
struct All {
    webhooks: Vec<View>,
}

#[derive(Clone, Deserialize, ToSchema)]
#[schema(as = WebhookChange)]
struct Body {
    #[schema(max_length = 255)]
    name: Option<String>,
    /// https; http only to what the operator allows with `--webhook-allow`.
    url: Option<String>,
    /// Empty means all.
    #[schema(value_type = Option<Vec<KindWord>>)]
    events: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    project_id: Option<Option<i64>>,
    includes_internal: Option<bool>,
    is_active: Option<bool>,
}

needing!(
    /// A webhook that is to be made.
    NewWebhook = Body,
    "name",
    "url"
);

impl From<Body> for Given {
    fn from(body: Body) -> Self {
        let Body { name, url, events, project_id, includes_internal, is_active } = body;
        Self { name, url, events, project: project_id, includes_internal, is_active }
    }
}

/// What is asked for, if its address may be called. Names are looked up before the transaction: they may take seconds.
async fn judged(call: &Call, id: Option<String>) -> std::result::Result<Fields, Failure> {
    let body = call.body.clone();
    let (fields, own) = call
        .read(move |conn, actor| {
            actor.must(Capability::Administer)?;
            let known = id.map(|id| webhook::find(conn, actor, given::id(&id)?)).transpose()?;
            Ok((Fields::parse(&body.read::<Body>()?.into(), known.as_ref())?, server::networks(conn)?))
        })
        .await?;
    let app = call.app();
    let guard = Guard { allowed: app.settings.webhook_allow.clone(), own };
    if fields.target.is_at(&app.origin()) {
        return Err(Error::field("url", "The URL must not lead to this instance itself.").into());
    }
    outbound::check(&fields.target, &guard).await?;
    Ok(fields)
}

/// The webhooks, oldest first.
#[utoipa::path(get, path = "/api/webhooks", tag = "desk", responses((status = 200, body = All), (status = 403)))]
pub async fn list(ByPerson(call): ByPerson) -> Answered {
    call.read(|conn, actor| {
        actor.must(Capability::Administer)?;
        answer::ok(&All { webhooks: webhook::list(conn, actor)?.into_iter().map(View::from).collect() })
    })
    .await
}

/// Tell a program elsewhere what happens (standardwebhooks.com); `secret` is shown this once.
///
/// Each event is a POST with `webhook-id`, `webhook-timestamp` and `webhook-signature`; any 2xx means that it arrived. Tries
/// go on for three days under the same id; what happens to one ticket arrives in order. Redirects are not followed. The
/// address may not lead into private networks.
#[utoipa::path(post, path = "/api/webhooks", tag = "desk", request_body = NewWebhook,
    responses((status = 201, body = One)))]
pub async fn create(ByPerson(call): ByPerson) -> Answered {
    let fields = judged(&call, None).await?;
    call.write(move |tx, actor, _| {
        let (webhook, secret) = webhook::create(tx, actor, &fields)?;
        let view = View { secret: Some(secret.expose().clone()), ..webhook.into() };
        Ok(answer::created(&One { webhook: view })?.once())
    })
    .await
}

fn shown(webhook: Webhook) -> Result<Answer> {
    answer::ok(&One { webhook: webhook.into() })
}

/// A webhook.
#[utoipa::path(get, path = "/api/webhooks/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = One), (status = 403)))]
pub async fn show(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must(Capability::Administer)?;
        shown(webhook::find(conn, actor, given::id(&id)?)?)
    })
    .await
}

/// Change a webhook; what is left out stays. `is_active: true` switches one on again that was switched off.
#[utoipa::path(patch, path = "/api/webhooks/{id}", tag = "desk", params(("id" = i64, Path)), request_body = Body,
    responses((status = 200, body = One)))]
pub async fn change(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    let fields = judged(&call, Some(id.clone())).await?;
    call.write(move |tx, actor, _| {
        actor.must(Capability::Administer)?;
        let webhook = webhook::find(tx, actor, given::id(&id)?)?;
        shown(webhook::change(tx, actor, &webhook, &fields)?)
    })
    .await
}

/// Delete a webhook, with what waits for it.
#[utoipa::path(delete, path = "/api/webhooks/{id}", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = Done)))]
pub async fn delete(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.even_when_full()
        .write(move |tx, actor, _| {
            actor.must(Capability::Administer)?;
            webhook::delete(tx, actor, &webhook::find(tx, actor, given::id(&id)?)?)?;
            Done::answer("Webhook deleted")
        })
        .await
}

/// Give a webhook another secret, shown this once; for 24 hours both sign.
#[utoipa::path(post, path = "/api/webhooks/{id}/rotate", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = One)))]
pub async fn rotate(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must(Capability::Administer)?;
        let webhook = webhook::find(tx, actor, given::id(&id)?)?;
        let (webhook, secret) = webhook::rotate(tx, actor, &webhook)?;
        let view = View { secret: Some(secret.expose().clone()), ..webhook.into() };
        Ok(answer::ok(&One { webhook: view })?.once())
    })
    .await
}

#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
struct DeliveryView {
    id: i64,
    /// The header `webhook-id`: the same over all tries.
    message_id: String,
    /// `ping` is a test.
    kind: String,
    ticket_id: Option<i64>,
    #[schema(value_type = DeliveryState)]
    status: &'static str,
    tries: i64,
    next_at: Option<String>,
    /// The HTTP status that the last try was answered with.
    last_status: Option<i64>,
    /// Why it was not answered.
    last_error: Option<String>,
    last_at: Option<String>,
    created_at: String,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            message_id: delivery.message,
            kind: delivery.kind,
            ticket_id: delivery.ticket,
            status: delivery.state.as_str(),
            tries: delivery.tries,
            next_at: delivery.next_at.map(Time::to_seconds),
            last_status: delivery.last_status,
            last_error: delivery.last_error,
            last_at: delivery.last_at.map(Time::to_seconds),
            created_at: delivery.created_at.to_seconds(),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = OneDelivery)]
struct OneDelivery {
    delivery: DeliveryView,
}

#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDeliveries)]
struct Deliveries {
    deliveries: Vec<DeliveryView>,
    /// What `cursor` takes to go on; null at the end.
    next_cursor: Option<i64>,
}

#[derive(Deserialize)]
struct Asked {
    status: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// What was delivered to a webhook in the last two weeks and what waits, newest first.
#[utoipa::path(get, path = "/api/webhooks/{id}/deliveries", tag = "desk",
    params(("id" = i64, Path), ("status" = Option<DeliveryState>, Query),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "20 by default"),
        ("cursor" = Option<i64>, Query, minimum = 1, description = "`next_cursor` of the part before")),
    responses((status = 200, body = Deliveries), (status = 403)))]
pub async fn deliveries(Path(id): Path<String>, RawQuery(query): RawQuery, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must(Capability::Administer)?;
        let webhook = webhook::find(conn, actor, given::id(&id)?)?;
        let asked: Asked = given::query(query.as_deref())?;
        let mut check = Check::default();
        let limit = check.take(number("limit", asked.limit.as_deref(), 1..=100)).flatten().unwrap_or(20);
        let cursor = check.take(number("cursor", asked.cursor.as_deref(), 1..=i64::MAX)).flatten();
        let state = asked.status.filter(|text| !text.is_empty()).map(|text| {
            let known = State::ALL.map(State::as_str).join(", ");
            State::parse(&text).ok_or_else(|| Error::field("status", format!("The status must be one of {known}.")))
        });
        let state = state.and_then(|state| check.take(state));
        check.done()?;
        let mut found = delivery::list(conn, actor, &webhook, state, cursor, limit + 1)?;
        let is_more = i64::try_from(found.len()).unwrap_or(i64::MAX) > limit;
        found.truncate(usize::try_from(limit).unwrap_or_default());
        let next_cursor = found.last().filter(|_| is_more).map(|last| last.id);
        answer::ok(&Deliveries { deliveries: found.into_iter().map(DeliveryView::from).collect(), next_cursor })
    })
    .await
}

/// Send a delivery once more, under the same `webhook-id`.
#[utoipa::path(post, path = "/api/webhooks/{id}/deliveries/{delivery}/replay", tag = "desk",
    params(("id" = i64, Path), ("delivery" = i64, Path)),
    responses((status = 202, body = OneDelivery), (status = 409, description = "The webhook is switched off.")))]
pub async fn replay(Path((id, delivery)): Path<(String, String)>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must(Capability::Administer)?;
        let webhook = webhook::find(tx, actor, given::id(&id)?)?;
        let found = delivery::find(tx, actor, &webhook, given::id(&delivery)?)?;
        taken(delivery::replay(tx, actor, &webhook, &found)?)
    })
    .await
}

/// Send a webhook a test: an event of the type `ping`.
#[utoipa::path(post, path = "/api/webhooks/{id}/ping", tag = "desk", params(("id" = i64, Path)),
    responses((status = 202, body = OneDelivery), (status = 409, description = "The webhook is switched off.")))]
pub async fn ping(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, _| {
        actor.must(Capability::Administer)?;
        let webhook = webhook::find(tx, actor, given::id(&id)?)?;
        taken(delivery::ping(tx, actor, &webhook)?)
    })
    .await
}

fn taken(delivery: Delivery) -> Result<Answer> {
    answer::json(axum::http::StatusCode::ACCEPTED, &OneDelivery { delivery: delivery.into() })
}
