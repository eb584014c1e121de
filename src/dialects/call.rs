//! A request on its way into one transaction.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::answer::{Answer, Failure};
use super::credential::{Credential, is_same_origin};
use crate::access::kept::{self, Once};
use crate::access::session::{self, Ticket};
use crate::app::App;
use crate::base::{Actor, Error, Kind, Result, Who};
use crate::store::{Conn, Tx, Written};
use crate::ticket::NewFile;
use crate::vpn;

/// Largest JSON body, in bytes.
pub(super) const LARGEST: usize = 1 << 20;

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
    pub(super) key: Option<String>,
    what: String,
    is_post: bool,
    /// Where from.
    pub ip: Option<IpAddr>,
    /// What the caller says it is.
    pub user_agent: String,
    /// Whether the browser reached us over TLS, as far as a trusted proxy or the public URL tells.
    pub headers: HeaderMap,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

#[derive(Clone, Debug)]
pub(super) enum WayIn {
    Session(Ticket),
    Agent(String),
    Open,
}

/// A body that is read only once it is known that the caller may.
#[derive(Clone, Debug)]
pub struct Body {
    pub(super) bytes: Bytes,
    pub(super) is_json: bool,
    pub(super) files: Vec<NewFile>,
    /// The same files, on disk and not yet kept.
    pub(super) written: Arc<Vec<Written>>,
}

impl Body {
    /// The files that were sent beside the fields.
    pub fn files(&self) -> &[NewFile] {
        &self.files
    }

    /// Reads JSON. A wrong type is an error of its field, anything else that is not JSON is malformed.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        if !self.is_json {
            return Err(Error::new(Kind::Unsupported, "Send JSON, with Content-Type: application/json."));
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
/// A call by an agent.
pub struct ByAgent(pub Call);
/// A call that needs no credential.
pub struct ByAnyone(pub Call);

impl FromRequest<App> for ByPerson {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        let way_in = WayIn::of_person(&request, app)?;
        Call::receive(request, app, way_in).await.map(Self)
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

impl FromRequest<App> for ByAnyone {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Failure> {
        Call::receive(request, app, WayIn::Open).await.map(Self)
    }
}

impl WayIn {
    /// The session of a request, as far as it can be judged without the database.
    pub(super) fn of_person(request: &Request, app: &App) -> Result<Self> {
        let token = match Credential::of(request.headers()) {
            Credential::Session(token) => token,
            Credential::Cookie(token) => {
                if !is_same_origin(request.method(), request.headers(), request.uri()) {
                    return Err(Error::new(Kind::Forbidden, "This request came from another site."));
                }
                token
            }
            _ => return Err(Error::unauthenticated()),
        };
        session::check(&app.keys, app.clock.now(), &token).map(Self::Session)
    }
}

impl Call {
    /// A call whose body has yet to be read.
    pub(super) fn begin(parts: Parts, app: &App, way_in: WayIn) -> Result<Self> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let key = text("idempotency-key").map(str::to_owned);
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
            return Err(Error::field("Idempotency-Key", "It must have 1 to 255 characters."));
        }
        let media = text("content-type").and_then(|value| value.split(';').next()).map(str::trim);
        let is_json = media.is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
        Ok(Self {
            app: app.clone(),
            way_in,
            body: Body { bytes: Bytes::new(), is_json, files: Vec::new(), written: Arc::default() },
            key,
            what: format!("{} {}", parts.method, parts.uri.path()),
            is_post: parts.method == Method::POST,
            ip: parts.extensions.get::<From>().map(|from| from.0),
            user_agent: text(header::USER_AGENT.as_str()).unwrap_or_default().to_owned(),
            headers: parts.headers,
        })
    }

    pub(super) async fn receive(request: Request, app: &App, way_in: WayIn) -> std::result::Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let mut call = Self::begin(parts, app, way_in)?;
        let bytes = Limited::new(body, LARGEST).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Error::new(Kind::TooLarge, "The body is larger than 1 MiB.")
            } else {
                Error::new(Kind::Malformed, "The body could not be read.")
            }
        })?;
        call.body.bytes = bytes.to_bytes();
        Ok(call)
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
        let (way_in, ip) = (self.way_in.clone(), self.ip);
        Ok(self.app.store.read(move |conn| read(conn, &actor(conn, &way_in, ip)?)).await?)
    }

    /// [`Call::read`] for what takes long.
    pub async fn read_slowly<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        let (way_in, ip) = (self.way_in.clone(), self.ip);
        Ok(self.app.store.read_slowly(move |conn| read(conn, &actor(conn, &way_in, ip)?)).await?)
    }

    /// Changes something in one transaction; a retry of a POST under the same idempotency key has no second effect.
    pub async fn write<F>(self, mut write: F) -> std::result::Result<Answer, Failure>
    where
        F: FnMut(&Tx<'_>, &Actor, &Body) -> Result<Answer> + Send + 'static,
    {
        let app = self.app.clone();
        let written = self.body.written.clone();
        let change = move |tx: &Tx<'_>| {
            let actor = actor(tx, &self.way_in, self.ip)?;
            let Some(once) = self.once(&actor) else { return write(tx, &actor, &self.body) };
            if let Some(kept) = kept::find(tx, &once)? {
                return Answer::from_kept(&kept);
            }
            let answer = write(tx, &actor, &self.body)?;
            let kept = answer.to_kept();
            kept::keep(tx, &once, (!answer.secret).then_some(kept.as_slice()))?;
            Ok(answer)
        };
        if written.is_empty() {
            return Ok(app.store.write(change).await?);
        }
        // A task of its own: a caller who goes away must not leave files behind that no row will ever name.
        let whole = tokio::spawn(async move { with_files(&app, written, change).await });
        Ok(whole.await.map_err(Error::internal)??)
    }

    /// Who an idempotency key belongs to.
    pub(super) fn caller(actor: &Actor) -> String {
        match &actor.who {
            Who::Person { user, .. } => format!("user {user}"),
            Who::Server { number, .. } => format!("server {number}"),
            Who::KeyPair { pair, .. } => format!("pair {pair}"),
            Who::Nobody | Who::System => format!("address {}", actor.ip.map(|ip| ip.to_string()).unwrap_or_default()),
        }
    }

    fn once(&self, actor: &Actor) -> Option<Once> {
        let key = self.key.clone().filter(|_| self.is_post)?;
        let mut hash = Sha256::new();
        hash.update(self.what.as_bytes());
        hash.update([0]);
        hash.update(&self.body.bytes);
        for file in &self.body.files {
            hash.update([0]);
            hash.update(file.name.as_str());
            hash.update([0]);
            hash.update(file.media_type.as_str());
            hash.update(file.hash);
        }
        Some(Once { caller: Self::caller(actor), key, request: hash.finalize().into() })
    }
}

/// Keeps files and writes what names them; when that fails, files that nothing else names go away again.
async fn with_files<F>(app: &App, written: Arc<Vec<Written>>, mut change: F) -> Result<Answer>
where
    F: FnMut(&Tx<'_>) -> Result<Answer> + Send + 'static,
{
    let hashes = written.iter().map(|file| file.hash).collect();
    let done = match app.files.keep(written).await {
        Ok(kept) => {
            // The closure holds the files until the batch has committed, even if nobody waits for it any more.
            let change = move |tx: &Tx<'_>| {
                let _held = &kept;
                change(tx)
            };
            app.store.write(change).await
        }
        Err(error) => Err(error),
    };
    if done.is_err()
        && let Err(error) = app.discard(hashes).await
    {
        tracing::warn!(%error, "files that nothing names stay behind until they are swept away");
    }
    done
}

fn actor(conn: &Conn<'_>, way_in: &WayIn, ip: Option<IpAddr>) -> Result<Actor> {
    match way_in {
        WayIn::Session(ticket) => session::actor(conn, ticket, ip),
        WayIn::Agent(token) => vpn::server::by_token(conn, token, ip),
        WayIn::Open => Ok(Actor::nobody(ip)),
    }
}
