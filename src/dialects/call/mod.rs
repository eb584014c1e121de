//! A request on its way into one transaction.
//!
//! `by` says who may call a handler, `way_in` finds who stands behind the credential, `body` reads what was sent,
//! `locate` finds what is wrong with it, `again` gives the same answer to the same question, `patience` is for what takes long.

mod again;
mod body;
mod by;
mod locate;
mod misfit;
mod patience;
mod way_in;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use sha2::{Digest, Sha256};

pub use self::again::{Answers, Asked, answers};
use self::body::LARGEST_REPORT;
pub use self::body::{Body, LARGEST};
pub use self::by::{ByAgent, ByAnyone, ByHolder, ByOperator, ByPair, ByPerson, ByProgram, ByReader, ByUser, ByVisitor};
pub use self::patience::Patience;
pub use self::way_in::WayIn;
use super::answer::{Answer, Failure};
use super::limit::Spent;
use crate::access::kept::{self, Once};
use crate::access::turns::Turn;
use crate::app::App;
use crate::base::{Actor, Error, Kind, Result, Scope, Who};
use crate::config;
use crate::store::{Conn, Tx, Written};

/// The address a request came from, past trusted proxies; put there by the listener.
#[derive(Clone, Copy, Debug)]
pub struct From(pub IpAddr);

/// A request whose credential has the right shape and, for a session, a signature that holds.
#[derive(Clone, Debug)]
pub struct Call {
    app: App,
    way_in: WayIn,
    /// Scopes of which a program must have one.
    need: Vec<Scope>,
    is_hourly: bool,
    goes_through: bool,
    /// What was sent.
    pub body: Body,
    pub(super) key: Option<String>,
    method: Method,
    uri: Uri,
    /// Where from.
    pub ip: Option<IpAddr>,
    /// What the caller says it is.
    pub user_agent: String,
    /// Whether the browser reached us over TLS, as far as a trusted proxy or the public URL tells.
    pub headers: HeaderMap,
    /// What it took from the limits on how often callers may call.
    pub spent: Spent,
    /// Where its answer is kept for whoever asks the same again.
    asked: Option<Asked>,
    /// How long it may take.
    pub(super) patience: Patience,
    /// Its place among the uploads of its user, until it is done with.
    pub(super) turn: Option<Arc<Turn>>,
}

/// A call on its way here.
type Received<'a> = Pin<Box<dyn Future<Output = std::result::Result<Call, Failure>> + Send + 'a>>;

/// What a handler reads.
type Look<T> = Box<dyn FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send>;

/// What a handler changes.
type Change = Box<dyn FnMut(&Tx<'_>, &Actor, &Body) -> Result<Answer> + Send>;

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

impl Call {
    /// A call whose body has yet to be read.
    pub(super) fn begin(mut parts: Parts, app: &App, way_in: WayIn) -> Result<Self> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let key = text("idempotency-key").map(str::to_owned);
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
            return Err(Error::field("Idempotency-Key", "It must have 1 to 255 characters."));
        }
        let media = text("content-type").and_then(|value| value.split(';').next()).map(str::trim);
        let is_media = |wanted: &str| media.is_some_and(|media| media.eq_ignore_ascii_case(wanted));
        let (is_json, is_form) = (is_media("application/json"), is_media("application/x-www-form-urlencoded"));
        Ok(Self {
            app: app.clone(),
            way_in,
            need: Vec::new(),
            is_hourly: false,
            goes_through: false,
            body: Body { is_json, is_form, ..Body::default() },
            key,
            method: parts.method,
            uri: parts.uri,
            ip: parts.extensions.get::<From>().map(|from| from.0),
            user_agent: text(header::USER_AGENT.as_str()).unwrap_or_default().to_owned(),
            spent: parts.extensions.get::<Spent>().cloned().unwrap_or_default(),
            asked: parts.extensions.remove::<Asked>(),
            patience: parts.extensions.get::<Patience>().cloned().unwrap_or_default(),
            turn: None,
            headers: parts.headers,
        })
    }

    /// A call with its whole body; boxed, so that it is compiled once for all handlers.
    pub(super) fn receive(request: Request, app: &App, way_in: WayIn) -> Received<'_> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let mut call = Self::begin(parts, app, way_in)?;
            let most = if matches!(call.way_in, WayIn::Agent(_)) { LARGEST_REPORT } else { LARGEST };
            let bytes = Limited::new(body, most).collect().await.map_err(|error| {
                if error.is::<LengthLimitError>() {
                    Error::new(Kind::TooLarge, format!("The body is larger than {} MiB.", most >> 20))
                } else {
                    Error::new(Kind::Malformed, "The body could not be read.")
                }
            })?;
            call.body.bytes = bytes.to_bytes();
            Ok(call)
        })
    }

    /// What every request shares.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The address under which the caller reached this instance, without a slash at its end: the public URL, else where the
    /// request itself went. For what is given back to this caller; what is mailed to others begins with [`App::origin`].
    pub fn origin(&self) -> String {
        let app = &self.app;
        let host =
            self.headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| config::is_host(host));
        match host {
            Some(host) if app.settings.public_url.is_none() => format!("http://{host}"),
            _ => app.origin(),
        }
    }

    /// Forbidden to programs that were not given this scope, whatever else they ask for.
    pub fn needing(self, scope: Scope) -> Self {
        Self { need: vec![scope], ..self }
    }

    /// Opens to programs with this scope too.
    pub fn or_needing(mut self, scope: Scope) -> Self {
        self.need.push(scope);
        self
    }

    /// Counts against the hour of the key or application that calls.
    pub fn hourly(self) -> Self {
        Self { is_hourly: true, ..self }
    }

    /// Goes through on a full disk too: for what takes access away. Everything else is refused there.
    pub fn even_when_full(self) -> Self {
        self.even_when_full_if(true)
    }

    /// [`Call::even_when_full`] for a request that may take access away or do something else.
    pub fn even_when_full_if(self, goes_through: bool) -> Self {
        Self { goes_through, ..self }
    }

    /// Reads in one transaction, as whoever the credential belongs to at this moment.
    pub async fn read<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        self.look(Box::new(read)).await
    }

    /// [`Call::read`], compiled once for all handlers that answer the same.
    async fn look<T: Send + 'static>(&self, read: Look<T>) -> std::result::Result<T, Failure> {
        let find = self.find();
        Ok(self.app.store.read(move |conn| read(conn, &find(conn)?)).await?)
    }

    /// [`Call::read`] for what takes long.
    pub async fn read_slowly<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        let find = self.find();
        Ok(self.app.store.read_slowly(move |conn| read(conn, &find(conn)?)).await?)
    }

    /// [`Call::read`] for what looks for words.
    pub async fn search<T, F>(&self, read: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: Fn(&Conn<'_>, &Actor) -> Result<T> + Clone + Send + 'static,
    {
        let find = self.find();
        Ok(self.app.store.search(move |conn| read(conn, &find(conn)?)).await?)
    }

    /// One of several transactions of a request. No idempotency key is looked at: the request begins with
    /// [`Call::replayed`], ends with [`Call::write`], and what lies between can be done again.
    pub async fn write_part<T, F>(&self, mut write: F) -> std::result::Result<T, Failure>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
    {
        let find = self.find();
        Ok(self.app.store.write(move |tx| write(tx, &find(tx)?)).await?)
    }

    /// The answer that this request got before, under the same idempotency key.
    pub async fn replayed(&self) -> std::result::Result<Option<Answer>, Failure> {
        let call = self.clone();
        self.read(move |conn, actor| {
            let Some(once) = call.once(actor) else { return Ok(None) };
            kept::find(conn, &once)?.map(|kept| Answer::from_kept(&kept)).transpose()
        })
        .await
    }

    /// Changes something in one transaction; a retry of a POST under the same idempotency key has no second effect.
    pub async fn write<F>(self, write: F) -> std::result::Result<Answer, Failure>
    where
        F: FnMut(&Tx<'_>, &Actor, &Body) -> Result<Answer> + Send + 'static,
    {
        self.change(Box::new(write)).await
    }

    /// [`Call::write`], compiled once for all handlers.
    async fn change(self, mut write: Change) -> std::result::Result<Answer, Failure> {
        let (app, find, goes_through) = (self.app.clone(), self.find(), self.goes_through);
        let written = self.body.written.clone();
        let change = move |tx: &Tx<'_>| {
            let actor = find(tx)?;
            let Some(once) = self.once(&actor) else { return write(tx, &actor, &self.body) };
            if let Some(kept) = kept::find(tx, &once)? {
                return Answer::from_kept(&kept);
            }
            let answer = write(tx, &actor, &self.body)?;
            if !answer.status.is_success() {
                return Ok(answer);
            }
            let kept = answer.to_kept();
            kept::keep(tx, &once, (!answer.secret).then_some(kept.as_slice()))?;
            Ok(answer)
        };
        if written.is_empty() {
            let done = match goes_through {
                true => app.store.write_even_when_full(change).await,
                false => app.store.write(change).await,
            };
            return Ok(done?);
        }
        // A task of its own: a caller who goes away must not leave files behind that no row will ever name.
        let whole = tokio::spawn(async move { with_files(&app, written, change).await });
        Ok(whole.await.map_err(Error::internal)??)
    }

    /// Finds whoever asks, and whether they were given what it takes.
    fn find(&self) -> impl Fn(&Conn<'_>) -> Result<Actor> + Clone + Send + 'static {
        let (way_in, ip, need, app) = (self.way_in.clone(), self.ip, self.need.clone(), self.app.clone());
        // A request counts once, although it may run twice in the writer's batch.
        let (is_hourly, spent, counted) = (self.is_hourly, self.spent.clone(), Arc::new(OnceLock::<Result<()>>::new()));
        move |conn| {
            let actor = way_in.actor(conn, ip, &app.store)?;
            if let Some(grant) = actor.grant.as_ref().filter(|_| is_hourly) {
                let take = || spent.note(app.hours.take(&grant.uuid, grant.hourly, conn.now()));
                counted.get_or_init(take).clone()?;
            }
            let has = |scope: &Scope| actor.must_have(*scope).is_ok();
            if let Some(scope) = need.first()
                && !need.iter().any(has)
            {
                actor.must_have(*scope)?;
            }
            let is_fleet = need.iter().any(|scope| matches!(scope, Scope::FleetRead | Scope::FleetWrite));
            if is_fleet && actor.within().is_some() {
                let why = "Servers and devices belong to no project, and this key sees one project alone.";
                return Err(Error::new(Kind::Forbidden, why));
            }
            Ok(actor)
        }
    }

    /// Who an idempotency key belongs to.
    pub(super) fn caller(actor: &Actor) -> String {
        match (&actor.who, &actor.grant) {
            (_, Some(grant)) => format!("grant {}", grant.uuid),
            (Who::Person { user, .. }, None) => format!("user {user}"),
            (Who::Server { number, .. }, None) => format!("server {number}"),
            (Who::KeyPair { pair, .. }, None) => format!("pair {pair}"),
            (Who::Nobody | Who::System, None) => {
                format!("address {}", actor.ip.map(|ip| ip.to_string()).unwrap_or_default())
            }
        }
    }

    fn once(&self, actor: &Actor) -> Option<Once> {
        let key = self.key.clone().filter(|_| self.method == Method::POST)?;
        let mut hash = Sha256::new();
        hash.update(format!("{} {}", self.method, self.uri.path()));
        hash.update([0]);
        self.body.hash(&mut hash);
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
