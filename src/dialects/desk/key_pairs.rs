//! `/api/admin/projects/{project}/api-keys`: the key pairs of a project's own back end.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::done::Done;
use crate::base::{Check, Result, Time, check};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given;
use crate::project;
use crate::project::key_pair::{self, KeyPair, Networks, NewPair};

#[derive(Deserialize, ToSchema)]
#[schema(as = NewKeyPair)]
struct Body {
    #[schema(value_type = String, max_length = 255)]
    name: Option<String>,
    /// Addresses and networks; none for anywhere.
    allowed_ips: Option<Vec<String>>,
    /// A date, which ends as it begins (UTC), or a time.
    #[schema(format = "date or date-time")]
    expires_at: Option<String>,
}

impl Body {
    fn into_new(self) -> Result<NewPair> {
        let mut check = Check::default();
        let name = check.take(check::required_line("name", self.name.as_deref(), 255));
        let ips = check.take(Networks::parse("allowed_ips", &self.allowed_ips.unwrap_or_default()));
        let expires_at = check.take(given::moment("expires_at", self.expires_at.as_deref()));
        let (name, allowed_ips) = (check.need(name)?, check.need(ips)?);
        Ok(NewPair { name, allowed_ips, expires_at: check.need(expires_at)? })
    }
}

/// A key pair without what is secret.
#[derive(Serialize, ToSchema)]
#[schema(as = KeyPair)]
pub struct View {
    id: i64,
    name: String,
    key_prefix: String,
    allowed_ips: Vec<String>,
    /// Neither revoked nor expired.
    is_active: bool,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    revoked_at: Option<String>,
    created_at: String,
}

impl View {
    /// As it is at this moment.
    pub fn new(pair: KeyPair, now: Time) -> Self {
        Self {
            is_active: pair.is_active(now),
            allowed_ips: pair.allowed_ips.texts(),
            expires_at: pair.expires_at.map(Time::to_seconds),
            last_used_at: pair.last_used_at.map(Time::to_seconds),
            revoked_at: pair.revoked_at.map(Time::to_seconds),
            created_at: pair.created_at.to_seconds(),
            id: pair.id,
            name: pair.name,
            key_prefix: pair.key_prefix,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = KeyPairs)]
struct All {
    api_keys: Vec<View>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MadeKeyPair)]
struct Made<'m> {
    api_key: &'m str,
    api_secret: &'m str,
    key_id: i64,
    message: &'static str,
}

/// The key pairs of a project, revoked ones too, without their secrets.
#[utoipa::path(get, path = "/api/admin/projects/{project}/api-keys", tag = "desk", params(("project" = i64, Path)),
    responses((status = 200, body = All), (status = 403)))]
pub async fn list(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must_be_admin()?;
        let project = project::find(conn, actor, given::id(&id)?)?;
        let pairs = key_pair::list(conn, actor, &project)?;
        answer::ok(&All { api_keys: pairs.into_iter().map(|pair| View::new(pair, conn.now())).collect() })
    })
    .await
}

/// Make a key pair; both halves are in the answer, and nowhere else ever again. `allowed_ips` are addresses and networks,
/// none for anywhere; `expires_at` is a date, which ends as it begins (UTC), or a time.
#[utoipa::path(post, path = "/api/admin/projects/{project}/api-keys", tag = "desk", params(("project" = i64, Path)),
    request_body = Body, responses((status = 201, body = Made)))]
pub async fn create(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.write(move |tx, actor, body| {
        actor.must_be_admin()?;
        let project = project::find(tx, actor, given::id(&id)?)?;
        let pair = key_pair::create(tx, actor, &project, &body.read::<Body>()?.into_new()?)?;
        let made = Made {
            api_key: pair.key.expose(),
            api_secret: pair.secret.expose(),
            key_id: pair.id,
            message: "Store the api_secret securely.",
        };
        Ok(answer::created(&made)?.once())
    })
    .await
}

/// Revoke a key pair, from its next request on; once more changes nothing.
#[utoipa::path(delete, path = "/api/admin/projects/{project}/api-keys/{key}", tag = "desk",
    params(("project" = i64, Path), ("key" = i64, Path)), responses((status = 200, body = Done)))]
pub async fn revoke(Path((id, key)): Path<(String, String)>, ByPerson(call): ByPerson) -> Answered {
    call.even_when_full()
        .write(move |tx, actor, _| {
            actor.must_be_admin()?;
            let project = project::find(tx, actor, given::id(&id)?)?;
            key_pair::revoke(tx, actor, &project, given::id(&key)?)?;
            Done::answer("API key revoked")
        })
        .await
}
