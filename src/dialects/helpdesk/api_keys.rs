//! `/api/api-keys`: what lets integrators in.

use axum::extract::{Path, RawQuery};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page;
use crate::access::api_key::{self, ApiKey, NewApiKey};
use crate::base::{Actor, Check, Error, Result, Scope, Scopes, Time, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByProgram, ByUser};
use crate::dialects::description::words::words;
use crate::dialects::given;
use crate::store::{Conn, Tx};

words! {
    /// One permission of a key; to write is not to read.
    pub ScopeWord = Scope::ALL.map(Scope::as_str);
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
struct View {
    id: String,
    name: String,
    #[schema(value_type = Vec<ScopeWord>)]
    scopes: Vec<&'static str>,
    project_id: Option<String>,
    /// Requests an hour; null for the instance's own limit.
    rate_limit: Option<i64>,
    /// How it begins.
    key_prefix: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    created_at: String,
    /// The key itself, when it is made and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    key: Option<String>,
}

fn words(scopes: Scopes) -> Vec<&'static str> {
    scopes.iter().map(Scope::as_str).collect()
}

impl From<ApiKey> for View {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.uuid,
            name: key.name,
            scopes: words(key.scopes),
            project_id: key.project,
            rate_limit: key.rate_limit,
            key_prefix: key.prefix,
            expires_at: key.expires_at.map(Time::to_milliseconds),
            last_used_at: key.last_used_at.map(Time::to_milliseconds),
            created_at: key.created_at.to_milliseconds(),
            key: None,
        }
    }
}

/// The keys that were not revoked, oldest first, without their secrets.
#[utoipa::path(get, path = "/api/api-keys", tag = "helpdesk", security(("scope" = ["settings:read"])), params(
    page::Asked),
    responses((status = 200, body = Vec<View>)))]
pub async fn list(RawQuery(query): RawQuery, ByUser(call): ByUser) -> Answered {
    let read = move |conn: &Conn<'_>, actor: &Actor| {
        actor.must_be_admin()?;
        let mut check = Check::default();
        let page = given::query::<page::Asked>(query.as_deref())?.parse(&mut check);
        check.done()?;
        let keys = api_key::list(conn, actor, page.after, page.reach())?;
        page.answer(keys, "/api/api-keys", query.as_deref(), |key| key.number, View::from)
    };
    call.needing(Scope::SettingsRead).read(read).await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewApiKey)]
struct New {
    #[schema(value_type = String, max_length = 255)]
    name: Option<String>,
    #[schema(value_type = Option<Vec<ScopeWord>>)]
    scopes: Option<Vec<String>>,
    /// The one project whose tickets it sees.
    project_id: Option<String>,
    /// Requests an hour.
    #[schema(minimum = 1, maximum = 1_000_000)]
    rate_limit: Option<i64>,
    /// A date, which ends as it begins (UTC), or a time; in the future.
    #[schema(format = "date or date-time")]
    expires_at: Option<String>,
}

impl New {
    fn into_new(self, now: Time) -> Result<NewApiKey> {
        let mut check = Check::default();
        let name = check.take(check::required_line("name", self.name.as_deref(), 255));
        let scopes = check.take(api_key::parse_scopes(self.scopes.as_deref()));
        let expires_at = check.take(given::moment("expiresAt", self.expires_at.as_deref())).flatten();
        if expires_at.is_some_and(|at| at <= now) {
            check.note(Error::field("expiresAt", "The key must expire in the future."));
        }
        if self.rate_limit.is_some_and(|limit| !(1..=1_000_000).contains(&limit)) {
            check.note(Error::field("rateLimit", "The rate limit must be from 1 to 1000000 requests an hour."));
        }
        let (name, scopes) = (check.need(name)?, check.need(scopes)?);
        check.done()?;
        Ok(NewApiKey { name, scopes, project: self.project_id, rate_limit: self.rate_limit, expires_at })
    }
}

/// Make a key; `key` is shown this once. Without `scopes` it gets the six documented ones; no key makes a stronger one.
#[utoipa::path(post, path = "/api/api-keys", tag = "helpdesk", security(("scope" = ["settings:write"])), request_body = New,
    responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must_be_admin()?;
        let new = body.read::<New>()?.into_new(tx.now())?;
        let (key, secret) = api_key::create(tx, actor, &new)?;
        let view = View { key: Some(secret.expose().clone()), ..View::from(key) };
        Ok(answer::created(&view)?.once())
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Revoke a key: it stops at once.
#[utoipa::path(delete, path = "/api/api-keys/{id}", tag = "helpdesk", security(("scope" = ["settings:write"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 204)))]
pub async fn revoke(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must_be_admin()?;
        let key = api_key::find(tx, actor, &given::uuid(&id)?)?;
        api_key::revoke(tx, actor, &key)?;
        Ok(answer::nothing())
    };
    call.even_when_full().needing(Scope::SettingsWrite).write(write).await
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ValidKey)]
struct Valid<'g> {
    valid: bool,
    id: &'g str,
    name: &'g str,
    #[schema(value_type = Vec<ScopeWord>)]
    scopes: Vec<&'static str>,
    expires_at: Option<String>,
}

/// Whether the key that this request carries is valid, and what for.
#[utoipa::path(post, path = "/api/api-keys/verify", tag = "helpdesk", security(("key" = [])),
    responses((status = 200, body = Valid)))]
pub async fn verify(ByProgram(call): ByProgram) -> Answered {
    let read = |_: &Conn<'_>, actor: &Actor| {
        // An access token is no key.
        let grant = actor.grant.as_ref().filter(|grant| grant.key.is_some()).ok_or_else(Error::unauthenticated)?;
        let valid = Valid {
            valid: true,
            id: &grant.uuid,
            name: &grant.name,
            scopes: words(grant.scopes),
            expires_at: grant.expires_at.map(Time::to_milliseconds),
        };
        answer::ok(&valid)
    };
    call.read(read).await
}
