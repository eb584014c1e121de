//! A request on its way into one transaction.

use std::net::IpAddr;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::answer::{Answer, Failure};
use super::credential::{Credential, is_same_origin};
use super::limit::Spent;
use crate::access::kept::{self, Once};
use crate::access::session::{self, Ticket};
use crate::app::App;
use crate::base::{Actor, Error, Kind, Result, Who};
use crate::project::key_pair;
use crate::store::{Conn, Store, Tx};
use crate::vpn;

/// Largest JSON body, in bytes.
const LARGEST: usize = 1 << 20;

/// The address a request came from, past trusted proxies; put there by the listener.
#[derive(Clone, Copy, Debug)]
pub struct From(pub IpAddr);

/// A request whose credential has the right shape and, for a session, a signature that holds.
#[derive(Clone, Debug)]
pub struct Call {
    app: App,
    way_in: WayIn,
    /// What was sent.
    pub body: Body,
    key: Option<String>,
    what: String,
    is_post: bool,
    /// Where from.
    pub ip: Option<IpAddr>,
    /// What the caller says it is.
    pub user_agent: String,
    /// Whether the browser reached us over TLS, as far as a trusted proxy or the public URL tells.
    pub headers: HeaderMap,
    /// What it took from the limits on how often callers may call.
    pub spent: Spent,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

#[derive(Clone, Debug)]
enum WayIn {
    Session(Ticket),
    /// Perhaps expired.
    Refresh(Ticket),
    Agent(String),
    Pair(String, String),
    Open,
}

/// A body that is read only once it is known that the caller may.
#[derive(Clone, Debug)]
pub struct Body {
    bytes: Bytes,
    is_json: bool,
}

impl Body {
    /// Reads JSON. A wrong type is an error of its field, anything else that is not JSON is malformed.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        if !self.is_json {
            return Err(Error::new(Kind::Unsupported, "Send JSON, with Content-Type: application/json."));
        }
        // Knowing all the way where one is costs as much as reading, so only what is wrong is read that way.
        if let Ok(value) = serde_json::from_slice(&self.bytes) {
            return Ok(value);
        }
        let mut deserializer = serde_json::Deserializer::from_slice(&self.bytes);
        let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let (path, inner) = (error.path().to_string(), error.into_inner());
            match inner.classify() {
                serde_json::error::Category::Data if path != "." => {
                    let text = inner.to_string();
                    let what = text.split(" at line ").next().unwrap_or_default().to_owned();
                    Error::field(path, format!("This is not what the field takes: {what}."))
                }
                serde_json::error::Category::Data => Error::new(Kind::Malformed, "The body must be a JSON object."),
                _ => Error::new(Kind::Malformed, "The body is not valid JSON."),
            }
        })?;
        deserializer.end().map_err(|_| Error::new(Kind::Malformed, "There is something after the JSON."))?;
        Ok(value)
    }
}

/// A call by somebody who has signed in.
pub struct ByPerson(pub Call);
/// A call by somebody whose session may have expired, yet can be traded for a new one.
pub struct ByHolder(pub Call);
/// A call by an agent.
pub struct ByAgent(pub Call);
/// A call by another project's back end.
pub struct ByPair(pub Call);
/// A call that needs no credential.
pub struct ByAnyone(pub Call);

impl FromRequest<App> for ByPerson {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        let token = session_token(&request)?;
        let ticket = session::check(&app.keys, app.clock.now(), &token)?;
        Call::receive(request, app, WayIn::Session(ticket)).await.map(Self)
    }
}

impl FromRequest<App> for ByHolder {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        let token = session_token(&request)?;
        let window = i64::from(app.settings.jwt_refresh_ttl);
        let ticket = session::check_refreshable(&app.keys, app.clock.now(), &token, window)?;
        Call::receive(request, app, WayIn::Refresh(ticket)).await.map(Self)
    }
}

impl FromRequest<App> for ByAgent {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        let Credential::Agent(token) = Credential::of(request.headers()) else {
            return Err(Error::unauthenticated().into());
        };
        Call::receive(request, app, WayIn::Agent(token)).await.map(Self)
    }
}

impl FromRequest<App> for ByPair {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        let Credential::KeyPair(key, secret) = Credential::of(request.headers()) else {
            return Err(Error::unauthenticated().into());
        };
        Call::receive(request, app, WayIn::Pair(key, secret)).await.map(Self)
    }
}

impl FromRequest<App> for ByAnyone {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        Call::receive(request, app, WayIn::Open).await.map(Self)
    }
}

fn session_token(request: &Request) -> Result<String> {
    match Credential::of(request.headers()) {
        Credential::Session(token) => Ok(token),
        Credential::Cookie(token) if is_same_origin(request.method(), request.headers(), request.uri()) => Ok(token),
        Credential::Cookie(_) => Err(Error::new(Kind::Forbidden, "This request came from another site.")),
        _ => Err(Error::unauthenticated()),
    }
}

impl Call {
    async fn receive(request: Request, app: &App, way_in: WayIn) -> std::result::Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let key = text("idempotency-key").map(str::to_owned);
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
            return Err(Error::field("Idempotency-Key", "It must have 1 to 255 characters.").into());
        }
        let bytes = Limited::new(body, LARGEST).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Error::new(Kind::TooLarge, "The body is larger than 1 MiB.")
            } else {
                Error::new(Kind::Malformed, "The body could not be read.")
            }
        })?;
        let media = text("content-type").and_then(|value| value.split(';').next()).map(str::trim);
        let is_json = media.is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
        Ok(Self {
            app: app.clone(),
            way_in,
            body: Body { bytes: bytes.to_bytes(), is_json },
            key,
            what: format!("{} {}", parts.method, parts.uri.path()),
            is_post: parts.method == Method::POST,
            ip: parts.extensions.get::<From>().map(|from| from.0),
            user_agent: text(header::USER_AGENT.as_str()).unwrap_or_default().to_owned(),
            spent: parts.extensions.get::<Spent>().cloned().unwrap_or_default(),
            headers: parts.headers,
        })
    }

    /// What every request shares.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Reads in one transaction, as whoever the credential belongs to at this moment.
    pub async fn read<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        let (way_in, ip, store) = (self.way_in.clone(), self.ip, self.app.store.clone());
        Ok(self.app.store.read(move |conn| read(conn, &actor(conn, &way_in, ip, &store)?)).await?)
    }

    /// [`Call::read`] for what takes long.
    pub async fn read_slowly<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        let (way_in, ip, store) = (self.way_in.clone(), self.ip, self.app.store.clone());
        Ok(self.app.store.read_slowly(move |conn| read(conn, &actor(conn, &way_in, ip, &store)?)).await?)
    }

    /// Changes something in one transaction; a retry of a POST under the same idempotency key has no second effect.
    pub async fn write<F>(self, mut write: F) -> std::result::Result<Answer, Failure>
    where
        F: FnMut(&Tx<'_>, &Actor, &Body) -> Result<Answer> + Send + 'static,
    {
        let store = self.app.store.clone();
        let done = store.write(move |tx| {
            let actor = actor(tx, &self.way_in, self.ip, &self.app.store)?;
            let Some(once) = self.once(&actor) else { return write(tx, &actor, &self.body) };
            if let Some(kept) = kept::find(tx, &once)? {
                return Answer::from_kept(&kept);
            }
            let answer = write(tx, &actor, &self.body)?;
            let kept = answer.to_kept();
            kept::keep(tx, &once, (!answer.secret).then_some(kept.as_slice()))?;
            Ok(answer)
        });
        Ok(done.await?)
    }

    fn once(&self, actor: &Actor) -> Option<Once> {
        let key = self.key.clone().filter(|_| self.is_post)?;
        let caller = match &actor.who {
            Who::Person { user, .. } => format!("user {user}"),
            Who::Server { number, .. } => format!("server {number}"),
            Who::KeyPair { pair, .. } => format!("pair {pair}"),
            Who::Nobody | Who::System => format!("address {}", self.ip.map(|ip| ip.to_string()).unwrap_or_default()),
        };
        let mut hash = Sha256::new();
        hash.update(self.what.as_bytes());
        hash.update([0]);
        hash.update(&self.body.bytes);
        Some(Once { caller, key, request: hash.finalize().into() })
    }
}

fn actor(conn: &Conn<'_>, way_in: &WayIn, ip: Option<IpAddr>, store: &Store) -> Result<Actor> {
    match way_in {
        WayIn::Session(ticket) => session::actor(conn, ticket, ip),
        WayIn::Refresh(ticket) => session::holder(conn, ticket, ip),
        WayIn::Agent(token) => vpn::server::by_token(conn, token, ip),
        WayIn::Pair(key, secret) => {
            let entered = key_pair::enter(conn, key, secret, ip)?;
            if let Some(pair) = entered.to_note {
                // Beside the request, so that reading waits for no write.
                store.write_unheard(move |tx| key_pair::note_use(tx, pair));
            }
            Ok(entered.actor)
        }
        WayIn::Open => Ok(Actor::nobody(ip)),
    }
}
