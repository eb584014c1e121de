//! A request on its way into one transaction.
//!
//! `by` says who may call a handler, `way_in` finds who stands behind the credential, `body` reads what was sent,
//! `locate` finds what is wrong with it, `transact` reads and changes, `again` gives the same answer to the same question,
//! `patience` is for what takes long.

mod again;
mod body;
mod by;
mod locate;
mod misfit;
mod patience;
mod transact;
mod way_in;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

pub use self::again::{Answers, Asked, answers};
use self::body::LARGEST_REPORT;
pub use self::body::{Body, LARGEST};
pub use self::by::{ByAgent, ByAnyone, ByHolder, ByOperator, ByPair, ByPerson, ByProgram, ByReader, ByUser, ByVisitor};
pub use self::patience::Patience;
pub use self::way_in::WayIn;
use super::answer::Failure;
use super::limit::Spent;
use crate::access::turns::Turn;
use crate::app::App;
use crate::base::{Error, Kind, Result, Scope};
use crate::config;

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
}
